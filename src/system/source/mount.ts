/**
 * Texts on filesystems that are not mounted yet: NFS exports, labelled volumes, optical discs; one that is mounted is
 * read where it is.
 */
import { readFile, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { XenwrightError } from '../../errors.ts';
import type { Message } from '../../i18n/phrase.ts';
import type { SourceRef } from '../../profile/source-ref.ts';
import { exec } from '../process/exec.ts';
import { statOrNull } from '../files/files.ts';
import { MOUNT_MS, readByMount, readPlain, SAFE } from './read-by-mount.ts';
import { messageOf, SourceError } from './error.ts';
import { waysByNfs, type NfsOptions, type Way } from './nfs.ts';

type Mountable = Extract<SourceRef, { kind: 'nfs' | 'label' | 'cdrom' }>;
const LABELS = '/dev/disk/by-label';
/** Journals are left alone: reading must write nothing. */
const JOURNALS: Readonly<Record<string, string>> = { ext3: ',noload', ext4: ',noload', xfs: ',norecovery' };

/** The text. Throws SourceError with every reason. */
export async function readMounted(source: string, ref: Mountable, access: NfsOptions = {}): Promise<string> {
  if (process.getuid?.() !== 0) throw new SourceError('source-unreachable.mountNeedsRoot', { source });
  const way: Message = { key: `errors.source-unreachable.ways.${ref.kind === 'label' ? 'volume' : ref.kind}` };
  const reasons: Message[] = [];
  let isAbsent = true;
  for (const { where, read } of await waysTo(ref, access)) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof XenwrightError && error.code === 'interrupted') throw error;
      const isMissing = error instanceof SourceError && error.isAbsent;
      // An export that could be mounted is the right one, whatever other versions would say.
      if (isMissing && ref.kind === 'nfs')
        throw new SourceError(
          'source-unreachable.volume',
          { source, reasons: messageOf(error), way },
          { isAbsent: true },
        );
      isAbsent &&= isMissing;
      reasons.push({ key: 'errors.source-unreachable.reasons.at', values: { where, reason: messageOf(error) } });
    }
  }
  if (reasons.length > 0)
    throw new SourceError(
      'source-unreachable.volume',
      { source, reasons: { list: reasons, by: 'semicolon' }, way },
      { mayCome: !isAbsent, isAbsent },
    );
  const nothing: Message =
    ref.kind === 'label'
      ? { key: 'errors.source-unreachable.reasons.noVolume', values: { label: ref.label } }
      : { key: 'errors.source-unreachable.reasons.noDisc' };
  throw new SourceError('source-unreachable.volume', { source, reasons: nothing, way }, { mayCome: true });
}

async function waysTo(ref: Mountable, access: NfsOptions): Promise<Way[]> {
  if (ref.kind === 'nfs') {
    if ((await statOrNull('/sbin/mount.nfs')) === null && (await statOrNull('/usr/sbin/mount.nfs')) === null)
      throw new SourceError('source-unreachable.mountNeedsNfs', { source: `nfs://${ref.server}${ref.path}` });
    return waysByNfs(ref, access);
  }
  const { signal } = access;
  const devices = ref.kind === 'label' ? await labelled(ref.label, signal) : await opticalDrives();
  return devices.map((device) => ({
    where: device,
    read: async () => {
      const mounted = await mountPointOf(device);
      if (mounted !== null) return await readPlain(join(mounted, ref.path));
      if (ref.kind === 'cdrom')
        return await readByMount({ type: 'iso9660,udf', options: SAFE, what: device, file: ref.path, signal });
      const type = (
        await exec(
          ['blkid', '-p', '-s', 'TYPE', '-o', 'value', device],
          { quiet: true, timeoutMs: MOUNT_MS, okCodes: [0, 2] },
          listen(signal),
        )
      ).stdout.trim();
      return await readByMount({
        type: type === '' ? 'auto' : type,
        options: `${SAFE}${JOURNALS[type] ?? ''}`,
        what: device,
        file: ref.path,
        signal,
      });
    },
  }));
}

/** udev's links; where it does not run, blkid looks itself. */
async function labelled(label: string, signal: AbortSignal | undefined): Promise<string[]> {
  const byUdev = (await readdir(LABELS).catch(() => [])).find(
    (name) =>
      name.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) ===
      label,
  );
  if (byUdev !== undefined) return [await realpath(join(LABELS, byUdev))];
  const found = await exec(
    ['blkid', '-c', '/dev/null', '-l', '-o', 'device', '-t', `LABEL=${label}`],
    { quiet: true, timeoutMs: MOUNT_MS, okCodes: [0, 2] },
    listen(signal),
  );
  return found.stdout.split('\n').filter((line) => line !== '');
}

async function opticalDrives(): Promise<string[]> {
  return (await readdir('/sys/class/block').catch(() => []))
    .filter((name) => /^sr\d+$/.test(name))
    .sort()
    .map((name) => `/dev/${name}`);
}

/** Where a device is mounted already, whole. */
async function mountPointOf(device: string): Promise<string | null> {
  const real = await realpath(device).catch(() => device);
  for (const line of (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')) {
    const [before, after] = line.split(' - ');
    const [, , , root, point] = (before ?? '').split(' ');
    const source = (after ?? '').split(' ')[1];
    if (
      root === '/' &&
      point !== undefined &&
      source !== undefined &&
      (await realpath(source).catch(() => source)) === real
    )
      return point.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  }
  return null;
}

const listen = (signal: AbortSignal | undefined): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });
