/**
 * Disks with sectors of 4,096 bytes: what a plan does on them, and the plan's own commands on a loop device that has
 * such sectors.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Facts } from '../../../src/facts/facts.ts';
import type { ActionOf } from '../../../src/plan/action.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Step } from '../../../src/plan/storage/devices/device-type.ts';
import { typeOf } from '../../../src/plan/storage/devices/table.ts';
import { sectorBytesOfTable } from '../../../src/system/disk/sector-bytes.ts';
import { isRoot } from '../../actions/workbench.ts';
import { find, machineFacts, planOf } from '../host.ts';
import { partitionsOf } from './devices.ts';

const before = machineFacts('sata-ssd-and-hdd');
const SMALL = ['host.storage.root=600M', 'host.storage.cache=64M', 'host.storage.swap=64M', 'domus=[]'];
/** A machine with UEFI and one disk of such sectors. */
const facts = (bytes: number, sizeMiB = 40_960): Facts => ({
  ...before,
  firmware: { kind: 'uefi', secureBoot: false },
  disks: before.disks.slice(0, 1).map((disk) => ({ ...disk, sizeMiB, logicalSectorBytes: bytes, holds: [] })),
});
const made = (plan: Plan, id: string): ActionOf<'storage.make'>['params'] => find(plan, 'storage.make', id).params;
const steps = ({ node, under }: ActionOf<'storage.make'>['params']): readonly Step[] =>
  typeOf(node).making?.steps(node, under) ?? [];

describe('a plan on a disk with sectors of 4,096 bytes', () => {
  test.each(['lvm', 'plain'])('aligns to whole MiB, and its ESP has room for FAT32 (%s)', (layout) => {
    const plan = planOf([`host.storage.layout=${layout}`], facts(4096));
    const table = steps(made(plan, 'host/disk/partition')).map(({ argv }) => argv);
    expect(table[1]).toContain('--set-alignment=256');
    expect(table[1]).toContain('--new=2:2M:+272M');
    // 65,525 clusters at least, each as large as a sector, beside two tables of 4 bytes a cluster.
    expect(((272 * 1024 * 1024) / 4096) * (1 - (2 * 4) / 4096) - 40).toBeGreaterThan(65_525);
  });

  test.each(['lvm', 'plain'])('fills the disk, and nothing more (%s)', (layout) => {
    for (const bytes of [512, 4096]) {
      const plan = planOf([`host.storage.layout=${layout}`, 'host.storage.root=rest'], facts(bytes));
      const last = partitionsOf(plan).at(-1);
      const all = plan.nodes
        .filter(({ type, id }) => type === 'partition' && !id.endsWith(last?.label ?? ''))
        .reduce((sum, { sizeMiB }) => sum + sizeMiB, 1);
      expect(last?.startMiB).toBe(all);
      expect(all).toBeLessThan(40_960);
    }
  });

  test('says nothing of sectors where they are the usual ones: plans of before stay as they were', () => {
    expect(JSON.stringify(planOf([], facts(512)))).not.toContain('sectorBytes');
    expect(steps(made(planOf([], facts(512)), 'host/disk/partition'))[1]?.argv).toContain('--set-alignment=2048');
    expect(steps(made(planOf([], facts(2048)), 'host/disk/partition'))[1]?.argv).toContain('--set-alignment=512');
  });
});

/** Why the commands cannot be tried here; null: they can. */
function whyNot(): string | null {
  if (!isRoot) return 'only root can make loop devices';
  try {
    const tools = ['sgdisk', 'sfdisk', 'mkfs.vfat', 'fsck.vfat', 'mke2fs', 'mkswap', 'losetup'];
    execFileSync('sh', ['-c', `for tool in ${tools.join(' ')}; do command -v $tool || exit 1; done`]);
    onDisk(16, () => undefined);
    return null;
  } catch (error) {
    return `no tools, or no loop device with such sectors: ${String(error).slice(0, 200)}`;
  }
}

