/**
 * Starts the finished host on this machine's disk from the medium, with nothing written to the disk: not even mounted,
 * since that would replay journals. UEFI is told the next entry; where there is a BIOS, the host's own hypervisor and
 * kernel are started by kexec.
 */
import { isBootFilesystem } from '../../facts/boot-filesystem.ts';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import type en from '../../../locales/en.json';
import type { Values } from '../../i18n/said.ts';
import { errorMessages } from '../../i18n/translate-events.ts';
import type { DiskFacts } from '../../facts/facts.ts';
import { diskToStart } from '../../facts/finished-host.ts';
import { probeFacts } from '../../facts/probe.ts';
import type { Phrase } from '../../i18n/phrase.ts';
import { bootEntry, firmwareEntry, isUnconfirmed, kexecArguments } from '../../medium/session/boot-entry.ts';
import { gunzipped } from '../medium/unpack.ts';
import { exec } from '../process/exec.ts';
import { endMachine, startLoadedKernel } from '../process/power.ts';
import { systemProbe } from '../process/probe-port.ts';

const LIMIT_MS = 120_000;
const IN_MEMORY = '/run/xenwright';

/** Comes back when the machine is about to go down for it. Throws `no-local-boot`. */
export async function bootLocalDisk(say: (line: Phrase) => void): Promise<void> {
  const { disks } = await probeFacts(systemProbe());
  const disk = diskToStart(disks);
  const boot = disk?.holds.find(isBootFilesystem);
  if (disk === undefined || boot === undefined) throw failed('noPartition');
  if (existsSync('/sys/firmware/efi')) await byFirmware(disk, say);
  else await byKexec(boot.path, say);
}

/** BootNext, once: the order of the firmware's entries stays. A disk without an entry gets one outside that order. */
async function byFirmware(disk: DiskFacts, say: (line: Phrase) => void): Promise<void> {
  const known = await entryOf(disk);
  const esp = disk.holds.find(({ label, type }) => type === 'vfat' && label?.toUpperCase() === 'XW-ESP');
  if (known === null && esp !== undefined) {
    const number = (await quietly(['lsblk', '-ndo', 'PARTN', esp.path])).trim();
    await quietly([
      'efibootmgr',
      '--create-only',
      '--disk',
      disk.path,
      '--part',
      number,
      '--loader',
      String.raw`\EFI\BOOT\BOOTX64.EFI`,
      '--label',
      'Xenwright host',
    ]);
  }
  const entry = known ?? (await entryOf(disk));
  if (entry === null) throw failed('noFirmwareEntry');
  await quietly(['efibootmgr', '--bootnext', entry]);
  say({ key: 'session.firmwareNext', values: { entry } });
  await endMachine('reboot');
}

async function entryOf({ holds }: DiskFacts): Promise<string | null> {
  const list = await quietly(['efibootmgr', '-v']);
  for (const { path } of holds) {
    const uuid = (await quietly(['lsblk', '-ndo', 'PARTUUID', path])).trim();
    const entry = uuid === '' ? null : firmwareEntry(list, uuid);
    if (entry !== null) return entry;
  }
  return null;
}

async function byKexec(partition: string, say: (line: Phrase) => void): Promise<void> {
  const folder = await mkdtemp(join(IN_MEMORY, 'local-'));
  const take = async (file: string, name: string): Promise<string> => {
    const path = join(folder, name);
    // Reads the filesystem without the kernel's help. Its exit code says nothing.
    await quietly(['debugfs', '-R', `dump "${file}" ${path}`, partition]);
    if ((await stat(path).catch(() => null))?.size) return path;
    throw failed('unreadable', { file });
  };
  const environment = await take('/grub/grubenv', 'grubenv').then(
    async (path) => await readFile(path, 'utf8'),
    () => '',
  );
  const entry = bootEntry(await readFile(await take('/grub/grub.cfg', 'grub.cfg'), 'utf8'), isUnconfirmed(environment));
  if (entry === null) throw failed('noEntry');
  const xen = entry.xen === null ? null : await unpacked(await take(entry.xen.file, 'xen'));
  const files = {
    xen,
    kernel: await take(entry.kernel.file, 'kernel'),
    initrd: entry.initrd === null ? null : await take(entry.initrd, 'initrd'),
  };
  await quietly(kexecArguments(entry, files));
  say({ key: 'session.kexecNext', values: { title: entry.title } });
  await startLoadedKernel();
}

/** A torn file does not unpack. */
async function unpacked(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.readUInt16BE(0) === 0x1f8b)
    await writeFile(
      path,
      await gunzipped(bytes).catch(() => {
        throw failed('damaged');
      }),
    );
  return path;
}

async function quietly(argv: readonly string[]): Promise<string> {
  try {
    return (await exec(argv, { timeoutMs: LIMIT_MS, quiet: true })).stdout;
  } catch (error) {
    if (error instanceof XenwrightError) throw failed('command', { reason: errorMessages(error).message });
    throw error;
  }
}

type Reason = keyof (typeof en)['errors']['no-local-boot'];

function failed(reason: Reason, values: Values = {}): XenwrightError {
  return failure(`no-local-boot.${reason}`, EXIT.refused, values);
}
