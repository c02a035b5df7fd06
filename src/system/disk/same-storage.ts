/**
 * Is what is to be written the very thing that is read, whatever both are called? Files are compared by filesystem and
 * inode, devices by their numbers, and both by what lies beneath them: partitions, loop devices, LVM, md, nbd, the
 * device of a filesystem, a server.
 */
import type { Word } from '../../i18n/phrase.ts';
import { readFile, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import { MOUNT_TABLE, parseMounts, type Mount } from './mount-table.ts';

export interface StorageStat {
  readonly kind: 'file' | 'device' | 'other';
  /** Of the filesystem it lies on, and of the device that it is itself, like `8:1`. */
  readonly filesystem: string;
  readonly number: string;
  readonly inode: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}
/** What is asked of the system, so that any machine's storage can be thought up. */
export interface StorageProbe {
  /** Without links; null where there is nothing. */
  realpath(path: string): Promise<string | null>;
  /** Where a link points; null for what is none. */
  link(path: string): Promise<string | null>;
  stat(path: string): Promise<StorageStat | null>;
  read(path: string): Promise<string | null>;
  list(path: string): Promise<readonly string[]>;
  /** Names and addresses of this machine. */
  ownNames(): readonly string[];
  /** Of what is at a web address; null where it does not say. */
  head(url: string): Promise<{ readonly sizeBytes: number; readonly modifiedMs: number } | null>;
}
export interface Place {
  /** A path, or a web address. */
  readonly path: string;
  /** As people know it. */
  readonly name?: Word;
}

interface Range {
  readonly from: number;
  readonly to: number;
}
/** `range`: which of its bytes are meant; null: nobody knows, as with a file on a filesystem. */
interface Layer {
  readonly key: string;
  readonly range: Range | null;
}
/** `layers`: itself, then all that it lies on. `server`: where a network filesystem has it. */
interface Storage {
  readonly layers: readonly Layer[];
  readonly stat: StorageStat | null;
  readonly server: string | null;
}
type Relation = 'same' | 'under' | 'on' | 'shared';

const WHOLE: Range = { from: 0, to: Number.POSITIVE_INFINITY };
const SECTOR_BYTES = 512;
const MOST_LINKS = 40;
const HEAD_MS = 5_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/**
 * Throws `same-storage` (exit 2) when writing to the one would change the other. `isApart`: a file may be written to
 * the device that is read, as notes of its copying are.
 */
export async function refuseOverlap(
  written: Place,
  read: Place,
  { isApart = false, probe = systemStorage }: { readonly isApart?: boolean; readonly probe?: StorageProbe } = {},
): Promise<void> {
  const relation = await relationOf(written.path, read.path, probe);
  if (relation === null || (relation === 'on' && isApart)) return;
  throw failure(`same-storage.${relation}`, EXIT.usage, {
    to: written.name ?? written.path,
    from: read.name ?? read.path,
  });
}

/** Numbers of the device that this is, or lies on, and of all below it. */
export async function devicesOf(path: string, probe: StorageProbe = systemStorage): Promise<ReadonlySet<string>> {
  return new Set(
    (await storageOf(path, probe)).layers.flatMap(({ key }) =>
      key.startsWith('device ') ? [key.slice('device '.length)] : [],
    ),
  );
}

async function relationOf(written: string, read: string, probe: StorageProbe): Promise<Relation | null> {
  if (/^https?:/.test(read)) return (await isServedFile(written, read, probe)) ? 'same' : null;
  const [to, from] = [await storageOf(written, probe), await storageOf(read, probe)];
  const [own, other] = [to.layers[0]?.key, from.layers[0]?.key];
  if (own === other || isSameOnServer(to, from, probe)) return 'same';
  if (from.layers.some(({ key }) => key === own)) return 'under';
  if (to.layers.some(({ key }) => key === other)) return 'on';
  return to.layers.some((layer) =>
    from.layers.some(({ key, range }) => key === layer.key && overlap(range, layer.range)),
  )
    ? 'shared'
    : null;
}

function overlap(a: Range | null, b: Range | null): boolean {
  return a !== null && b !== null && a.from < b.to && b.from < a.to;
}

/**
 * Two mounts of one export need not be one filesystem here, and a server may be this very machine: as far as can be
 * told, by number, size and time.
 */
function isSameOnServer(a: Storage, b: Storage, probe: StorageProbe): boolean {
  const isAlike =
    a.stat !== null &&
    b.stat !== null &&
    a.stat.inode === b.stat.inode &&
    a.stat.sizeBytes === b.stat.sizeBytes &&
    a.stat.modifiedMs === b.stat.modifiedMs;
  if (!isAlike || (a.server === null && b.server === null)) return false;
  const isHere = (server: string | null): boolean => server === null || isOwn(server, probe);
  return a.server === b.server || (isHere(a.server) && isHere(b.server));
}

/** A file that this machine serves itself: a web server does not say where it has it, but how long and how old it is. */
async function isServedFile(written: string, url: string, probe: StorageProbe): Promise<boolean> {
  const found = await probe.stat(written);
  const server = URL.parse(url)?.hostname.replace(/^\[(.*)\]$/, '$1');
  if (found?.kind !== 'file' || server === undefined || !isOwn(server, probe)) return false;
  const served = await probe.head(url);
  return (
    served !== null &&
    served.sizeBytes === found.sizeBytes &&
    Math.floor(served.modifiedMs / 1000) === Math.floor(found.modifiedMs / 1000)
  );
}

function isOwn(name: string, probe: StorageProbe): boolean {
  return LOOPBACK.test(name) || probe.ownNames().includes(name);
}

async function storageOf(path: string, probe: StorageProbe): Promise<Storage> {
  const real = await whereItWillBe(resolve(path), probe);
  const found = await probe.stat(real);
  if (found === null)
    return {
      layers: [{ key: `new ${real}`, range: WHOLE }, ...(await onFilesystem(dirname(real), probe))],
      stat: null,
      server: null,
    };
  if (found.kind === 'device') return { layers: await layersOfDevice(found.number, probe), stat: found, server: null };
  const mount = await mountOf(real, probe);
  const server =
    mount?.type.startsWith('nfs') === true
      ? (mount.options.find((option) => option.startsWith('addr='))?.slice('addr='.length) ??
        mount.source.split(':')[0] ??
        null)
      : null;
  return { layers: await layersOfFile(real, found, probe), stat: found, server };
}

/** What is not there yet, too, has one place: links may lead to it. */
async function whereItWillBe(path: string, probe: StorageProbe): Promise<string> {
  let now = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const real = await probe.realpath(now);
    if (real !== null) return real;
    const folder = (await probe.realpath(dirname(now))) ?? dirname(now);
    const link = await probe.link(now);
    if (link === null) return join(folder, basename(now));
    now = resolve(folder, link);
  }
  return now;
}

