/**
 * Texts on filesystems that are not mounted yet: NFS exports, labelled volumes, optical discs. Each is mounted read-only in a
 * mount namespace of its own, which ends with the command that reads: nothing stays mounted, even when this process is killed.
 */
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf, XenwrightError } from '../errors.ts';
import type { SourceRef } from '../profile/source-ref.ts';
import { exec } from './exec.ts';
import { statOrNull } from './files.ts';
import { SourceError } from './source-error.ts';
import { LIMIT_BYTES } from './source-http.ts';

type Mountable = Extract<SourceRef, { kind: 'nfs' | 'label' | 'cdrom' }>;
const SAFE = 'ro,nosuid,nodev,noexec';
/** Tenths of a second, twice: an NFS server that is gone is an error soon, never a process that hangs. */
const NFS = `${SAFE},soft,timeo=50,retrans=2,retry=0,nolock`;
const MOUNT_MS = 60_000;
const LABELS = '/dev/disk/by-label';
/** Journals are left alone: reading must write nothing. */
const JOURNALS: Readonly<Record<string, string>> = { ext3: ',noload', ext4: ',noload', xfs: ',norecovery' };
/** Mounts, and copies the file's beginning out; what it says is the reason. 3: the file is not there. */
const SCRIPT = 'mount -t "$1" -o "$2" -- "$3" "$4" || exit 32; [ -e "$4/$5" ] || exit 3; exec head -c "$6" -- "$4/$5" >"$7"';

/** The text. Throws SourceError with every reason. */
export async function readMounted(source: string, ref: Mountable, signal?: AbortSignal): Promise<string> {
  if (process.getuid?.() !== 0) throw new SourceError(`${source}: only root can mount it`, 'run the same command as root, for example with sudo');
  const reasons: string[] = [];
  let isAbsent = true;
  for (const { where, read } of await waysTo(ref, signal)) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof XenwrightError && error.code === 'interrupted') throw error;
      const isMissing = error instanceof SourceError && error.isAbsent;
      // An export that could be mounted is the right one, whatever other versions would say.
      if (isMissing && ref.kind === 'nfs') throw new SourceError(`${source}: ${reasonOf(error)}`, HINTS.nfs, { isAbsent: true });
      isAbsent &&= isMissing;
      reasons.push(`${where}: ${reasonOf(error)}`);
    }
  }
  if (reasons.length > 0) throw new SourceError(`${source}: ${reasons.join('; ')}`, HINTS[ref.kind], { mayCome: !isAbsent, isAbsent });
  throw new SourceError(`${source}: ${ref.kind === 'label' ? `there is no volume with the label ${ref.label}` : 'there is no optical drive with a disc'}`, HINTS[ref.kind], { mayCome: true });
}

const HINTS: Readonly<Record<Mountable['kind'], string>> = {
  nfs: 'check the export (showmount -e SERVER), and that this machine may mount it; nfs-common is needed here',
  label: 'blkid shows the labels of the volumes that are there', cdrom: 'put the disc in, and look at the path on it',
};

interface Way { readonly where: string; read(): Promise<string> }

async function waysTo(ref: Mountable, signal: AbortSignal | undefined): Promise<Way[]> {
  if (ref.kind === 'nfs') {
    if (await statOrNull('/sbin/mount.nfs') === null && await statOrNull('/usr/sbin/mount.nfs') === null) throw new SourceError(`nfs://${ref.server}${ref.path}: mount.nfs is not installed`, 'apt-get install nfs-common');
    const at = ref.path.lastIndexOf('/');
    const [folder, file] = [ref.path.slice(0, at) || '/', ref.path.slice(at + 1)];
    return ['4', '3'].map((version) => ({ where: `NFS version ${version}`, read: async () => await readFrom('nfs', `${NFS},vers=${version}`, `${ref.server}:${folder}`, file, signal) }));
  }
  const devices = ref.kind === 'label' ? await labelled(ref.label, signal) : await opticalDrives();
  return devices.map((device) => ({ where: device, read: async () => {
    const mounted = await mountPointOf(device);
    if (mounted !== null) return await readPlain(join(mounted, ref.path));
    if (ref.kind === 'cdrom') return await readFrom('iso9660,udf', SAFE, device, ref.path, signal);
    const type = (await exec(['blkid', '-p', '-s', 'TYPE', '-o', 'value', device], { quiet: true, timeoutMs: MOUNT_MS, okCodes: [0, 2] }, listen(signal))).stdout.trim();
    return await readFrom(type === '' ? 'auto' : type, `${SAFE}${JOURNALS[type] ?? ''}`, device, ref.path, signal);
  } }));
}

async function readFrom(type: string, options: string, what: string, file: string, signal: AbortSignal | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-source-'));
  try {
    await mkdir(join(folder, 'mnt'));
    const copy = join(folder, 'text');
    const { exitCode } = await exec(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, 'sh', type, options, what, join(folder, 'mnt'), file.replace(/^\/+/, ''), String(LIMIT_BYTES + 1), copy], { quiet: true, timeoutMs: MOUNT_MS, okCodes: [0, 3] }, listen(signal));
    if (exitCode === 3) throw new SourceError('it has no such file', 'check the path', { isAbsent: true });
    return await readPlain(copy);
  } catch (error) {
    if (error instanceof XenwrightError && error.code === 'command-failed') throw new SourceError(error.lastLines.filter((line) => !/^\s*dmesg\(1\)/.test(line)).map((line) => line.replace(/^mount(\.nfs)?: /, '').trim()).filter((line) => line !== '').join(' ') || error.message, 'see above', { mayCome: true });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readPlain(path: string): Promise<string> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw new SourceError('it has no such file', 'check the path', { isAbsent: true });
  if (!stats.isFile()) throw new SourceError('it is not a file', 'check the path');
  if (stats.size > LIMIT_BYTES) throw new SourceError('it is larger than 8 MiB', 'a profile is a small text');
  return await readFile(path, 'utf8');
}

/** udev's links; where it does not run, blkid looks itself. */
async function labelled(label: string, signal: AbortSignal | undefined): Promise<string[]> {
  const byUdev = (await readdir(LABELS).catch(() => [])).find((name) => name.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) === label);
  if (byUdev !== undefined) return [await realpath(join(LABELS, byUdev))];
  const found = await exec(['blkid', '-c', '/dev/null', '-l', '-o', 'device', '-t', `LABEL=${label}`], { quiet: true, timeoutMs: MOUNT_MS, okCodes: [0, 2] }, listen(signal));
  return found.stdout.split('\n').filter((line) => line !== '');
}

async function opticalDrives(): Promise<string[]> {
  return (await readdir('/sys/class/block').catch(() => [])).filter((name) => /^sr\d+$/.test(name)).sort().map((name) => `/dev/${name}`);
}

/** Where a device is mounted already, whole. */
async function mountPointOf(device: string): Promise<string | null> {
  const real = await realpath(device).catch(() => device);
  for (const line of (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')) {
    const [before, after] = line.split(' - ');
    const [, , , root, point] = (before ?? '').split(' ');
    const source = (after ?? '').split(' ')[1];
    if (root === '/' && point !== undefined && source !== undefined && await realpath(source).catch(() => source) === real) return point.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  }
  return null;
}

const listen = (signal: AbortSignal | undefined): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });
