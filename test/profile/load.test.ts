import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../src/profile/load.ts';
import { fullText, linesOf, minimalText, profileOf } from './fixtures.ts';

const TINY = 'version: 1\nhost:\n  hostname: xen1.example.org\n  storage: { disks: [{ largest: true }] }\n';

describe('loading a profile', () => {
  test('the minimal profile has no findings and sensible defaults', () => {
    const profile = profileOf(minimalText);
    expect(profile.host).toMatchObject({
      release: 'trixie',
      hypervisor: 'xen',
      storage: {
        volumeGroup: 'vg_xen1',
        layout: 'lvm',
        root: { kind: 'fixed', miB: 8192 },
        reserve: { kind: 'percent', percent: 10 },
      },
    });
    expect(profile.host.network.bridges).toMatchObject([
      { name: 'xenbr0', mode: 'bridged', uplinks: null, addresses: ['dhcp4', 'slaac'] },
    ]);
    expect(profile.domus).toMatchObject([
      {
        name: 'web1',
        hostname: 'web1',
        release: 'trixie',
        memoryMiB: 512,
        order: 50,
        stopTimeoutMs: 120_000,
        admin: profile.host.admin,
        source: profile.host.source,
      },
    ]);
    expect(profile.domus[0]?.network).toMatchObject([{ bridge: 'xenbr0', mac: 'auto', addresses: ['dhcp4', 'slaac'] }]);
  });

  test('the full profile asks for exactly what is not supported yet', () => {
    expect(linesOf(fullText)).toEqual(['p.yaml:39:5 host.storage.raid: not supported yet: RAID (name one disk)']);
  });

  test('every finding comes at once, each with its line', () => {
    expect(
      linesOf(
        [
          'version: 1',
          'hots: {}',
          'host:',
          '  hostname: 5',
          '  storage: { diks: [], layout: lvmm }',
          '  network: {bridges: [{uplinks: [{mca: x}], mtu: big}]}',
          'domus: [{name: a, memory: 3X, disks: {root: {sise: 8G}}}]',
        ].join('\n'),
      ),
    ).toEqual([
      'p.yaml:4:3 host.hostname: expected string, found number 5 (write it in quotes)',
      'p.yaml:5:3 host.storage.disks: is missing',
      'p.yaml:5:24 host.storage.layout: "lvmm" is not one of lvm, plain, btrfs (did you mean lvm?)',
      'p.yaml:5:14 host.storage.diks: unknown key diks (did you mean disks?)',
      'p.yaml:6:34 host.network.bridges[0].uplinks[0].mac: is missing',
      'p.yaml:6:35 host.network.bridges[0].uplinks[0].mca: unknown key mca (did you mean mac?)',
      'p.yaml:6:45 host.network.bridges[0].mtu: expected number, found string "big"',
      'p.yaml:7:19 domus[0].memory: not a size: write 512M, 1G or 2GB',
      'p.yaml:7:46 domus[0].disks.root.sise: unknown key sise (did you mean size?)',
      'p.yaml:2:1 hots: unknown key hots (did you mean hosts?)',
    ]);
  });

  test.each([
    ['a syntax error', 'version: 1\nhost: {hostname: a\n', /^p\.yaml:\d+:\d+ .*\}/],
    ['a key that is there twice', `${TINY}version: 1\n`, /^p\.yaml:5:1 this key appears twice/],
    ['a tab', 'version: 1\nhost:\n\thostname: a\n', /^p\.yaml:3:1 indented with a tab/],
    ['a second document', `${TINY}---\n${TINY}`, /a second one begins/],
    ['an unknown tag', 'version: !one 1\n', /^p\.yaml:1:10 Unresolved tag$/],
    ['a list as a key', '? [a]\n: b\n', /a key must be a plain word/],
    ['nothing', '', /^p\.yaml:1:1 expected map, found nothing/],
    ['a merge key', `${TINY}domus: [{ <<: {}, name: a }]\n`, /unknown key << \(YAML 1\.2 has no merge keys/],
    ['deep nesting', '['.repeat(4_000_000), /nested deeper than 100/],
    ['deep block nesting', '- '.repeat(200_000), /nested deeper than 100/],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(',')}]`).join('\n')}`,
      /Excessive alias count/,
    ],
    ['too much text', 'a'.repeat(5_000_000), /larger than 4 MiB/],
  ])('%s is a finding', (_, text, message) => {
    expect(linesOf(text)[0]).toMatch(message);
    expect(loadProfile(text, 'p.yaml').profile).toBeNull();
  });

  test('an alias may stand for a value, as often as there are DomUs', () => {
    const domus = Array.from(
      { length: 500 },
      (_, index) => `  - { name: d${index}, admin: ${index === 0 ? '&admin { sshKeys: [k] }' : '*admin'} }`,
    ).join('\n');
    expect(profileOf(`${TINY}domus:\n${domus}\n`).domus[499]?.admin.sshKeys).toEqual(['k']);
  });

  test('what somebody may have typed as a password is never repeated', () => {
    for (const piece of [
      '  admin: hunter2',
      '  admin: { password: hunter2 }',
      '  admin: { passwordHash: [hunter2] }',
      '  admin: { sshKeys: hunter2 }',
    ])
      expect(linesOf(`${TINY}${piece}\n`).join('\n')).not.toContain('hunter2');
    expect(
      linesOf(TINY.replace('[{ largest: true }]', '[{ largest: true }], encryption: hunter2')).join('\n'),
    ).not.toContain('hunter2');
  });
});

