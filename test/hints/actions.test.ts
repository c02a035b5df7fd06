/**
 * Hints of single actions, on real loop devices and real LVM where there are: what they say is typed, and the action is
 * done.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { mediumCopy } from '../../src/actions/medium-copy.ts';
import type { ExecResult, MediaPort } from '../../src/actions/kind.ts';
import { storageMake } from '../../src/actions/storage/make.ts';
import { diskRelease } from '../../src/actions/storage/release.ts';
import type { GptNode } from '../../src/plan/storage/devices/gpt.ts';
import { runPlan } from '../../src/engine/run.ts';
import { exec } from '../../src/system/process/exec.ts';
import { isRoot, workbench } from '../actions/workbench.ts';
import { memoryJournal, toyOptions, toyPlan } from '../engine/toy.ts';
import { actionOf } from '../actions/action-of.ts';
import { find, planOf } from '../plan/host.ts';
import { at, group as groupNamed, making, volumeIn } from '../plan/storage/devices.ts';
import { commandsOf, hint, stopped, typed, wordsOf } from './hint.ts';

const skip = isRoot ? null : 'only root has loop devices';
const noLvm =
  skip ?? (['/usr/sbin/vgcreate', '/sbin/vgcreate'].some((path) => existsSync(path)) ? null : 'lvm2 is not installed');
const run = (...argv: readonly string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
const ok = (stdout = '', exitCode = 0): ExecResult => ({ exitCode, stdout, stderr: '' });
const act = (kind: string, params: object): never => actionOf(kind as never, params as never) as never;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'xw hint-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
function loop(): string {
  const file = join(folder(), 'disk');
  run('truncate', '--size=32M', file);
  const path = run('losetup', '--show', '--find', file);
  onTestFinished(() => {
    run('losetup', '--detach', path);
  });
  return path;
}

hint(
  'disk-mounted',
  'it is unmounted, whatever its place is called',
  async () => {
    const [disk, at] = [loop(), join(folder(), "it's here")];
    mkdirSync(at);
    run('mke2fs', '-q', '-F', disk);
    run('mount', disk, at);
    const release = async (): Promise<void> =>
      await diskRelease.apply(act('disk.release', { disk }), workbench().context);
    const { hint: way } = await stopped('disk-mounted', 'umount', release);
    typed(commandsOf(way)[0] ?? '');
    await release();
    expect(run('wipefs', disk)).toBe('');
  },
  { skip },
);

hint('disk-held', 'what holds it is taken away', async () => {
  let isHeld = true;
  const listing = (): string =>
    JSON.stringify({
      blockdevices: [
        {
          path: '/dev/sda',
          type: 'disk',
          mountpoints: [null],
          children: isHeld ? [{ path: '/dev/md0', type: 'raid1', mountpoints: [null] }] : [],
        },
      ],
    });
  const { context } = workbench({ exec: async (argv) => ok(argv[0] === 'lsblk' ? listing() : '') });
  const { hint: way } = await stopped(
    'disk-held',
    'see what uses it',
    async () => await diskRelease.apply(act('disk.release', { disk: '/dev/sda' }), context),
  );
  expect(wordsOf(commandsOf(way).at(-1) ?? '')).toEqual(['mdadm', '--stop', '/dev/md0']);
  isHeld = false;
  await diskRelease.apply(act('disk.release', { disk: '/dev/sda' }), context);
});

hint(
  'group-exists',
  'the old group is renamed, and both are there',
  async () => {
    const [disk, other, group] = [loop(), loop(), `xwhint${process.pid}`];
    run('pvcreate', '-ff', '-y', other);
    run('vgcreate', '-y', group, other);
    const make = async (): Promise<void> =>
      await storageMake.apply(making(groupNamed(group), [at(disk)]), workbench().context);
    const { hint: way } = await stopped('group-exists', 'go on with --resume', make);
    const [command = ''] = commandsOf(way);
    typed(command.replace(/ and go on.*/, ''));
    await make();
    expect(run('vgs', '--noheadings', '-o', 'vg_name', group, `${group}-old`).split(/\s+/)).toEqual([
      group,
      `${group}-old`,
    ]);
    await make();
  },
  { skip: noLvm },
);

hint('volume-differs', 'the old volume goes, and the planned one is made', async () => {
  let sizeMiB: number | null = 512;
  const ran: string[] = [];
  const { context } = workbench({
    exec: async (argv) => {
      ran.push(argv[0] as string);
      return argv[0] !== 'lvs' ? ok() : sizeMiB === null ? ok('', 5) : ok(`${sizeMiB}.00`);
    },
  });
  const make = async (): Promise<void> =>
    await storageMake.apply(making(volumeIn('root', 1024), [at('/dev/vg0')]), context);
  const { hint: way } = await stopped('volume-differs', 'if it can be deleted', make);
  expect(commandsOf(way).map(wordsOf)).toEqual([['lvremove', '-y', 'vg0/root']]);
  sizeMiB = null;
  await make();
  expect(ran).toContain('lvcreate');
});

