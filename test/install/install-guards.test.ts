import { describe, expect, it } from 'vitest';
import { refuseFinishedHost, tokensAfter, withOverwrite } from '../../src/install/install-guards.ts';
import type { PreparedProfile } from '../../src/install/prepare.ts';
import type { DiskFacts } from '../../src/facts/facts.ts';
import { parseMarker } from '../../src/facts/finished-host.ts';
import { machine } from '../check/cases.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { minimalText } from '../profile/fixtures.ts';

const MARKER = {
  id: 'abc',
  planHash: 'def',
  hostname: 'xen1',
  finished: '2026-11-25T10:00:00.000Z',
  tokens: ['first'],
};
const [vda] = machine().disks as [DiskFacts];
const other: DiskFacts = {
  ...vda,
  path: '/dev/sdz',
  byId: '/dev/disk/by-id/ata-z',
  serial: 'z',
  transport: 'sata',
  sizeMiB: 1000,
};
const profileWith = (...sets: string[]): PreparedProfile => {
  const loaded = loadProfile(minimalText, 'p.yaml', sets);
  if (loaded.profile === null) throw new Error(JSON.stringify(loaded.findings));
  return { source: 'p.yaml', text: minimalText, loaded, profile: loaded.profile, read: async () => '' };
};
const refusal = (sets: string[], disks: readonly DiskFacts[]): string | null => {
  try {
    refuseFinishedHost(profileWith(...sets).profile, { ...machine(), kind: 'machine', disks });
    return null;
  } catch (error) {
    const { code, exit, message } = error as { code: string; exit: number; message: string };
    return `${code} ${exit} ${message}`;
  }
};

describe('a finished host on the disks of this machine', () => {
  it('is left alone, and is named with its id, its name and its time', () => {
    expect(refusal([], [{ ...vda, installMarker: MARKER }])).toBe(
      `already-installed 4 ${vda.path} carries a finished host (xen1, id abc, since 2026-11-25T10:00:00.000Z): it is left alone, whatever the profile says now`,
    );
    expect(refusal([], [vda])).toBe(null);
  });

  it('is so on a disk that the profile does not name, but not on a stick or a LUN', () => {
    expect(refusal([], [vda, { ...other, installMarker: MARKER }])).toMatch(/^already-installed 4 \/dev\/sdz/);
    for (const change of [{ removable: true }, { transport: 'usb' }, { transport: 'iscsi' }, { bootMedium: true }])
      expect(refusal([], [vda, { ...other, ...change, installMarker: MARKER }])).toBe(null);
    expect(
      refusal(
        ['host.storage.disks=[{ serial: z, transport: usb }]'],
        [vda, { ...other, transport: 'usb', installMarker: MARKER }],
      ),
    ).toMatch(/^already-installed/);
  });

  it('is installed over always, or once by each new token', () => {
    expect(refusal(['install.reinstall=always'], [{ ...vda, installMarker: MARKER }])).toBe(null);
    expect(refusal(['install.reinstall=once:second'], [{ ...vda, installMarker: MARKER }])).toBe(null);
    expect(refusal(['install.reinstall=once:first'], [{ ...vda, installMarker: MARKER }])).toMatch(
      /the token first was already used for it$/,
    );
    expect(refusal(['install.reinstall=once:x'], [{ ...vda, installMarker: { id: 'old', planHash: 'p' } }])).toBe(null);
  });

  it('keeps the tokens it had, and takes the one that it was installed by, also on a blank disk', () => {
    const facts = { ...machine(), disks: [{ ...vda, installMarker: MARKER }] };
    expect(tokensAfter(profileWith('install.reinstall=once:second').profile, facts)).toEqual(['first', 'second']);
    expect(tokensAfter(profileWith().profile, facts)).toEqual(['first']);
    expect(tokensAfter(profileWith('install.reinstall=once:first').profile, machine())).toEqual(['first']);
  });
});

it('a marker is read as far as it goes, and what is none is none', () => {
  expect(parseMarker(JSON.stringify({ ...MARKER, run: 'r' }))).toEqual(MARKER);
  expect(parseMarker('{"id":"a","planHash":"b","tokens":["x",7],"hostname":5}')).toEqual({
    id: 'a',
    planHash: 'b',
    tokens: ['x'],
  });
  for (const text of [null, '', '{"id":', '[]', '{"id":1,"planHash":"b"}']) expect(parseMarker(text)).toBe(null);
});

it('a profile that was only found takes blank disks alone, unless it says otherwise itself', () => {
  const overwrite = (prepared: PreparedProfile): unknown => [
    prepared.profile.install.overwrite,
    prepared.loaded.profile?.install.overwrite,
  ];
  expect(overwrite(withOverwrite(profileWith(), true))).toEqual(['blank', 'blank']);
  expect(overwrite(withOverwrite(profileWith(), false))).toEqual([null, null]);
  expect(overwrite(withOverwrite(profileWith('install.overwrite=any'), true))).toEqual(['any', 'any']);
});
