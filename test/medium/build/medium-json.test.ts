import { describe, expect, it } from 'vitest';
import { parseKernelOptions, withMediumDefaults } from '../../../src/medium/session/kernel-options.ts';
import { EMBEDDED_PROFILE, isRemoteSource, mediumJson } from '../../../src/medium/build/medium-json.ts';

describe('what a medium is told at its making', () => {
  it('is no file at all when nothing is told', () => {
    expect(mediumJson({})).toBeNull();
    expect(mediumJson({ set: [] })).toBeNull();
  });
  it('has the keys of the kernel options', () => {
    expect(
      JSON.parse(
        mediumJson({
          profile: [EMBEDDED_PROFILE],
          set: ['host.hostname=a.example'],
          allowClear: ['report.webhook.secret'],
          onError: 'hold',
          keyboard: 'de',
          serial: 'ttyS0,115200',
          tls: 'ab',
          pubkey: 'ssh-ed25519 AAAA',
        }) ?? '',
      ),
    ).toEqual({
      profile: ['file:/run/xenwright/medium/xenwright/profile.yaml'],
      set: ['host.hostname=a.example'],
      allowClear: ['report.webhook.secret'],
      onError: 'hold',
      keyboard: 'de',
      serial: 'ttyS0,115200',
      tls: 'ab',
      pubkey: 'ssh-ed25519 AAAA',
    });
  });
  it('is understood by the session, also what may go in clear', () => {
    const { options, faults } = withMediumDefaults(
      parseKernelOptions(''),
      mediumJson({
        profile: ['http://boot.example/a.yaml'],
        set: [],
        allowClear: ['report.webhook.secret'],
        onError: 'poweroff',
      }),
    );
    expect(faults).toEqual([]);
    expect(options).toMatchObject({
      profile: ['http://boot.example/a.yaml'],
      allowClear: ['report.webhook.secret'],
      onError: 'poweroff',
    });
  });
  it('stores sources of the network and of other media by name, and embeds files', () => {
    for (const source of [
      'http://boot.example/a.yaml',
      'https://boot.example/a.yaml',
      'nfs://nas.example/export/a.yaml',
      'label:PROFILES/a.yaml',
      'cdrom:/a.yaml',
    ])
      expect(isRemoteSource(source)).toBe(true);
    for (const source of ['a.yaml', '/srv/a.yaml', '-', 'file:/srv/a.yaml']) expect(isRemoteSource(source)).toBe(false);
  });
});
