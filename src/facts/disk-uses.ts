/**
 * Who uses block devices without lsblk seeing it: mounts of other namespaces and of a filesystem's other disks, swap,
 * loops, targets that hand disks to other machines, guests of Xen, processes, and whoever the kernel has given a device
 * to. What is read of guests, mounts and processes is data: only its printable signs are passed on.
 */
import { isPartitionOf, withDescendants, type BlockNode } from './lsblk.ts';
import type { DiskProbePort } from './probe-port.ts';
import { cachesOf, spreadFilesystems, type Member } from './storage-sets.ts';
import { backendsOf, NO_ANSWER } from './xen-backends.ts';

/** Words for the users of a device, by its number (`8:16`). */
export type Uses = ReadonlyMap<string, readonly string[]>;

/** Instead of a number: of every disk nobody can say that it is free. */
export const EVERY_DEVICE = 'every device';
/**
 * Filesystems on several disks: their mounts name one device, or all with colons, and have a device number of their
 * own.
 */
const SEVERAL_DISKS = new Set(['btrfs', 'bcachefs']);
/** Users that leave a device to others, too. */
const CLAIMS_NOTHING = /^(loop|xen|process|nvme-target):/;
const TARGETS = '/sys/kernel/config/target/core';
const NVME_TARGETS = '/sys/kernel/config/nvmet/subsystems';
/** Places of mounts can be long, and are typed by whoever lets go of them. */
const SHOWN_CHARACTERS = 400;

/** One mount of a table: proc_pid_mountinfo(5). */
export interface Mount {
  readonly device: string;
  readonly at: string;
  readonly type: string;
  readonly source: string;
}
export interface SeenMounts {
  readonly pid: number;
  readonly mounts: readonly Mount[];
}

export async function probeMounts(port: DiskProbePort): Promise<SeenMounts[]> {
  return (await port.mountTables()).map(({ pid, text }) => ({ pid, mounts: parseMountInfo(text) }));
}

/** All users of these devices. `tables`: the mounts, this process's own namespace first. */
export async function probeUses(
  port: DiskProbePort,
  nodes: readonly BlockNode[],
  tables: readonly SeenMounts[],
  pools: readonly Member[] = [],
): Promise<Uses> {
  const uses = new Map<string, string[]>();
  const add = (device: string | null, user: string): void => {
    if (device === null) return;
    const known = uses.get(device) ?? [];
    if (!known.includes(shown(user))) uses.set(device, [...known, shown(user)]);
  };
  const addPath = async (path: string | null | undefined, user: string): Promise<void> => {
    if (path?.startsWith('/') === true) add(await port.device(path), user);
  };
  const all = [...new Map(nodes.flatMap(withDescendants).map((node) => [node.path, node])).values()];
  await addFilesystems(port, all, tables, add);
  for (const path of await swapPaths(port)) await addPath(path, 'swap');
  for (const { path, user } of pools) await addPath(path, user);
  await addHolders(port, all, add);
  for (const { node, user } of await cachesOf(port, all)) add(node.deviceNumber, user);
  await addLoops(port, add);
  await addTargets(port, addPath);
  const backends = await backendsOf(port);
  if (backends === NO_ANSWER) add(EVERY_DEVICE, NO_ANSWER);
  for (const { guest, path, device } of backends === NO_ANSWER ? [] : backends) {
    add(device, `xen:${guest}`);
    await addPath(path, `xen:${guest}`);
  }
  for (const { pid, program, device } of await port.openFiles()) add(device, `process:${program} (${pid})`);
  await addOpenMappings(port, all, add);
  return uses;
}

/**
 * A device that the kernel has given to somebody, of whom nothing else is known. Only what nothing stands on is asked
 * for: else it is that. Whoever has the whole disk has its partitions with it.
 */
export async function claimedDevices(port: DiskProbePort, disk: BlockNode, uses: Uses): Promise<string[]> {
  const claimed: string[] = [];
  const nodes = withDescendants(disk);
  const claimedWith = nodes.filter((node) => isClaimedWhole(node, uses));
  for (const node of nodes) {
    const { path, children, mountPoints, deviceNumber } = node;
    if (children.length > 0 || mountPoints.length > 0 || uses.has(deviceNumber ?? '') || claimed.includes(path))
      continue;
    if (claimedWith.some((whole) => isPartitionOf(whole, node))) continue;
    const claim = await port.claim(path);
    if (claim === 'taken') claimed.push(path);
    // Each open of a dying disk waits in a thread of its own, of which there are few.
    if (claim === 'silent') break;
  }
  return claimed;
}

