/**
 * Starts the finished host on this machine's disk from the medium, with nothing written to the disk: not even mounted, since
 * that would replay journals. UEFI is told the next entry; a BIOS cannot be told, so its Xen is started by kexec.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, XenwrightError } from '../errors.ts';
import { probeFacts } from '../facts/probe.ts';
import { bootEntry, firmwareEntry, type BootEntry } from '../medium/session/boot-entry.ts';
import { exec } from './exec.ts';
import { endMachine } from './power.ts';
import { systemProbe } from './probe-port.ts';

const FOLDER = '/run/xenwright/local-boot';
const LIMIT_MS = 120_000;

/** Does not come back when it works. Throws `no-local-boot`. */
export async function bootLocalDisk(say: (text: string) => void): Promise<void> {
  const { disks } = await probeFacts(systemProbe());
  const disk = disks.find(({ installMarker }) => installMarker !== null);
  const boot = disk?.holds.find(({ type, label }) => type === 'ext4' && label === 'xw-boot');
  if (disk === undefined || boot === undefined) throw failed('no boot partition of a finished host was found');
  if (existsSync('/sys/firmware/efi')) await byFirmware(disk.holds.map(({ path }) => path), say);
  else await byKexec(boot.path, say);
}

async function byFirmware(partitions: readonly string[], say: (text: string) => void): Promise<void> {
  const list = (await exec(['efibootmgr', '-v'], { timeoutMs: LIMIT_MS, quiet: true })).stdout;
  for (const partition of partitions) {
    const uuid = (await exec(['lsblk', '-ndo', 'PARTUUID', partition], { timeoutMs: LIMIT_MS, quiet: true })).stdout.trim();
    const entry = uuid === '' ? null : firmwareEntry(list, uuid);
    if (entry === null) continue;
    await exec(['efibootmgr', '--bootnext', entry], { timeoutMs: LIMIT_MS, quiet: true });
    say(`The firmware starts entry ${entry} next. Restarting.\n`);
    await endMachine('reboot');
    return;
  }
  throw failed('the firmware has no entry for the disk');
}

async function byKexec(device: string, say: (text: string) => void): Promise<void> {
  await mkdir(FOLDER, { recursive: true, mode: 0o700 });
  const entry = bootEntry(await readFrom(device, '/grub/grub.cfg'));
  if (entry === null) throw failed('grub.cfg on the disk has no entry that is understood');
  const files = await fetchFiles(device, entry);
  const argv = entry.xen === null || files.xen === null
    ? ['kexec', '-l', files.kernel, `--command-line=${entry.kernel.words}`, ...(files.initrd === null ? [] : [`--initrd=${files.initrd}`])]
    : ['kexec', '--kexec-syscall', '--type=multiboot2-x86', '-l', files.xen, `--command-line=${entry.xen.words}`, `--module=${files.kernel} ${entry.kernel.words}`, ...(files.initrd === null ? [] : [`--module=${files.initrd}`])];
  await exec(argv, { timeoutMs: LIMIT_MS });
  say(`Starting ${entry.title} from ${device}, read-only, by kexec.\n`);
  await exec(['systemctl', '--no-wall', 'kexec'], { timeoutMs: LIMIT_MS });
  await new Promise((resolve) => { setTimeout(resolve, LIMIT_MS); });
}

async function fetchFiles(device: string, entry: BootEntry): Promise<{ readonly xen: string | null; readonly kernel: string; readonly initrd: string | null }> {
  const dump = async (file: string, name: string): Promise<string> => {
    const to = join(FOLDER, name);
    await exec(['debugfs', '-c', '-R', `dump ${inBoot(file)} ${to}`, device], { timeoutMs: LIMIT_MS, quiet: true });
    // debugfs ends well whatever was not there.
    if (!existsSync(to)) throw failed(`${file} could not be read from ${device}`);
    if (!file.endsWith('.gz')) return to;
    // kexec takes a hypervisor as it is.
    await exec(['sh', '-c', 'gunzip -c "$0" > "$0.elf"', to], { timeoutMs: LIMIT_MS, quiet: true });
    return `${to}.elf`;
  };
  return {
    xen: entry.xen === null ? null : await dump(entry.xen.file, 'xen'),
    kernel: await dump(entry.kernel.file, 'kernel'), initrd: entry.initrd === null ? null : await dump(entry.initrd, 'initrd'),
  };
}

async function readFrom(device: string, file: string): Promise<string> {
  return (await exec(['debugfs', '-c', '-R', `cat ${file}`, device], { timeoutMs: LIMIT_MS, quiet: true })).stdout;
}

/** The boot partition is a filesystem of its own: /boot/ in a path is its root. */
function inBoot(file: string): string {
  return file.replace(/^\/boot\//, '/');
}

function failed(message: string): XenwrightError {
  return new XenwrightError({ code: 'no-local-boot', exit: EXIT.refused, message, hint: 'nothing was written; take the medium out, or put the disk before it in the boot order, and restart' });
}
