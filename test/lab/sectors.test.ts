/**
 * A disk with sectors of 4,096 bytes, partitioned and formatted by the plan's own commands: UEFI finds the boot loader
 * on its ESP, and GRUB a file on its /boot. The machine is the one that `boot` starts: it goes by the disk's table.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ActionOf } from '../../src/plan/action.ts';
import { typeOf } from '../../src/plan/storage/devices/table.ts';
import { bootMachine } from '../../src/system/vm/boot-machine.ts';
import { find, machineFacts, planOf } from '../plan/host.ts';
import { partitionsOf } from '../plan/storage/devices.ts';

const NEEDED = [
  '/usr/bin/qemu-system-x86_64',
  '/usr/share/OVMF/OVMF_CODE_4M.fd',
  '/usr/lib/grub/x86_64-efi',
  '/usr/bin/mcopy',
];
const missing = NEEDED.filter((path) => !existsSync(path));
if (missing.length > 0) process.stderr.write(`Skipped (test/lab/sectors): ${missing.join(', ')} missing\n`);
const HELLO = 'read from ext4 on large sectors';
const MIB = 1_048_576;

const run = (...argv: readonly string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MTOOLS_SKIP_CHECK: '1' },
  }).trim();

function loop(file: string, range: readonly string[] = []): string {
  return run('losetup', '--sector-size=4096', '--show', '--find', ...range, file);
}

/** Runs what makes a device, with another one in the place of what it is made on. */
function makeOn(path: string, { node, under }: ActionOf<'storage.make'>['params'], count?: number): void {
  for (const { argv } of (typeOf(node).making?.steps(node, under) ?? []).slice(0, count))
    run(...argv.map((word) => (under.some((below) => below.path === word) ? path : word)));
}

/** GRUB that says what is in a file on /boot, and goes. */
function grub(folder: string, bootUuid: string): string {
  const lines = [
    'serial --unit=0 --speed=115200',
    'terminal_output serial',
    `search --no-floppy --fs-uuid --set=root ${bootUuid}`,
    'cat ($root)/hello',
    'halt',
  ];
  writeFileSync(join(folder, 'early.cfg'), `${lines.join('\n')}\n`);
  const output = join(folder, 'BOOTX64.EFI');
  const modules = [
    'part_gpt',
    'ext2',
    'fat',
    'search',
    'search_fs_uuid',
    'serial',
    'terminal',
    'cat',
    'halt',
    'normal',
  ];
  run('grub-mkimage', '-O', 'x86_64-efi', '-o', output, '-p', '/', '-c', join(folder, 'early.cfg'), ...modules);
  return output;
}

test.skipIf(missing.length > 0)(
  'a disk with sectors of 4,096 bytes starts by UEFI (virtual machine; needs qemu-system-x86_64)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xw-4kn-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const before = machineFacts('sata-ssd-and-hdd');
    const plan = planOf(
      [
        'host.storage.layout=plain',
        'host.storage.swap=0',
        'host.storage.cache=256M',
        'host.storage.root=2G',
        'domus=[]',
      ],
      {
        ...before,
        firmware: { kind: 'uefi', secureBoot: false },
        disks: before.disks
          .slice(0, 1)
          .map((disk) => ({ ...disk, sizeMiB: 4096, logicalSectorBytes: 4096, holds: [] })),
      },
    );
    const image = join(folder, 'disk.img');
    run('truncate', '--size=4096M', image);
    const disk = loop(image);
    try {
      makeOn(disk, find(plan, 'storage.make', 'host/disk/partition').params, 2);
      const made = plan.actions.filter((action): action is ActionOf<'storage.make'> => action.kind === 'storage.make');
      for (const label of ['xw-boot', 'xw-esp']) {
        const spec = partitionsOf(plan).find((one) => one.label === label);
        const format = made.find(({ params }) => params.under[0]?.path.endsWith(spec?.uuid ?? '?'));
        if (spec?.sizeMiB === undefined || spec.sizeMiB === null || format === undefined)
          throw new Error(`no ${label}`);
        const part = loop(disk, [`--offset=${spec.startMiB * MIB}`, `--sizelimit=${spec.sizeMiB * MIB}`]);
        try {
          makeOn(part, format.params);
          if (label === 'xw-boot') {
            writeFileSync(join(folder, 'hello'), `${HELLO}\n`);
            run('debugfs', '-w', '-R', `write ${join(folder, 'hello')} hello`, part);
            grub(folder, format.params.node.uuid ?? '');
          }
          run('sync', part);
        } finally {
          run('losetup', '--detach', part);
        }
      }
    } finally {
      run('losetup', '--detach', disk);
    }
    const esp = `${image}@@${(partitionsOf(plan).find(({ label }) => label === 'xw-esp')?.startMiB ?? 0) * MIB}`;
    run('mmd', '-i', esp, '::/EFI', '::/EFI/BOOT');
    run('mcopy', '-i', esp, join(folder, 'BOOTX64.EFI'), '::/EFI/BOOT/BOOTX64.EFI');
    const transcript = join(folder, 'console');
    const machine = await bootMachine({
      ...{ images: [image], firmware: 'uefi', memoryMiB: 512, transcript, scratch: false, sshPort: null },
    });
    const limit = setTimeout(() => machine.kill(), 150_000);
    await machine.gone;
    clearTimeout(limit);
    expect(readFileSync(transcript, 'utf8')).toContain(HELLO);
  },
  240_000,
);