/** Is the device itself, and no partition of it, mounted, or a part of something? Then its partitions are nobody else's. */
function isClaimedWhole(whole: BlockNode, uses: Uses): boolean {
  const claims = (uses.get(whole.deviceNumber ?? '') ?? []).filter((user) => !CLAIMS_NOTHING.test(user));
  return (
    whole.mountPoints.length > 0 || claims.length > 0 || whole.children.some((child) => !isPartitionOf(whole, child))
  );
}

/** Without signs that a terminal would obey. */
export function shown(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '?').slice(0, SHOWN_CHARACTERS);
}

/** Broken lines are left out. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device, , at] = before.split(' ');
    const [type, source] = after.split(' ');
    return device === undefined || at === undefined || type === undefined || source === undefined
      ? []
      : [{ device, at: unescaped(at), type, source: unescaped(source) }];
  });
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

type Add = (device: string | null, user: string) => void;

/**
 * lsblk has told mounts of this process's namespace; the same place in another one is a copy of it. Where a filesystem
 * has several devices, each is used by all of its mounts, whichever of them those name.
 */
async function addFilesystems(
  port: DiskProbePort,
  nodes: readonly BlockNode[],
  tables: readonly SeenMounts[],
  add: Add,
): Promise<void> {
  const spread = await spreadFilesystems(port);
  const byNumber = new Map(nodes.map((node) => [node.deviceNumber, node]));
  const mounted = new Set(nodes.filter(({ mountPoints }) => mountPoints.length > 0));
  const places = new Set<string>();
  for (const [index, { pid, mounts }] of tables.entries()) {
    for (const { device, at, type, source } of mounts) {
      const isSpread = SEVERAL_DISKS.has(type);
      const numbers = isSpread ? await Promise.all(sourcesOf(source).map((path) => port.device(path))) : [device];
      const named = numbers.flatMap((number) => byNumber.get(number ?? 'none') ?? []);
      const told = spread.find(
        (one) => one.type === type && named.some(({ kernelName }) => one.devices.includes(kernelName)),
      );
      const others = nodes.filter(({ kernelName }) => told?.devices.includes(kernelName));
      for (const node of new Set([...named, ...others])) {
        if (places.has(`${node.deviceNumber} ${at}`)) continue;
        places.add(`${node.deviceNumber} ${at}`);
        mounted.add(node);
        if (!node.mountPoints.includes(at))
          add(node.deviceNumber, index === 0 ? at : `${at} (mounts of process ${pid})`);
      }
      // Where the kernel does not tell, the others of this filesystem are known by the UUID that they have in common.
      if (isSpread && told === undefined) addNamesakes(type, named, nodes, add);
    }
  }
  for (const { type, uuid, devices } of spread)
    for (const node of nodes)
      if (devices.includes(node.kernelName) && !mounted.has(node)) add(node.deviceNumber, `${type}:${uuid}`);
}

function addNamesakes(type: string, named: readonly BlockNode[], nodes: readonly BlockNode[], add: Add): void {
  for (const { uuid } of named)
    for (const other of nodes)
      if (uuid !== null && other.uuid === uuid && other.filesystem === type && !named.includes(other))
        add(other.deviceNumber, `${type}:${uuid}`);
}

/** `/dev/sda:/dev/sdb` of bcachefs; a path of udev may have colons itself. */
function sourcesOf(source: string): string[] {
  return source.split(/:(?=\/)/);
}

/**
 * What the kernel names as holder and lsblk has not put on top: an array that lacks too many members to run has no
 * size, so lsblk leaves it out.
 */
async function addHolders(port: DiskProbePort, nodes: readonly BlockNode[], add: Add): Promise<void> {
  for (const { kernelName, children, deviceNumber } of nodes) {
    for (const holder of await port.list(`/sys/class/block/${kernelName}/holders`))
      if (!children.some((child) => child.kernelName === holder))
        add(deviceNumber, `${/^(md|bcache)/.exec(holder)?.[0] ?? 'holder'}:${holder}`);
  }
}

/** The kernel lets anybody else open the device below a loop. */
async function addLoops(port: DiskProbePort, add: Add): Promise<void> {
  for (const { loop, path } of await loopsOf(port)) add(await port.device(path), `loop:${loop}`);
}