async function layersOfFile(path: string, { filesystem, inode }: StorageStat, probe: StorageProbe): Promise<Layer[]> {
  return [{ key: `file ${filesystem} ${inode}`, range: WHOLE }, ...(await onFilesystem(path, probe))];
}

/**
 * The devices of the filesystem that this path is on. Some filesystems have numbers of their own in the place of their
 * device's.
 */
async function onFilesystem(path: string, probe: StorageProbe): Promise<Layer[]> {
  const number = (await probe.stat(path))?.filesystem ?? '0:0';
  const numbers = number.startsWith('0:') ? await devicesOfMount(await mountOf(path, probe), probe) : [number];
  const layers = await Promise.all(numbers.map(async (one) => await layersOfDevice(one, probe)));
  return within(layers.flat(), null);
}

/** btrfs: all devices of it, whichever is named. */
async function devicesOfMount(mount: Mount | null, probe: StorageProbe): Promise<string[]> {
  const device = mount?.source.startsWith('/dev/') === true ? await probe.stat(mount.source) : null;
  if (mount === null || device?.kind !== 'device') return [];
  if (mount.type !== 'btrfs') return [device.number];
  for (const uuid of await probe.list('/sys/fs/btrfs')) {
    const names = await probe.list(`/sys/fs/btrfs/${uuid}/devices`);
    const numbers = await Promise.all(
      names.map(async (name) => (await probe.read(`/sys/class/block/${name}/dev`))?.trim() ?? ''),
    );
    if (numbers.includes(device.number)) return numbers;
  }
  return [device.number];
}

async function mountOf(path: string, probe: StorageProbe): Promise<Mount | null> {
  const mounts = parseMounts((await probe.read(MOUNT_TABLE)) ?? '').filter(
    ({ point }) => point === '/' || path === point || path.startsWith(`${point}/`),
  );
  // Of two on one point the later one is seen.
  return mounts.reduce<Mount | null>(
    (best, mount) => (best === null || mount.point.length >= best.point.length ? mount : best),
    null,
  );
}

