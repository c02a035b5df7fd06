/**
 * Runs inside a virtual machine with sets of disks, and prints one line of JSON. Arguments:
 *
 * - `names`: the kernel's names of the disks, by serial number;
 * - `users NAME...`: who uses the disks that the kernel calls NAME, and the capture of them;
 * - `clone PROFILE SERIAL TWIN`: makes the table of an install on the disk SERIAL, then copies it to TWIN; tells what
 *   forbids an install on either before and after;
 * - `loop FACTS`: what is seen of an earlier install's image on a loop device (test/system/disk/earlier-install.ts).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { probeDisks } from '../../../src/facts/disks.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import { probeFacts } from '../../../src/facts/probe.ts';
import { systemProbe } from '../../../src/system/process/probe-port.ts';
import { captureOfDisks, recorded, type Capture } from '../../machines/capture.ts';
import { profileOf } from '../../plan/host.ts';
import { refusalsOf, seenOnLoop, writeTable } from '../../system/disk/earlier-install.ts';

export interface SeenUsers {
  /** In the order of the names. */
  readonly users: readonly (readonly string[])[];
  readonly capture: Capture;
}
/** Several where several paths lead to one disk. */
export type SeenNames = Readonly<Record<string, readonly string[]>>;
export interface SeenClone {
  /** Codes for an install on the first disk, and on its twin: on blank disks, on an installed one, on two equal ones. */
  readonly blank: readonly (readonly string[])[];
  readonly installed: readonly (readonly string[])[];
  readonly cloned: readonly (readonly string[])[];
  /** Path of the twin, and what the refusal names. */
  readonly twin: string;
  readonly tables: readonly string[];
}

async function seenNames(): Promise<SeenNames> {
  const { disks } = await probeDisks(systemProbe());
  return Object.fromEntries(
    disks.map(({ serial }) => [
      serial,
      disks.filter((disk) => disk.serial === serial).map(({ path }) => path.replace('/dev/', '')),
    ]),
  );
}

async function seenUsers(names: readonly string[]): Promise<SeenUsers> {
  const { port, capture } = recorded(systemProbe());
  const { disks } = await probeDisks(port);
  return {
    users: names.map((name) => disks.find(({ path }) => path === `/dev/${name}`)?.usedBy ?? ['not there']),
    capture: await captureOfDisks(capture, names),
  };
}

async function seenClone(file: string, serial: string, twinSerial: string): Promise<SeenClone> {
  const text = readFileSync(file, 'utf8');
  const profiles = [serial, twinSerial].map((one) =>
    profileOf([`host.storage.disks=[{ serial: ${JSON.stringify(one)} }]`], text),
  );
  const probed = async (): Promise<Facts> => {
    execFileSync('udevadm', ['settle', '--timeout=60']);
    return await probeFacts(systemProbe());
  };
  const refusals = async (): Promise<string[][]> => {
    const facts = await probed();
    return profiles.map((profile) => refusalsOf(profile, facts));
  };
  const before = await probed();
  const [disk = '', twin = ''] = [serial, twinSerial].map(
    (one) => before.disks.find((known) => known.serial === one)?.path,
  );
  const blank = await refusals();
  const [profile] = profiles;
  if (profile === undefined) throw new Error('no profile');
  writeTable(profile, before, disk);
  const installed = await refusals();
  execFileSync('sgdisk', ['--backup=/tmp/table', disk]);
  execFileSync('sgdisk', ['--load-backup=/tmp/table', twin]);
  const cloned = await refusals();
  const tables = (await probed()).disks
    .filter(({ path }) => [disk, twin].includes(path))
    .map(({ uuids = [] }) => uuids.map(({ uuid }) => uuid).join(' '));
  return { blank, installed, cloned, twin, tables };
}

const [mode = '', ...words] = process.argv.slice(2);
const [first = '', second = '', third = ''] = words;
const modes: Readonly<Record<string, () => Promise<unknown>>> = {
  names: seenNames,
  users: async () => await seenUsers(words),
  clone: async () => await seenClone(first, second, third),
  loop: async () => await seenOnLoop(JSON.parse(readFileSync(first, 'utf8')) as Facts),
};
process.stdout.write(`${JSON.stringify(await modes[mode]?.())}\n`);
