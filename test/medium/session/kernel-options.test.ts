import { expect, it } from 'vitest';
import { inEnglish } from '../../../src/i18n/english.ts';
import { NO_OPTIONS, parseKernelOptions, withMediumDefaults } from '../../../src/medium/session/kernel-options.ts';

const faultsOf = (line: string): string[] => parseKernelOptions(line).faults.map(inEnglish);

const LINE = 'BOOT_IMAGE=/live/vmlinuz quiet console=ttyS0,115200';
const HEX = 'ab'.repeat(32);

it('has nothing to say about a command line that is for others', () => {
  // A netboot's address, and which medium it is, are the initrd's, which has read them already.
  for (const line of [
    LINE,
    `${LINE} xenwright.squashfs=http://192.0.2.1/xenwright/xenwright.squashfs`,
    `${LINE} xenwright.medium=0123456789abcdef0123456789abcdef`,
  ])
    expect(parseKernelOptions(line)).toEqual({ options: NO_OPTIONS, faults: [], given: new Set() });
});

it('takes every option', () => {
  const { options, faults } = parseKernelOptions(
    `${LINE} xenwright.profile=https://a.example/x,y.yaml,nfs://b.example/p/h.yaml xenwright.sha256=${HEX} xenwright.pubkey=/k.pub xenwright.tls=${HEX.replaceAll(/(..)(?!$)/g, '$1:')} xenwright.ui=plain xenwright.set=host.hostname=a xenwright.set=host.locale=de xenwright.on-error=reboot xenwright.ip=192.0.2.5/24,192.0.2.1,192.0.2.2 xenwright.vlan=12 xenwright.ssh=key "xenwright.sshkey=ssh-ed25519 AAAA me" xenwright.allow-clear=host.admin xenwright.report=http://r.example/in xenwright.keyboard=de xenwright.lang=pt_BR.UTF-8`,
  );
  expect(faults).toEqual([]);
  expect(options).toEqual({
    profile: ['https://a.example/x,y.yaml', 'nfs://b.example/p/h.yaml'],
    sha256: HEX,
    pubkey: '/k.pub',
    tls: HEX,
    ui: 'plain',
    set: ['host.hostname=a', 'host.locale=de'],
    onError: 'reboot',
    ip: { address: '192.0.2.5', prefix: 24, gateway: '192.0.2.1', dns: ['192.0.2.2'] },
    vlan: 12,
    ssh: 'key',
    sshKeys: ['ssh-ed25519 AAAA me'],
    allowClear: ['host.admin'],
    report: 'http://r.example/in',
    keyboard: 'de',
    lang: 'pt-BR',
  });
});

it('tells of a word it does not know, with the nearest one', () => {
  expect(faultsOf('xenwright.profil=x')).toEqual(['xenwright.profil is not known: did you mean xenwright.profile?']);
  expect(faultsOf('xenwright.constructor=x')[0]).toContain('is not known');
});

it.each([
  ['xenwright.vlan=5000', /1 to 4094/],
  ['xenwright.ip=192.0.2.5', /ADDRESS\/PREFIX/],
  ['xenwright.ip=192.0.2.500/24', /ADDRESS\/PREFIX/],
  ['xenwright.on-error=explode', /hold, shell, reboot, poweroff/],
  ['xenwright.sha256=12', /64 hex digits/],
  ['xenwright.pubkey=', /no value/],
  ['xenwright.ssh', /no value/],
  ['xenwright.set=secret', /path=value/],
  ['xenwright.lang=xx', /must be one of en, de, .*, not xx$/],
])('says what is wrong with %s', (word, says) => {
  expect(faultsOf(word)).toEqual([expect.stringMatching(says)]);
});

it('does not repeat what may be a secret', () => {
  expect(faultsOf('xenwright.set=hunter2').join()).not.toContain('hunter2');
});

it('lets the command line win over the medium, but not over its public key and its TLS pin', () => {
  const medium = JSON.stringify({
    profile: ['file:/m.yaml'],
    sha256: HEX,
    pubkey: 'ssh-ed25519 AAAA',
    tls: HEX,
    onError: 'shell',
    keyboard: 'fr',
    serial: 'ttyS0',
  });
  const { options, faults } = withMediumDefaults(
    parseKernelOptions(
      `xenwright.profile=http://a.example/h.yaml xenwright.pubkey=/other xenwright.tls=${'cd'.repeat(32)} xenwright.on-error=reboot`,
    ),
    medium,
  );
  expect(options).toMatchObject({
    profile: ['http://a.example/h.yaml'],
    sha256: null,
    pubkey: 'ssh-ed25519 AAAA',
    tls: HEX,
    onError: 'reboot',
    keyboard: 'fr',
  });
  expect(faults.map(inEnglish)).toEqual([
    expect.stringContaining('xenwright.pubkey is fixed'),
    expect.stringContaining('xenwright.tls is fixed'),
  ]);
  expect(withMediumDefaults(parseKernelOptions('xenwright.pubkey='), medium).options.pubkey).toBe('ssh-ed25519 AAAA');
  expect(withMediumDefaults(parseKernelOptions(''), medium).options).toMatchObject({
    profile: ['file:/m.yaml'],
    sha256: HEX,
  });
});