hint('partition-missing', 'the kernel is told of the table, and the action is done again', async () => {
  const action = find(planOf(), 'storage.make', 'host/disk/partition');
  const { partitions } = action.params.node as GptNode;
  const abort = new AbortController();
  let isSeen = false;
  const table = JSON.stringify({
    partitiontable: {
      label: 'gpt',
      partitions: partitions.map((part) => ({
        node: `/dev/sda${part.number}`,
        start: part.startMiB * 2048,
        size: (part.sizeMiB ?? 1) * 2048,
        uuid: part.uuid,
      })),
    },
  });
  const files = { ...workbench().context.files, exists: async () => isSeen };
  const { context } = workbench({
    files,
    exec: async (argv) => ok(argv[0] === 'sfdisk' ? table : ''),
    signal: abort.signal,
  });
  const make = async (): Promise<void> => await storageMake.apply(action, context);
  // As if half a minute had passed.
  abort.abort();
  const { hint: way } = await stopped('partition-missing', 'then --resume', make);
  expect(wordsOf(commandsOf(way)[0]?.replace(' or reboot; then --resume', '') ?? '')).toEqual([
    'partx',
    '--update',
    action.params.under[0]?.path,
  ]);
  isSeen = true;
  await storageMake.apply(action, { ...context, signal: new AbortController().signal });
});

hint('medium-changed', 'the same medium is put in again', async () => {
  let sizeBytes = 2048;
  const media: MediaPort = {
    copy: async () => ({ sizeBytes, sha256: 'ab', implanted: null, badSectors: 0, affected: [] }),
    verify: async () => ({ checked: 0, wrong: [] }),
    needed: async () => [],
    identify: async () => '0',
  };
  const { context } = workbench({ media });
  const copy = async (): Promise<void> =>
    await mediumCopy.apply(
      act('medium.copy', {
        source: '/dev/sr0',
        device: '/dev/vg/medium',
        sizeBytes: 4096,
        id: '0',
        label: 'DISC',
        wanted: [],
      }),
      context,
    );
  await stopped('medium-changed', 'insert the same medium again', copy);
  sizeBytes = 4096;
  await copy();
});

hint(
  'disk-full',
  'space is made where it says, and the same goes on',
  async () => {
    const at = folder();
    run('mount', '-t', 'tmpfs', '-o', 'size=1M', 'small', at);
    onTestFinished(() => {
      run('umount', '--lazy', at);
    });
    writeFileSync(join(at, 'old'), Buffer.alloc(900_000));
    const write = async (): Promise<unknown> =>
      await exec(['dd', 'if=/dev/zero', `of=${join(at, 'new')}`, 'bs=64k', 'count=8', 'status=none']);
    await stopped('disk-full', 'make space there', write);
    rmSync(join(at, 'old'));
    await write();
  },
  { skip },
);

hint('command-not-found', 'the package that it names is installed', async () => {
  const [bin, tool] = [folder(), `tool${process.pid}`];
  const env = { PATH: bin };
  await stopped(
    'command-not-found',
    `install the package that contains ${tool}`,
    async () => await exec([tool], { env }),
  );
  writeFileSync(join(bin, tool), '#!/bin/sh\n', { mode: 0o755 });
  expect((await exec([tool], { env })).exitCode).toBe(0);
});

hint('no-such-domain', 'a domain that the plan has', async () => {
  const plan = toyPlan([{ id: 'host/a' }, { id: 'web1/b' }]);
  const { hint: way } = await stopped(
    'no-such-domain',
    'choose from: host, web1',
    async () => await runPlan(toyOptions(plan, async () => undefined, { only: 'web' })),
  );
  expect((await runPlan(toyOptions(plan, async () => undefined, { only: way.split(', ').at(-1) ?? '' }))).exit).toBe(0);
});

hint('journal-failed', 'the folder can be written again, and the run goes on', async () => {
  const journal = memoryJournal();
  let isFull = true;
  const plan = toyPlan([{ id: 'host/a' }]);
  const start = async (resume: boolean): Promise<number> =>
    (
      await runPlan(
        toyOptions(plan, async () => undefined, {
          resume,
          journal: {
            ...journal,
            append: async (line) => {
              if (isFull && line.includes('"started"')) throw new Error('no space');
              await journal.append(line);
            },
          },
        }),
      )
    ).exit;
  expect(await start(false)).toBe(5);
  isFull = false;
  expect(await start(true)).toBe(0);
});