describe('fields that ask for what is not there yet', () => {
  const HOST = (piece: string): string => `${TINY}${piece}\n`;
  test.each([
    ['host.distribution', HOST('  distribution: fedora')],
    ['domus[0].source.medium', HOST('domus: [{ name: a, source: { medium: cdrom } }]')],
    ['host.network.bridges[0].trunk', HOST('  network: { bridges: [{ trunk: true }] }')],
    ['host.network.bridges[0].bond', HOST('  network: { bridges: [{ bond: { mode: active-backup } }] }')],
    ['domus[0].distribution', HOST('domus: [{ name: a, distribution: none }]')],
    ['domus[0].distribution', HOST('domus: [{ name: a, distribution: fedora }]')],
    ['domus[0].image', HOST('domus: [{ name: a, image: { source: a.raw } }]')],
    ['domus[0].cdrom', HOST('domus: [{ name: a, cdrom: medium }]')],
    ['domus[0].shares', HOST('domus: [{ name: a, shares: [{ from: b, name: c, mount: /d }] }]')],
    ['domus[0].disks.root.filesystem', HOST('domus: [{ name: a, disks: { root: { filesystem: xfs } } }]')],
    [
      'domus[0].disks.data[0].filesystem',
      HOST('domus: [{ name: a, disks: { data: [{ name: d, size: 1G, mount: /d, filesystem: btrfs }] } }]'),
    ],
    ['domus[0].network[0].vlan', HOST('domus: [{ name: a, network: [{ vlan: 5 }] }]')],
    ['domus[0].source.medium', HOST('domus: [{ name: a, source: { medium: cdrom } }]')],
    ['host.storage.raid', TINY.replace(' }] }', ', count: 2 }], raid: 1 }')],
    ['host.storage.disks', TINY.replace(' }] }', ', count: 2 }] }')],
    ['host.storage.encryption', TINY.replace('}] }', '}], encryption: { passphrase: "prompt:" } }')],
    ['host.storage.layout', TINY.replace('}] }', '}], layout: btrfs }')],
    ['host.storage.filesystem', TINY.replace('}] }', '}], filesystem: xfs }')],
    ['host.storage.keep', TINY.replace('}] }', '}], keep: domus }')],
  ])('%s is refused', (path, text) => {
    const lines = linesOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(` ${path.replaceAll(/[[\].]/g, String.raw`\$&`)}: not supported yet: `));
  });

  test('a password by reference is supported', () => {
    expect(linesOf(HOST('  admin: { password: "env:PASSWORD" }'))).toEqual([]);
    expect(linesOf(HOST('  admin: { password: "file:secret/root" }'))).toEqual([]);
  });
});
