/** DomUs for a host that is there: read as if they stood in its kept profile, found in the text that they came from. */
import { describe, expect, it, test } from 'vitest';
import { checkProfile } from '../../src/check/check.ts';
import { formatFinding } from '../../src/profile/findings.ts';
import { differences, hostDifferences, isPart, readAdded, type AddedDomus } from '../../src/profile/added-domus.ts';
import { keptProfile } from '../../src/profile/kept.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { profileOf } from '../plan/host.ts';

const HOST = profileOf(['domus.web1.files=[{ path: /etc/key, mode: "0600", content: a secret }]']);
const KEPT = keptProfile(HOST);

function read(text: string): AddedDomus {
  return readAdded(KEPT, '/etc/xenwright/profile.yaml', loadProfile(text, 'more.yaml'));
}

describe('a text with DomUs alone', () => {
  const text = 'version: 1\n\ndomus:\n  - { name: web2, memory: 256M, disks: { root: { size: 2G } } }\n';

  it('gets the defaults, login and sources of this host', () => {
    const { given, findings, kept } = read(text);
    expect(findings).toEqual([]);
    expect(given?.map(({ name, memoryMiB, hostname, release }) => [name, memoryMiB, hostname, release])).toEqual([
      ['web2', 256, 'web2', HOST.host.release],
    ]);
    expect(given?.[0]?.admin).toEqual(HOST.host.admin);
    expect(kept.domus.map(({ name }) => name)).toEqual(['web1', 'db1']);
  });

  it('is told what is wrong with it at its own lines', () => {
    const { given, findings } = read(text.replace('memory', 'memroy').replace('2G', 'large'));
    expect(given).toBe(null);
    expect(findings.map(formatFinding)).toEqual(
      [
        expect.stringMatching(/^more\.yaml:4:\d+ domus\[0\]\.disks\.root\.size: /),
        expect.stringMatching(/^more\.yaml:4:\d+ domus\[0\]\.memroy: .*memory/),
      ].toSorted(),
    );
  });

  it('finds what clashes with the host in the text, not in the kept profile', () => {
    const reading = read(text.replace('disks:', 'network: [{ bridge: br7 }], disks:'));
    const added = reading.given ?? [];
    const found = reading
      .locate(checkProfile({ ...reading.kept, domus: [...reading.kept.domus, ...added] }, null), added)
      .filter(({ severity }) => severity === 'error');
    expect(found.map(formatFinding)).toEqual([
      expect.stringMatching(/^more\.yaml:4:\d+ domus\[0\]\.network\[0\]\.bridge: .*br7/),
    ]);
  });

  it('may have nothing else', () => {
    expect(() => read(`${text}report: {}\n`)).toThrow(
      'more.yaml has no host:, so it may contain only version: and domus:; it also has report',
    );
    expect(isPart(loadProfile(KEPT, 'whole.yaml'))).toBe(false);
  });

  it('is none where a parser refuses it: torn, or a bomb of aliases', () => {
    const bomb = `version: 1\na0: &a0 [x, x]\n${Array.from({ length: 20 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}, *a${index}, *a${index}]\n`).join('')}domus: *a20\n`;
    expect([`${text}  - {`, bomb].map((one) => isPart(loadProfile(one, 'more.yaml')))).toEqual([false, false]);
  });
});

describe('a whole profile', () => {
  it('gives all its DomUs: those that are the same, and those that are new', () => {
    const whole = keptProfile(
      profileOf([
        'domus.web1.files=[{ path: /etc/key, mode: "0600", content: a secret }]',
        'domus[2]={ name: web2, memory: 256M, disks: { root: { size: 2G } } }',
      ]),
    );
    const { given, kept } = read(whole);
    expect(given?.map((domu) => [domu.name, differences(kept, domu)])).toEqual([
      ['web1', []],
      ['db1', []],
      ['web2', null],
    ]);
    expect(hostDifferences(kept, loadProfile(whole, 'whole.yaml').profile ?? HOST)).toEqual([]);
  });

  it('says in which fields a DomU, or the host, differs from what is there', () => {
    const other = profileOf(['domus.web1.memory=1G', 'domus.web1.disks.root.size=4G', 'host.ntp=[pool.example.org]']);
    const { given, kept } = read(keptProfile(other));
    expect(given?.map((domu) => [domu.name, differences(kept, domu)])).toEqual([
      ['web1', ['memory', 'disks', 'files']],
      ['db1', []],
    ]);
    expect(hostDifferences(kept, other)).toEqual(['host.ntp']);
  });
});

test('a kept profile that cannot be read is refused, not guessed at', () => {
  expect(() =>
    readAdded('version: 1\nhost: {}\n', 'kept.yaml', loadProfile('version: 1\ndomus: []\n', 'more.yaml')),
  ).toThrow('kept.yaml, which this host was installed from, cannot be read');
});
