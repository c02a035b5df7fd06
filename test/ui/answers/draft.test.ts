/** Answers as plain data, and the selectors that mean one disk. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { selectDisks } from '../../../src/facts/select-disks.ts';
import { canBeChosen, chosenDisk, likelyDisk, selectorFor } from '../../../src/ui/answers/disks.ts';
import { EMPTY_DRAFT, getAt, setAt, setProfile } from '../../../src/ui/answers/draft.ts';
import { machineFacts } from '../../plan/host.ts';

describe('plain data', () => {
  test('set, read, taken away; what was there is not touched', () => {
    const before = { host: { hostname: 'a' } };
    const after = setAt(before, ['host', 'network', 'bridges', 0, 'name'], 'br0');
    expect([before, after, getAt(after, ['host', 'network', 'bridges', 0, 'name'])]).toEqual([
      { host: { hostname: 'a' } },
      { host: { hostname: 'a', network: { bridges: [{ name: 'br0' }] } } },
      'br0',
    ]);
    expect(setAt(after, ['host', 'network', 'bridges', 0, 'name'], undefined)).toEqual({
      host: { hostname: 'a', network: { bridges: [{}] } },
    });
  });

  test('a path through something else is nothing, and no prototype is read', () => {
    expect([
      getAt('text', ['a']),
      getAt({ a: [1] }, ['a', 'b']),
      getAt({}, ['constructor']),
      getAt(undefined, ['a']),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('taking away what is not there makes nothing', () => {
    expect(setAt({}, ['host', 'xen', 'memory'], undefined)).toEqual({});
  });
});

const machines = readdirSync('test/machines')
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

describe.each(machines)('the disks of %s', (name) => {
  const { disks } = machineFacts(name);

  test('each that can be chosen has a selector that means it alone', () => {
    for (const disk of disks.filter(canBeChosen)) {
      const selector = selectorFor(disk, disks);
      expect([disk.path, selector]).not.toEqual([disk.path, null]);
      expect(selectDisks([{ count: 1, ...selector }], disks, { overwrite: 'any' })).toEqual({
        disks: [disk],
        problems: [],
      });
      expect(chosenDisk(setProfile(EMPTY_DRAFT, ['host', 'storage', 'disks'], [selector ?? {}]), disks)?.path).toBe(
        disk.path,
      );
    }
  });

  test('the one offered first is neither the medium, in use nor removable', () => {
    const disk = likelyDisk(disks);
    if (disk !== null)
      expect([disk.bootMedium, disk.removable, disk.installMarker, canBeChosen(disk)]).toEqual([
        false,
        false,
        null,
        true,
      ]);
  });

  test('the boot medium can never be chosen', () => {
    expect(disks.filter((disk) => disk.bootMedium && canBeChosen(disk))).toEqual([]);
  });
});
