/**
 * Nothing after the first write may fail for a reason that could be known before: what each kind of action can refuse,
 * and who asks first. A kind without a row is red, and so is an error of its files that no row names.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import en from '../../locales/en.json' with { type: 'json' };
import { handlers } from '../../src/actions/table.ts';
import { rules } from '../../src/check/rules.ts';
import type { ActionKind } from '../../src/plan/action.ts';
import { rows as deviceTypes } from '../../src/plan/storage/devices/rows.ts';
import { ROOT, sourcesUnder } from '../program.ts';

/**
 * Who asks before the first write: rules of `check` by their names, functions that are run before it by theirs, or why
 * nobody can. `codes`: the errors that the action throws itself for it.
 */
interface Refusal {
  readonly what: string;
  readonly rules?: readonly string[];
  readonly before?: readonly (readonly [file: string, name: string])[];
  readonly reason?: string;
  readonly codes?: readonly string[];
}

const ONLY_THEN = 'it tells of the machine at that moment, which nobody knows earlier';
const MIRROR =
  'what a mirror has is only known to apt, which is asked while disks are prepared; the run can be resumed';
const FAULT = 'a fault of Xenwright or of the medium: nothing in the profile or the machine leads to it';

const TABLE: Readonly<Record<ActionKind, readonly Refusal[]>> = {
  'base.build': [
    {
      what: 'tools that are missing, room for the trees',
      before: [
        ['install/tools.ts', 'toolsToBuild'],
        ['system/disk/work-space.ts', 'workspace'],
      ],
    },
    {
      what: 'releases, names of packages, sources and their keys',
      rules: ['releasesAreKnown', 'packagesAreNames', 'sourcesAreSound'],
    },
    { what: 'a medium that lacks packages, or that nobody vouches for', rules: ['mediumIsSound', 'mediumIsTrusted'] },
    { what: 'features that mke2fs does not know', rules: ['installerCan'] },
    {
      what: 'mirrors that are away, stale or not to be trusted, packages that they do not have',
      reason: MIRROR,
      codes: ['mirror-not-trusted', 'mirror-stale', 'mirror-failed'],
    },
    {
      what: 'a base of the boot medium that is gone, or of another version',
      rules: ['bundledBasesFit'],
      codes: ['medium-gone', 'medium-old'],
    },
    { what: 'another run that builds the same base is waited for', reason: ONLY_THEN, codes: ['interrupted'] },
    {
      what: 'a base that is torn in the middle of a run; before that it is built again',
      reason: ONLY_THEN,
      codes: ['base-damaged'],
    },
  ],
  'medium.copy': [
    { what: 'a volume that is too small: it is planned by the size of the medium', rules: ['disksFit'] },
    {
      what: 'another medium in the drive than the one that was looked at, or one that cannot be read to its end',
      reason: ONLY_THEN,
      codes: ['medium-changed', 'medium-unreadable'],
    },
  ],
  'appliance.start': [
    { what: 'tools that are missing', before: [['install/tools.ts', 'toolsToLook']] },
    { what: 'an image that is in use', before: [['system/disk/disk-in-use.ts', 'refuseUsedImage']] },
  ],
  'disk.release': [
    {
      what: 'somebody who uses the disk, or a set that it is a member of',
      rules: ['disksFit'],
      before: [['system/disk/disk-in-use.ts', 'refuseUsedDisks']],
      codes: ['disk-mounted'],
    },
    {
      what: 'what does not let go although nobody has it open: it is refused before the signatures are wiped, or is put together again by udev',
      reason: ONLY_THEN,
      codes: ['disk-held'],
    },
  ],
  'storage.make': [
    { what: 'a disk that is too small', rules: ['disksFit'] },
    { what: 'ids and names that are taken on another disk', rules: ['disksFit'] },
    { what: 'sectors that the firmware or a filesystem cannot use', rules: ['sectorsFit'] },
    {
      what: 'names of groups and volumes that LVM does not take',
      rules: ['bridgeNamesAreValid', 'namesAreValid', 'volumeNamesDoNotClash'],
    },
    { what: 'a kernel without the device mapper', rules: ['machineCanRunXen'] },
    { what: 'no udev that names what is made, features that mke2fs does not know', rules: ['installerCan'] },
    {
      what: 'sizes that no filesystem fits into',
      rules: ['sizesMakeSense', 'dataDisksAreSound', 'plannedSizesSuffice'],
    },
    { what: 'tools that are missing', before: [['install/tools.ts', 'toolsToLook']] },
    { what: 'what was made is not there', reason: FAULT, codes: ['device-missing'] },
  ],
  'storage.open': [
    {
      what: 'devices of a running host that are not what its records say: nothing of it is written',
      reason: ONLY_THEN,
      codes: ['device-missing'],
    },
  ],
  'volume.wipe': [{ what: 'a disk that fails', reason: ONLY_THEN }],
  'root.copy': [{ what: 'no room beside the bases', before: [['system/disk/work-space.ts', 'workspace']] }],
  'root.close': [{ what: 'a program that keeps the copy open', reason: ONLY_THEN }],
  'tools.package': [
    {
      what: 'a program that has no package of itself, tools that are missing',
      before: [['install/tools.ts', 'toolsToBuild']],
      codes: ['own-package'],
    },
    { what: 'no room beside the bases', before: [['system/disk/work-space.ts', 'workspace']] },
  ],
  'tools.install': [
    { what: 'a root that is too small', rules: ['sizesMakeSense', 'plannedSizesSuffice'] },
    { what: 'a package that was damaged since it was made', reason: ONLY_THEN, codes: ['own-package'] },
  ],
  'root.drop': [{ what: 'nothing: what is not there is no error', reason: FAULT }],
  'base.write': [
    { what: 'a volume that is smaller than its base', rules: ['sizesMakeSense', 'plannedSizesSuffice'] },
    {
      what: 'packages that make a base larger than its root',
      reason: 'how large a base gets is known when it is built; the next start says how to start over',
      codes: ['volume-too-small'],
    },
  ],
  'tree.files': [
    { what: 'paths that lead nowhere, or twice to one place', rules: ['filesAreSound', 'dataDisksAreSound'] },
    {
      what: 'owners that are not there: packages may bring them',
      reason: 'which users a package makes is only known once it is installed',
    },
  ],
  'tree.identity': [
    { what: 'passwords and keys that cannot be', rules: ['loginsFit'] },
    { what: 'zones, languages, keyboards and users', rules: ['placesExist', 'loginsFit'], codes: ['timezone-unknown'] },
  ],
  'tree.boot-files': [{ what: 'a /boot that is too small', rules: ['sizesMakeSense'] }],
  'tree.commands': [{ what: 'whatever the profile has them do', reason: 'commands are the user’s own' }],
  'boot.prepare': [{ what: 'GRUB that is missing in the tree: it is among its packages', reason: FAULT }],
  'boot.install': [
    { what: 'firmware that does not start from such a disk', rules: ['machineCanRunXen', 'sectorsFit'] },
    { what: 'a disk that the initrd does not find', rules: ['initrdFindsDisks'] },
    { what: 'an ESP that the kernel cannot mount', rules: ['installerCan'] },
    { what: 'firmware that takes no boot entry: it is said, and no failure', reason: ONLY_THEN },
  ],
  'boot.verify': [
    { what: 'words for Xen that break the menu', rules: ['textsAreSound'], codes: ['boot-unsound'] },
    { what: 'a type of guest or a machine that Xen does not start', rules: ['machineCanRunXen', 'bootFitsType'] },
  ],
  'domu.kernel': [{ what: 'a guest without a kernel: it is among its packages', reason: FAULT }],
  'domu.boot-volume': [
    { what: 'GRUB that is missing in Dom0: it comes with every HVM guest', reason: FAULT, codes: ['grub-missing'] },
  ],
  'host.finish': [{ what: 'a disk that fails', reason: ONLY_THEN }],
};

