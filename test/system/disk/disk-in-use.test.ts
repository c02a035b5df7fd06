/**
 * Real devices in real use: a loop device is mounted where this process does not look, swapped to, looped again,
 * claimed, written to.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskRelease } from '../../../src/actions/storage/release.ts';
import { refuseUsedDisks, refuseUsedImage, usersOfDisk, usersThatStay } from '../../../src/system/disk/disk-in-use.ts';
import { refuseUsedTarget } from '../../../src/system/medium/place.ts';
import { isRoot, workbench } from '../../actions/workbench.ts';
import { actionOf } from '../../actions/action-of.ts';
import type { ActionOf } from '../../../src/plan/action.ts';

const run = (...argv: readonly string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'xw-use-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
};

/** Why there are no loop devices here; null: there are. */
function noLoops(): string | null {
  if (!isRoot) return 'only root can make loop devices';
  const path = mkdtempSync(join(tmpdir(), 'xw-use-'));
  try {
    run('truncate', '--size=1M', join(path, 'file'));
    run('losetup', '--detach', run('losetup', '--show', '--find', join(path, 'file')));
    return null;
  } catch (error) {
    return `this kernel makes no loop device: ${String(error).slice(0, 200)}`;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
const reason = noLoops();
if (reason !== null) process.stderr.write(`Skipped (test/system/disk-in-use): ${reason}\n`);
const real = test.skipIf(reason !== null);

function device(sizeMiB = 64): { readonly file: string; readonly path: string } {
  const file = join(folder(), 'disk');
  run('truncate', `--size=${sizeMiB}M`, file);
  const path = run('losetup', '--show', '--find', file);
  onTestFinished(() => {
    run('losetup', '--detach', path);
  });
  return { file, path };
}

/** Runs a program until the test is over; comes back when it has said that it is ready. */
async function holding(argv: readonly string[]): Promise<ChildProcess> {
  const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    await ended(child);
  });
  await once(child.stdout, 'data');
  return child;
}
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin?.end();
  await once(child, 'exit');
}
const opened = (flags: string, path: string): string[] => [
  process.execPath,
  '-e',
  `const fs = require('fs'); fs.openSync(${JSON.stringify(path)}, ${flags}); console.log('ready'); process.stdin.resume()`,
];
const action = (disk: string): ActionOf<'disk.release'> => actionOf('disk.release', { disk });

real('a device that nobody uses is free', async () => {
  const { path, file } = device();
  expect(await usersOfDisk(path)).toEqual([]);
  await refuseUsedDisks([path, '/dev/not-there'], null);
  // Its file is not.
  await expect(refuseUsedImage(file)).rejects.toMatchObject({
    code: 'disk-in-use',
    exit: 4,
    message: `${file} is in use: loop:${path.slice('/dev/'.length)}`,
    hint: expect.stringContaining(`losetup --detach ${path}`),
  });
});

