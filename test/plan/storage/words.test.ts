/** What only LVM says stays with its types of devices, what is read of old disks, and what is done to those. */
import { expect, test } from 'vitest';
import { parsed, sourcesUnder, wordsOf } from '../../program.ts';

const WORDS = /lvm|\b(vg|lv|pv)(s|change|create|remove|rename|scan)\b/i;

const ITS_ROOMS = ['src/plan/storage/', 'src/actions/storage/', 'src/facts/'];
/** Files that name it, and what for. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'src/host/domus/rescue/layers.ts': 'what opens it on a guest’s disk',
  'src/command-line/manual.ts': 'a manual page to read further',
  'src/check/paths.ts': 'a folder of its own, whose place no file can take',
  'src/profile/sections/storage.ts': 'the name of a layout',
  'src/ui/questions/host/disk.ts': 'the choice of a layout',
  'src/ui/demo/said.ts': 'what its tools say in the demo',
  'src/plan/distributions/debian-packages.ts': 'its package',
  'src/system/process/tool-packages.ts': 'the package of its tools',
  'src/system/process/provide-tools.ts': 'its tools are wanted before disks are looked at',
  'src/medium/build/live-packages.ts': 'the installer has its tools',
  'src/medium/build/live-tree.ts': 'the installer has its tools',
  'src/medium/build/unused-units.ts': 'the installer has its tools',
};

const isNamedIn = (file: string): boolean => wordsOf(parsed(file)).some(({ text }) => WORDS.test(text));
const files = [...sourcesUnder('src'), ...sourcesUnder('components')].filter(
  (file) => !ITS_ROOMS.some((room) => file.startsWith(room)),
);

test('nobody else asks whether it is LVM', () => {
  expect(files.filter((file) => !(file in ELSEWHERE) && isNamedIn(file))).toEqual([]);
});

test('those who name it have a reason, and do', () => {
  expect(Object.keys(ELSEWHERE).filter((file) => !files.includes(file) || !isNamedIn(file))).toEqual([]);
});