const run = (...argv: readonly string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function onDisk<T>(sizeMiB: number, use: (path: string, file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'xw-4kn-'));
  const file = join(folder, 'disk');
  run('truncate', `--size=${sizeMiB}M`, file);
  const path = run('losetup', '--sector-size=4096', '--show', '--find', file);
  try {
    return use(path, file);
  } finally {
    run('losetup', '--detach', path);
    rmSync(folder, { recursive: true, force: true });
  }
}

const reason = whyNot();
if (reason !== null) process.stderr.write(`Skipped (test/plan/storage/sectors): ${reason}\n`);

describe.skipIf(reason !== null)("the plan's own commands on such a disk", () => {
  const plan = planOf([...SMALL, 'host.storage.layout=plain'], facts(4096, 3072));
  const { node, under } = made(plan, 'host/disk/partition');
  /** The command with the loop device in the place of the disk. */
  const onto = (argv: readonly string[], path: string): string[] =>
    argv.map((word) => (under.some((below) => below.path === word) ? path : word));

  test('make the table that is planned, and it is read back as that', () => {
    onDisk(3072, (path) => {
      for (const { argv } of steps({ node, under, tree: null }).slice(0, 2)) run(...onto(argv, path));
      const stdout = run(...onto(typeOf(node).inspect(node, under)[0]?.argv ?? [], path));
      expect(typeOf(node).state(node, under, [{ exitCode: 0, stdout }])).toBe('ours');
      // Of an older sfdisk, which does not say how large its sectors are.
      const silent = stdout.replace(/"sectorsize": *4096,/, '');
      expect(silent).not.toBe(stdout);
      expect(typeOf(node).state(node, under, [{ exitCode: 0, stdout: silent }])).toBe('ours');
    });
  });

  test('make filesystems that are what they are called, with clusters enough for FAT32', () => {
    onDisk(3072, (path) => {
      for (const { argv } of steps({ node, under, tree: null }).slice(0, 2)) run(...onto(argv, path));
      const formats = plan.actions.filter(
        (action): action is ActionOf<'storage.make'> =>
          action.kind === 'storage.make' && ['vfat', 'ext4', 'swap'].includes(action.params.node.type),
      );
      expect(formats.map(({ params }) => params.node.type).sort()).toEqual(['ext4', 'ext4', 'swap', 'vfat']);
      for (const { params } of formats) {
        const spec = partitionsOf(plan).find(({ uuid }) => params.under[0]?.path.endsWith(uuid));
        const range = [`--offset=${(spec?.startMiB ?? 0) * 1_048_576}`];
        const size = spec?.sizeMiB === null ? [] : [`--sizelimit=${(spec?.sizeMiB ?? 0) * 1_048_576}`];
        const part = run('losetup', '--sector-size=4096', '--show', '--find', ...range, ...size, path);
        try {
          for (const { argv } of steps(params))
            run(...argv.map((word) => (word === params.under[0]?.path ? part : word)));
          expect(run('blkid', '--probe', '--match-tag', 'TYPE', '--output', 'value', part)).toBe(params.node.type);
          if (params.node.type !== 'vfat') continue;
          const [, clusters] = /(\d+) data clusters/.exec(run('fsck.vfat', '-nv', part)) ?? [];
          expect(Number(clusters)).toBeGreaterThanOrEqual(65_525);
        } finally {
          run('losetup', '--detach', part);
        }
      }
    });
  });

  test('leave a disk that is known by its table, so that it can be started under emulation as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xw-4kn-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const copy = join(folder, 'copy');
    onDisk(3072, (path, file) => {
      for (const { argv } of steps({ node, under, tree: null }).slice(0, 2)) run(...onto(argv, path));
      run('cp', '--sparse=always', file, copy);
    });
    expect(await sectorBytesOfTable(copy)).toBe(4096);
    run('sgdisk', '--zap-all', copy);
    expect(await sectorBytesOfTable(join(folder, 'absent'))).toBe(null);
    run('truncate', '--size=0', copy);
    expect(await sectorBytesOfTable(copy)).toBe(null);
    run('truncate', '--size=64M', copy);
    run('sgdisk', '--clear', copy);
    expect(await sectorBytesOfTable(copy)).toBe(512);
  });
});
