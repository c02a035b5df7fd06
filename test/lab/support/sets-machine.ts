/** A virtual machine with Debian's kernel, the tools of every set that Debian has, and disks to make sets of. */
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, createReadStream, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XenwrightError } from '../../../src/errors.ts';
import { actionOf } from '../../actions/action-of.ts';
import { ground } from '../bases.ts';
import { applianceBase, command, emptyDisk, outputOf } from './appliance.ts';
import { rescueSystem } from './rescue.ts';
import type { SeenNames, SeenUsers } from './sets-look.ts';
import { waitFor } from './sets.ts';
import { programStore } from './tiny-store.ts';

const TOOLS = ['bcache-tools', 'btrfs-progs', 'cryptsetup-bin', 'kpartx', 'multipath-tools'];
/** Of the sets, and one that no set has: its content must never change. */
const SMALL_DISKS = 13;
const SMALL_MIB = 256;
/** An install fits on these. */
export const LARGE_SERIALS = ['real-14', 'real-15'] as const;
const LARGE_MIB = 12_288;
/** One path to a disk, and two to another: serial number and WWN. */
const PATHS = [
  ['single', '0x5000c50000000a01'],
  ['twin', '0x5000c50000000a02'],
  ['twin', '0x5000c50000000a02'],
] as const;
const LIMIT_MS = 300_000;
const MOST_ROUNDS = 15;
/** Each start of Node.js is slow on an emulated processor. */
const NODE = 'NODE_COMPILE_CACHE=/tmp/compiled /mnt/node';
const PROFILE = `
version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], root: 4G, swap: 512M, cache: 1G, boot: 512M }
  admin: { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
`;
/** Maps for every disk of SCSI, also one with one path. */
const MULTIPATH = 'defaults {\n  user_friendly_names yes\n  find_multipaths no\n}';