/** The files beside the table that carry a kind out, with those that they share. */
const FILES: Readonly<Partial<Record<ActionKind, readonly string[]>>> = {
  'base.build': ['base-build', 'base-store', 'base-tree', 'base-common', 'base-image', 'base-medium', 'mirror-errors'],
  'medium.copy': ['medium-copy'],
  'disk.release': ['storage/release'],
  'storage.make': ['storage/make'],
  'storage.open': ['storage/make'],
  'volume.wipe': ['storage/wipe'],
  'tools.package': ['../system/own-package/own-package'],
  'tools.install': ['../system/own-package/own-package'],
  'base.write': ['base-write', 'extents'],
  'tree.identity': ['tree-identity'],
  'boot.verify': ['boot'],
  'domu.boot-volume': ['domu-boot-volume'],
};

const THROWN = /failure\(\s*['`]([a-z0-9-]+)/g;
const thrownIn = (file: string): string[] => [
  ...new Set([...readFileSync(join(ROOT, 'src/actions', file), 'utf8').matchAll(THROWN)].map(([, code = '']) => code)),
];
const kinds = Object.keys(handlers) as ActionKind[];

describe.each(kinds)('%s', (kind) => {
  const rows = TABLE[kind] ?? [];

  test('says what it can refuse, and who asks first or why nobody can', () => {
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows)
      expect([
        row.what,
        (row.rules ?? row.before ?? (row.reason === undefined ? [] : [row.reason])).length > 0,
      ]).toEqual([row.what, true]);
  });

  test('is asked for by rules and functions that there are', () => {
    const names = rules.map(({ name }) => name);
    const known = new Set([...names, ...exported]);
    for (const rule of rows.flatMap((row) => row.rules ?? [])) expect([rule, known.has(rule)]).toEqual([rule, true]);
    for (const [file, name] of rows.flatMap((row) => row.before ?? []))
      expect([
        file,
        new RegExp(`export (async )?(function|class|const|interface) ${name}\\b`).test(sourceOf(file)),
      ]).toEqual([file, true]);
  });

  test('throws no error of its own that no row has, and has no row of one that is gone', () => {
    const thrown = (FILES[kind] ?? []).flatMap((file) => thrownIn(`${file}.ts`));
    const told = rows.flatMap((row) => row.codes ?? []);
    for (const code of told) {
      expect([code, thrown.includes(code)]).toEqual([code, true]);
      expect([code, code in en.errors]).toEqual([code, true]);
    }
    expect(
      thrown.filter((code) => !Object.values(TABLE).some((all) => all.some((row) => row.codes?.includes(code)))),
    ).toEqual([]);
  });
});

const sourceOf = (file: string): string => readFileSync(join(ROOT, 'src', file), 'utf8');
/** Rules that are made by `ofEachDomu` have no name of their own when the program runs. */
const exported = sourcesUnder('src/check/rules').flatMap((file) =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/export const (\w+): Rule/g)].map(([, name = '']) => name),
);

test('errors of actions lie in files that the table reads', () => {
  const read = new Set(Object.values(FILES).flatMap((files) => files.map((file) => `src/actions/${file}.ts`)));
  const unread = sourcesUnder('src/actions').filter(
    (file) => !read.has(file) && thrownIn(file.replace('src/actions/', '')).length > 0,
  );
  expect(unread).toEqual([]);
});

test('what a type of device finds different is asked before: a resumed run, a kept device, or what is taken', () => {
  const codes = [
    ...new Set(
      sourcesUnder('src/plan/storage/devices').flatMap((file) =>
        [...readFileSync(join(ROOT, file), 'utf8').matchAll(/deviceFault\(\s*['`]([a-z0-9-]+)/g)].map(
          ([, code = '']) => code,
        ),
      ),
    ),
  ].toSorted();
  // `group-exists` is asked by refuseTakenNames; the others only compare what a run made itself, or what it must keep.
  expect(codes).toEqual(['device-differs', 'group-exists', 'partition-differs', 'partition-missing', 'volume-differs']);
  expect(deviceTypes.length).toBeGreaterThan(0);
});