async function layersOfDevice(
  number: string,
  probe: StorageProbe,
  seen: ReadonlySet<string> = new Set(),
): Promise<Layer[]> {
  const own: Layer = { key: `device ${number}`, range: WHOLE };
  if (seen.has(number)) return [own];
  const inside = new Set([...seen, number]);
  const folder = `/sys/dev/block/${number}`;
  const value = async (name: string): Promise<string | null> => (await probe.read(`${folder}/${name}`))?.trim() ?? null;
  const figure = async (name: string): Promise<number> => Number((await value(name)) ?? 0);
  const below: Layer[] = [];
  const disk = (await value('partition')) === null ? null : await value('../dev');
  if (disk !== null) {
    const from = (await figure('start')) * SECTOR_BYTES;
    below.push(
      ...within(await layersOfDevice(disk, probe, inside), { from, to: from + (await figure('size')) * SECTOR_BYTES }),
    );
  }
  const file = await value('loop/backing_file');
  const backing = file === null ? null : await probe.stat(file);
  if (file !== null && backing !== null) {
    const [from, sizeBytes] = [await figure('loop/offset'), await figure('loop/sizelimit')];
    below.push(
      ...within(
        backing.kind === 'device'
          ? await layersOfDevice(backing.number, probe, inside)
          : await layersOfFile(file, backing, probe),
        { from, to: sizeBytes === 0 ? WHOLE.to : from + sizeBytes },
      ),
    );
  }
  // LVM, md, dm-crypt, multipath, bcache.
  for (const name of await probe.list(`${folder}/slaves`)) {
    const slave = (await probe.read(`/sys/class/block/${name}/dev`))?.trim();
    if (slave !== undefined) below.push(...within(await layersOfDevice(slave, probe, inside), null));
  }
  // A network block device: what its program has open, when it runs here.
  const pid = await value('pid');
  for (const name of pid === null ? [] : await probe.list(`/proc/${pid}/fd`)) {
    const path = `/proc/${pid}/fd/${name}`;
    const open = await probe.stat(path);
    if (open?.kind === 'file')
      below.push(...within(await layersOfFile((await probe.realpath(path)) ?? path, open, probe), null));
    if (open?.kind === 'device') below.push(...within(await layersOfDevice(open.number, probe, inside), null));
  }
  return [own, ...below];
}

/** The same layers, of which only this range of the first one is meant. */
function within(layers: readonly Layer[], range: Range | null): Layer[] {
  return layers.map((layer, index) => {
    if (index === 0 || range === null || layer.range === null) return { ...layer, range: index === 0 ? range : null };
    return {
      ...layer,
      range: { from: layer.range.from + range.from, to: Math.min(layer.range.to, layer.range.from + range.to) },
    };
  });
}

const systemStorage: StorageProbe = {
  realpath: async (path) => await realpath(path).catch(() => null),
  link: async (path) => await readlink(path).catch(() => null),
  async stat(path) {
    const found = await stat(path, { bigint: true }).catch(() => null);
    if (found === null) return null;
    return {
      kind: found.isFile() ? 'file' : found.isBlockDevice() ? 'device' : 'other',
      filesystem: numberOf(found.dev),
      number: numberOf(found.rdev),
      inode: String(found.ino),
      sizeBytes: Number(found.size),
      modifiedMs: Number(found.mtimeMs),
    };
  },
  read: async (path) => await readFile(path, 'utf8').catch(() => null),
  list: async (path) => await readdir(path).catch(() => []),
  ownNames: () => [
    hostname(),
    ...Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address)),
  ],
  async head(url) {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(HEAD_MS) }).catch(() => null);
    const [sizeBytes, modifiedMs] = [
      Number(answer?.headers.get('content-length') ?? Number.NaN),
      Date.parse(answer?.headers.get('last-modified') ?? ''),
    ];
    return answer?.ok === true && !Number.isNaN(sizeBytes) && !Number.isNaN(modifiedMs)
      ? { sizeBytes, modifiedMs }
      : null;
  },
};

/** makedev(3) backwards. */
function numberOf(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  return `${major}:${minor & 0xffffffffn}`;
}