export interface SetsMachine {
  readonly names: SeenNames;
  /** What a command in it says, its errors too; throws when it fails. */
  say(run: string): Promise<string>;
  /** What `sets-look` prints there. */
  look<T>(...words: readonly string[]): Promise<T>;
  users(names: readonly string[]): Promise<SeenUsers>;
  /** `xenwright install --dry-run` onto the disk with this serial number; what it says, on one line. */
  dryRun(serial: string): Promise<{ readonly code: number; readonly said: string }>;
  release(disk: string): Promise<void>;
  /** By serial number, once nothing is written any more. */
  sums(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

export async function setsMachine(folder: string): Promise<SetsMachine> {
  const here = ground();
  const base = await programStore(folder, await applianceBase(here, TOOLS), ['sets-look']);
  await here.clear();
  writeFileSync(join(base.store, 'profile.yaml'), PROFILE);
  copyFileSync(join(import.meta.dirname, '../../machines/sata-ssd-and-hdd.json'), join(base.store, 'facts.json'));
  mkdirSync(join(folder, 'captures'));
  const files = diskFiles(folder);
  const images = [...files].filter(([serial]) => serial.startsWith('real-')).map(([, file]) => file);
  const machine = rescueSystem(base, images, folder, pathArguments(files));
  const say = async (run: string): Promise<string> => {
    const note = (text: string): void => appendFileSync(join(folder, 'said.log'), `$ ${run}\n${text}\n`);
    try {
      const said = await outputOf(machine, command(`{ ${run}\n} 2>&1`, 'command', LIMIT_MS));
      note(said);
      return said;
    } catch (error) {
      note(`${String(error)}\n${error instanceof XenwrightError ? error.lastLines.join('\n') : ''}`);
      throw error;
    }
  };
  const look = async <T>(...words: readonly string[]): Promise<T> =>
    JSON.parse(
      await outputOf(machine, command(`${NODE} /bases/sets-look.mjs ${words.join(' ')}`, 'command', LIMIT_MS)),
    ) as T;
  await say(
    [
      'set -e; modprobe -a virtio_net virtio_scsi sd_mod dm_mod md_mod',
      waitFor(`[ "$(ls -d /sys/block/sd? | wc -l)" = ${PATHS.length} ]`),
      `echo '${MULTIPATH}' > /etc/multipath.conf; mkdir -p /etc/multipath`,
      // The disk that no set has.
      `mke2fs -q -F -E lazy_itable_init=0,lazy_journal_init=0 /dev/disk/by-id/virtio-real-${SMALL_DISKS}`,
    ].join('\n'),
  );
  return {
    names: await look<SeenNames>('names'),
    say,
    look,
    users: async (names) => await look<SeenUsers>('users', ...names),
    dryRun: async (serial) => {
      const said = await say(
        `${NODE} /mnt/xenwright.mjs install --dry-run /bases/profile.yaml --set 'host.storage.disks=[{ serial: ${serial} }]'; echo "exit code $?"`,
      );
      return { said: said.replaceAll(/\s+/g, ' '), code: Number(/exit code (\d+)$/.exec(said)?.[1]) };
    },
    release: async (disk) => {
      await outputOf(machine, actionOf('disk.release', { disk }));
    },
    sums: async () => await settledSums(files, async () => await say('udevadm settle; sync')),
    close: async () => await machine.close(),
  };
}

/** Image files by the serial numbers of their disks. */
function diskFiles(folder: string): Map<string, string> {
  const small = [...Array.from({ length: SMALL_DISKS + 1 }, (_, index) => `real-${index}`), 'single', 'twin'];
  const sorted = [...small, ...LARGE_SERIALS].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return new Map(
    sorted.map((serial) => [
      serial,
      emptyDisk(folder, serial, LARGE_SERIALS.some((large) => large === serial) ? LARGE_MIB : SMALL_MIB),
    ]),
  );
}

function pathArguments(files: ReadonlyMap<string, string>): string[] {
  return [
    '-device',
    'virtio-scsi-pci,id=scsi',
    ...PATHS.flatMap(([serial, wwn], index) => [
      '-drive',
      `if=none,id=path${index},format=raw,file.driver=file,file.filename=${files.get(serial) ?? ''},file.locking=off`,
      '-device',
      `scsi-hd,bus=scsi.0,drive=path${index},serial=${serial},wwn=${wwn},share-rw=on`,
    ]),
  ];
}

interface Known {
  readonly stamp: string;
  readonly sum: string;
}
const known = new Map<string, Known>();
let lastSums = '';

/** Taken until two in a row are the same: the machine writes what it has in memory in its own time. */
async function settledSums(
  files: ReadonlyMap<string, string>,
  flush: () => Promise<unknown>,
): Promise<Record<string, string>> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await flush();
    const sums: Record<string, string> = {};
    for (const [serial, file] of files) sums[serial] = await sumOf(file);
    const text = JSON.stringify(sums);
    if (text === lastSums) return sums;
    lastSums = text;
    await new Promise((resolve) => {
      setTimeout(resolve, 1000);
    });
  }
  throw new Error('the disks are written to all the time');
}

/** Files that nobody has written to since are not read again. */
async function sumOf(file: string): Promise<string> {
  const { mtimeMs, ctimeMs, blocks } = statSync(file);
  const stamp = `${mtimeMs} ${ctimeMs} ${blocks}`;
  const before = known.get(file);
  if (before?.stamp === stamp) return before.sum;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 4 * 1024 * 1024 })) hash.update(chunk as Buffer);
  const sum = hash.digest('hex');
  known.set(file, { stamp, sum });
  return sum;
}

/** Runs a script of a set: its disks are $1, $2, …, the folder to mount on is $at. */
export async function sayOn(
  { say }: Pick<SetsMachine, 'say'>,
  set: string,
  names: readonly string[],
  script: string,
): Promise<string> {
  const at = `/tmp/at-${set}`;
  return await say(
    `set -e; set -- ${names.map((name) => `/dev/${name}`).join(' ')}; at=${at}; mkdir -p $at\n${script}\nudevadm settle --timeout=60`,
  );
}
