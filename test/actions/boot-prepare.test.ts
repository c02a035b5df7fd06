/** GRUB's menu without the disks: what the host's own programs are told of devices that are not there yet. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bootInstall } from '../../src/actions/boot.ts';
import { bootPrepare } from '../../src/actions/boot-prepare.ts';
import { actionOf } from './action-of.ts';
import { someTree } from './workbench.ts';

const ROOT = 'a2dcd771-1e06-87a5-9273-c95f0cbd5996';
const BOOT = '48711192-d983-8e77-81b3-adf3c98cf855';
const root = { device: '/dev/mapper/vg_xen1-root', uuid: ROOT, abstraction: 'lvm' };
const boot = { device: '/dev/disk/by-partuuid/12a94d87', uuid: BOOT, number: 3 };
const action = actionOf('boot.prepare', { tree: someTree, bios: true, uefi: true, root, boot });

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The program that stands in for grub-probe and grub-mkrelpath, as the action writes it. */
function stand(params = action.params): (name: string, ...words: readonly string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'xw-answers-'));
  folders.push(folder);
  const [write] = bootPrepare.commands({ ...action, params });
  const file = join(folder, 'answers');
  writeFileSync(file, write?.inputDescription ?? '');
  chmodSync(file, 0o755);
  for (const name of ['grub-probe', 'grub-mkrelpath']) symlinkSync(file, join(folder, name));
  return (name, ...words) => {
    try {
      return execFileSync(join(folder, name), words, { encoding: 'utf8', stdio: 'pipe' }).replace(/\n$/, '');
    } catch {
      return 'not known';
    }
  };
}

describe('asked for', () => {
  const ask = stand();
  test.each([
    ['where the root is', ['--target=device', '/'], root.device],
    ['where /boot is', ['--target=device', '/boot'], boot.device],
    ['where a file of the root is', ['--target=device', '/usr/share/grub/unicode.pf2'], root.device],
    ['where the menu is', ['--target=device', '/boot/grub'], boot.device],
    ["the root's UUID", ['--device', root.device, '--target=fs_uuid'], ROOT],
    ["/boot's UUID", ['--device', boot.device, '--target=fs_uuid'], BOOT],
    ["the root's partition, which LVM has none of", ['--device', root.device, '--target=partuuid'], 'not known'],
    ["the root's abstraction", ['--device', root.device, '--target=abstraction'], 'lvm'],
    ["the abstraction of a file's device", ['-t', 'abstraction', '/usr/share/grub/unicode.pf2'], 'lvm'],
    ["/boot's abstraction", ['--device', boot.device, '--target=abstraction'], ''],
    ["/boot's table", ['--device', boot.device, '--target=partmap'], 'gpt'],
    ["the root's table", ['--device', root.device, '--target=partmap'], ''],
    ['a filesystem', ['-t', 'fs', '/usr/share/grub/unicode.pf2'], 'ext2'],
    ["the firmware's number of a disk, which nobody knows", ['--device', boot.device, '--target=hints_string'], ''],
  ])('%s', (_, words, answer) => {
    expect(ask('grub-probe', ...words)).toBe(answer);
  });

  test('paths as GRUB sees them: /boot is a partition of its own', () => {
    expect(['/boot', '/boot/grub', '/usr/share'].map((path) => ask('grub-mkrelpath', path))).toEqual([
      '',
      '/grub',
      '/usr/share',
    ]);
  });

  test('a root that is a plain partition', () => {
    const plain = stand({ ...action.params, root: { device: `UUID=${ROOT}`, uuid: ROOT, abstraction: '' } });
    expect(plain('grub-probe', '--target=device', '/')).toBe(`UUID=${ROOT}`);
    expect(plain('grub-probe', '--device', `UUID=${ROOT}`, '--target=partmap')).toBe('gpt');
    expect(plain('grub-probe', '--device', `UUID=${ROOT}`, '--target=abstraction')).toBe('');
  });
});

test('only the platforms that are wanted are made', () => {
  const platforms = (bios: boolean, uefi: boolean): string | undefined =>
    bootPrepare.commands({ ...action, params: { ...action.params, bios, uefi } })[1]?.argv[7];
  expect([platforms(true, true), platforms(true, false), platforms(false, true)]).toEqual([
    'i386-pc x86_64-efi',
    'i386-pc',
    'x86_64-efi',
  ]);
});

test('what was prepared is only put in its place: on each disk, and on each ESP', () => {
  const commands = bootInstall
    .commands(
      actionOf('boot.install', {
        tree: someTree,
        bootSets: [
          { disk: '/dev/sda', esp: '/dev/sda2' },
          { disk: '/dev/sdb', esp: '/dev/sdb2' },
        ],
        bios: true,
        uefi: true,
        nvram: false,
        isPrepared: true,
      }),
    )
    .map(({ argv }) => argv.slice(2).join(' '));
  expect(commands).toEqual([
    '/usr/lib/grub/i386-pc/grub-bios-setup --directory=/boot/grub/i386-pc /dev/sda',
    '/usr/lib/grub/i386-pc/grub-bios-setup --directory=/boot/grub/i386-pc /dev/sdb',
    'install -D -m 0700 /boot/grub/x86_64-efi/core.efi /boot/efi/EFI/BOOT/BOOTX64.EFI',
    expect.stringContaining('/dev/sdb2'),
  ]);
});