/** What loop devices lie on: devices and files. */
async function loopsOf(port: DiskProbePort): Promise<{ loop: string; path: string }[]> {
  const found: { loop: string; path: string }[] = [];
  for (const loop of await port.list('/sys/class/block')) {
    if (!/^loop\d+$/.test(loop)) continue;
    const path = ((await port.read(`/sys/class/block/${loop}/loop/backing_file`)) ?? '')
      .replace(/\n$/, '')
      .replace(/ \(deleted\)$/, '');
    if (path.startsWith('/')) found.push({ loop, path });
  }
  return found;
}

/** An image file: its real path, and what it is whatever path others know it by. */
export interface Image {
  readonly path: string;
  /** The number of the device that its filesystem says it has (`8:1`), and its inode. */
  readonly file: string;
}

/** Which loops lie on which file: seen from elsewhere (a namespace that has just ended) it has another path. */
const LOOP_FILES = ['losetup', '--list', '--noheadings', '--output', 'NAME,BACK-MAJ:MIN,BACK-INO'];

/** The users of image files, by their paths, of one look at the machine. */
export async function probeImagesUsers(
  port: DiskProbePort,
  images: readonly Image[],
): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map(images.map(({ path }): [string, string[]] => [path, []]));
  if (images.length === 0) return found;
  const add = (of: (image: Image) => boolean, user: string): void => {
    for (const image of images.filter(of)) found.get(image.path)?.push(shown(user));
  };
  for (const { loop, path } of await loopsOf(port)) add((image) => image.path === path, `loop:${loop}`);
  for (const [, loop, device, inode] of ((await port.run(LOOP_FILES)) ?? '').matchAll(
    /^(?:\/dev\/)?(loop\d+)\s+(\d+:\d+)\s+(\d+)\s*$/gm,
  ))
    add((image) => image.file === `${device} ${inode}`, `loop:${loop}`);
  const backends = await backendsOf(port);
  // Guests keep their images open, so they are seen among the processes where xenstore cannot be asked.
  for (const { guest, path } of backends === NO_ANSWER ? [] : backends) {
    const real = path === null ? null : await port.link(path);
    add((image) => image.path === path || image.path === real, `xen:${guest}`);
  }
  for (const path of await swapPaths(port)) add((image) => image.path === path, 'swap');
  for (const { pid, program, path } of await port.openFiles())
    add((image) => image.path === path, `process:${program} (${pid})`);
  return new Map([...found].map(([path, users]) => [path, [...new Set(users)]]));
}

async function swapPaths(port: DiskProbePort): Promise<string[]> {
  const lines = ((await port.read('/proc/swaps')) ?? '').split('\n').slice(1);
  return lines.map((line) => unescaped(line.split(/\s/)[0] ?? ''));
}

/** iSCSI and its kin (LIO), and NVMe over networks: not all of them claim what they hand out. */
async function addTargets(
  port: DiskProbePort,
  addPath: (path: string | null | undefined, user: string) => Promise<void>,
): Promise<void> {
  for (const plugin of await port.list(TARGETS)) {
    for (const name of await port.list(`${TARGETS}/${plugin}`))
      await addPath((await port.read(`${TARGETS}/${plugin}/${name}/udev_path`))?.trim(), `target:${name}`);
  }
  for (const name of await port.list(NVME_TARGETS)) {
    for (const space of await port.list(`${NVME_TARGETS}/${name}/namespaces`)) {
      if ((await port.read(`${NVME_TARGETS}/${name}/namespaces/${space}/enable`))?.trim() === '1')
        await addPath(
          (await port.read(`${NVME_TARGETS}/${name}/namespaces/${space}/device_path`))?.trim(),
          `nvme-target:${name}`,
        );
    }
  }
}

/** Mapped devices with nothing on top that somebody has open: LVM's own tools may be missing, and not all are LVM's. */
async function addOpenMappings(port: DiskProbePort, nodes: readonly BlockNode[], add: Add): Promise<void> {
  const idle = nodes.filter(
    (node) => /^dm-\d+$/.test(node.kernelName) && node.children.length === 0 && node.mountPoints.length === 0,
  );
  if (idle.length === 0) return;
  const open = (
    (await port.run([
      'dmsetup',
      'info',
      '--columns',
      '--noheadings',
      '--separator',
      ' ',
      '--options',
      'major,minor,open',
    ])) ?? ''
  )
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  for (const { deviceNumber, name } of idle)
    if (open.some(([major, minor, count]) => `${major}:${minor}` === deviceNumber && Number(count) > 0))
      add(deviceNumber, `open:${name}`);
}