real(
  'a mount in another namespace, which no tool here shows, keeps the disk; what the hint says frees it',
  async () => {
    const { path } = device();
    run('mke2fs', '-q', '-F', path);
    const at = folder();
    const child = await holding([
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      `mount ${path} ${at} && echo ready; cat >/dev/null`,
    ]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(path);
    expect(run('lsblk', '--noheadings', '--output', 'MOUNTPOINTS', path)).toBe('');
    const refused = (await refuseUsedDisks([path], null).catch((error: unknown) => error)) as Error & { hint: string };
    expect(refused).toMatchObject({
      code: 'disk-in-use',
      exit: 4,
      message: `${path} is in use: ${at} (mounts of process ${child.pid})`,
    });
    const release = workbench({ diskUsers: usersThatStay });
    await expect(diskRelease.apply(action(path), release.context)).rejects.toMatchObject({
      code: 'disk-in-use',
      exit: 4,
    });
    expect(release.log.join('\n')).not.toContain('wipefs');
    expect(run('blkid', '--probe', '--output', 'value', '--match-tag', 'TYPE', path)).toBe('ext2');
    await expect(refuseUsedTarget(path)).rejects.toMatchObject({ code: 'target-in-use', exit: 4 });
    const command = /(nsenter .*?); {2}|(nsenter .*?) {2}and/
      .exec(refused.hint)
      ?.slice(1)
      .find((found) => found !== undefined);
    run('sh', '-c', command ?? 'false');
    await refuseUsedDisks([path], null);
  },
);

real('swap is use for whoever chooses a disk, and taken back by the release of it', async () => {
  const { path } = device();
  run('mkswap', path);
  run('swapon', path);
  onTestFinished(() => {
    try {
      run('swapoff', path);
    } catch {
      /* It was released. */
    }
  });
  expect(await usersOfDisk(path)).toEqual(['swap']);
  expect(await usersThatStay(path)).toEqual([]);
  await diskRelease.apply(action(path), workbench({ diskUsers: usersThatStay }).context);
  expect(await usersOfDisk(path)).toEqual([]);
  expect(readFileSync('/proc/swaps', 'utf8')).not.toContain(path);
});

real('a loop on a device is seen although the kernel lets others open it', async () => {
  const { path } = device();
  const above = run('losetup', '--show', '--find', path);
  onTestFinished(() => {
    run('losetup', '--detach', above);
  });
  await expect(refuseUsedDisks([path], null)).rejects.toMatchObject({
    message: `${path} is in use: loop:${above.slice('/dev/'.length)}`,
    hint: expect.stringContaining(`losetup --detach ${above}`),
  });
});

real('a claim of nobody knows whom, such as that of the second disk of a bcachefs, keeps the disk', async () => {
  const { path } = device();
  // For reading only: among what processes have open for writing it is not.
  const child = await holding(opened('fs.constants.O_RDONLY | fs.constants.O_EXCL', path));
  await expect(refuseUsedDisks([path], null)).rejects.toMatchObject({
    message: `${path} is in use: claimed:${path}`,
    hint: expect.stringContaining(`fuser -v ${path}`),
  });
  await ended(child);
  await refuseUsedDisks([path], null);
});

real('a program that writes to the device is named, under whatever name it has opened it', async () => {
  const { path } = device();
  const [major, minor] = run('stat', '--format', '%Hr %Lr', path).split(' ') as [string, string];
  const other = join(folder(), 'dev-other');
  run('mkdir', other);
  run('mknod', join(other, 'sdz'), 'b', major, minor);
  const child = await holding(opened("'r+'", join(other, 'sdz')));
  await expect(refuseUsedDisks([path], null)).rejects.toMatchObject({
    message: expect.stringMatching(new RegExp(`^${path} is in use: process:.+ \\(${child.pid}\\)$`)),
    hint: expect.stringContaining(`kill ${child.pid}`),
  });
});

test('an image that a program has open is refused, and free again when that has ended', async () => {
  const image = join(folder(), 'host.img');
  run('truncate', '--size=1M', image);
  await refuseUsedImage(image);
  const child = await holding(opened("'r+'", image));
  await expect(refuseUsedImage(image)).rejects.toMatchObject({
    code: 'disk-in-use',
    exit: 4,
    message: expect.stringContaining(`(${child.pid})`),
  });
  await ended(child);
  await refuseUsedImage(image);
  await refuseUsedImage(`${image}.none`);
});

/** Why there is no btrfs here; null: there is. */
function noBtrfs(): string | null {
  if (reason !== null) return reason;
  if (!/\bbtrfs$/m.test(readFileSync('/proc/filesystems', 'utf8'))) return 'this kernel has no btrfs';
  return existsSync('/usr/bin/mkfs.btrfs') || existsSync('/usr/sbin/mkfs.btrfs') ? null : 'mkfs.btrfs is not installed';
}
const withoutBtrfs = noBtrfs();
if (withoutBtrfs !== null) process.stderr.write(`Skipped (test/system/disk-in-use, btrfs): ${withoutBtrfs}\n`);

test.skipIf(withoutBtrfs !== null)(
  'each disk of a btrfs that is mounted elsewhere is in use, a copy of one is not, and all are free once it is unmounted',
  async () => {
    const members = [device(512), device(512)];
    const paths = members.map(({ path }) => path);
    run('mkfs.btrfs', '-q', '-f', '-d', 'raid1', '-m', 'raid1', ...paths);
    const copy = device(512);
    run('cp', '--sparse=always', members[0]?.file ?? '', copy.file);
    const place = folder();
    const child = spawn('unshare', [
      ...['--mount', 'sh', '-e', '-c'],
      'mount -t btrfs -o "device=$1,device=$2" "$1" "$3"; echo mounted; read -r _; umount "$3"',
      ...['sh', ...paths, place],
    ]);
    onTestFinished(() => {
      child.kill();
    });
    await once(child.stdout, 'data');
    for (const path of paths) {
      expect(await usersThatStay(path)).toEqual([expect.stringMatching(`^${place} \\(mounts of process \\d+\\)$`)]);
      await expect(refuseUsedDisks([path], null)).rejects.toMatchObject({
        code: 'disk-in-use',
        exit: 4,
        hint: expect.stringMatching(`nsenter --target \\d+ --mount umount ${place}`),
      });
    }
    expect(await usersThatStay(copy.path)).toEqual([]);
    child.stdin.write('\n');
    await once(child, 'exit');
    for (const path of paths) expect(await usersThatStay(path)).toEqual([]);
  },
  60_000,
);
