import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import menuScript from '../../../assets/host/09_xenwright.sh' with { type: 'text' };
import { bootEntry, firmwareEntry, isUnconfirmed, kexecArguments } from '../../../src/medium/session/boot-entry.ts';
import { withValues } from '../../../src/plan/shell-words.ts';

function ownMenu(xen: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), 'xw-menu-'));
  mkdirSync(join(folder, 'grub'));
  for (const name of ['xen-4.20-amd64.gz', 'vmlinuz-6.12.1-amd64', 'initrd.img-6.12.1-amd64'])
    writeFileSync(join(folder, name), name.startsWith('xen-') ? gzipSync('a hypervisor') : 'x');
  writeFileSync(join(folder, 'config-6.12.1-amd64'), 'CONFIG_XEN_DOM0=y\n');
  const script = withValues(menuScript, {
    hypervisor: xen ? 'xen' : 'none',
    boot_uuid: 'u-1',
    xen_arguments: 'dom0_mem=512M com1=115200',
    linux_under_xen: 'root=UUID=1 ro console=hvc0',
    linux_plain: 'root=UUID=1 ro',
  });
  return execFileSync('sh', ['-c', script], { env: { ...process.env, XENWRIGHT_BOOT: folder }, encoding: 'utf8' });
}

it('starts what the menu of an installed host starts first', () => {
  expect(bootEntry(ownMenu(true))).toEqual({
    title: 'Debian, with Xen (xen-4.20-amd64, Linux 6.12.1-amd64)',
    xen: { file: '/xen-4.20-amd64.gz', words: 'dom0_mem=512M com1=115200' },
    kernel: { file: '/vmlinuz-6.12.1-amd64', words: 'root=UUID=1 ro console=hvc0 xenwright.entry=newest' },
    initrd: '/initrd.img-6.12.1-amd64',
  });
});

it('starts the plain kernel of a host without Xen', () => {
  expect(bootEntry(ownMenu(false))).toMatchObject({
    xen: null,
    kernel: { file: '/vmlinuz-6.12.1-amd64', words: 'root=UUID=1 ro' },
    initrd: '/initrd.img-6.12.1-amd64',
  });
});

it('starts Xen by kexec without a call to the BIOS, whatever the menu says of it', () => {
  const entry = bootEntry(ownMenu(true).replace('com1=115200', 'com1=115200 vga=gfx-1024x768x32 edd=on'));
  expect(
    entry === null
      ? []
      : kexecArguments(entry, { xen: '/run/a/xen', kernel: '/run/a/kernel', initrd: '/run/a/initrd' }),
  ).toEqual([
    'kexec',
    '--kexec-syscall',
    '--type=multiboot2-x86',
    '-l',
    '/run/a/xen',
    '--command-line=dom0_mem=512M com1=115200 no-real-mode edd=off',
    '--module=/run/a/kernel root=UUID=1 ro console=hvc0 xenwright.entry=newest',
    '--module=/run/a/initrd',
  ]);
});

it('starts a plain kernel by kexec: where there is no Xen, and after a start of Xen that nobody has confirmed', () => {
  const entry = bootEntry(ownMenu(true), true);
  expect(entry).toMatchObject({ xen: null });
  expect(entry === null ? [] : kexecArguments(entry, { xen: null, kernel: '/k', initrd: '/i' })).toEqual([
    'kexec',
    '-l',
    '/k',
    '--command-line=root=UUID=1 ro',
    '--initrd=/i',
  ]);
  expect(isUnconfirmed('# GRUB Environment Block\nxenwright_state=trying\n####')).toBe(true);
  expect(isUnconfirmed('# GRUB Environment Block\nxenwright_state=confirmed\n####')).toBe(false);
});

it('has no entry where the menu has none', () => {
  expect(bootEntry("menuentry 'Windows' {\n\tchainloader +1\n}\n")).toBeNull();
});

it('knows the entry of the firmware by its partition', () => {
  const list =
    'BootCurrent: 0003\nBoot0001* UEFI CD\tPciRoot(0x0)\nBoot0004* debian\tHD(1,GPT,11111111-aaaa-4bbb-8ccc-222222222222,0x800,0x1000)/File(\\EFI\\debian\\shimx64.efi)\n';
  expect(firmwareEntry(list, '11111111-AAAA-4bbb-8ccc-222222222222')).toBe('0004');
  expect(firmwareEntry(list, '33333333-aaaa-4bbb-8ccc-222222222222')).toBeNull();
});
