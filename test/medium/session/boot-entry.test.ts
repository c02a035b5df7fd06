import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bootEntry, firmwareEntry } from '../../../src/medium/session/boot-entry.ts';
import { grubMenuScript } from '../../../src/plan/trees/scripts/grub-menu.ts';

function ownMenu(xen: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), 'xw-menu-'));
  mkdirSync(join(folder, 'grub'));
  for (const name of ['xen-4.20-amd64.gz', 'vmlinuz-6.12.1-amd64', 'initrd.img-6.12.1-amd64']) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'config-6.12.1-amd64'), 'CONFIG_XEN_DOM0=y\n');
  const script = grubMenuScript({ xen, bootUuid: 'u-1', xenArguments: 'dom0_mem=512M com1=115200', linuxUnderXen: 'root=UUID=1 ro console=hvc0', linuxPlain: 'root=UUID=1 ro' });
  return execFileSync('sh', ['-c', script], { env: { ...process.env, XENWRIGHT_BOOT: folder }, encoding: 'utf8' });
}

it('starts what the menu of an installed host starts first', () => {
  expect(bootEntry(ownMenu(true))).toEqual({
    title: 'Debian, with Xen (xen-4.20-amd64, Linux 6.12.1-amd64)',
    xen: { file: '/xen-4.20-amd64.gz', words: 'dom0_mem=512M com1=115200' }, kernel: { file: '/vmlinuz-6.12.1-amd64', words: 'root=UUID=1 ro console=hvc0' }, initrd: '/initrd.img-6.12.1-amd64',
  });
});

it('starts the plain kernel of a host without Xen', () => {
  expect(bootEntry(ownMenu(false))).toMatchObject({ xen: null, kernel: { file: '/vmlinuz-6.12.1-amd64', words: 'root=UUID=1 ro' }, initrd: '/initrd.img-6.12.1-amd64' });
});

it('has no entry where the menu has none', () => {
  expect(bootEntry("menuentry 'Windows' {\n\tchainloader +1\n}\n")).toBeNull();
});

it('knows the entry of the firmware by its partition', () => {
  const list = 'BootCurrent: 0003\nBoot0001* UEFI CD\tPciRoot(0x0)\nBoot0004* debian\tHD(1,GPT,11111111-aaaa-4bbb-8ccc-222222222222,0x800,0x1000)/File(\\EFI\\debian\\shimx64.efi)\n';
  expect(firmwareEntry(list, '11111111-AAAA-4bbb-8ccc-222222222222')).toBe('0004');
  expect(firmwareEntry(list, '33333333-aaaa-4bbb-8ccc-222222222222')).toBeNull();
});
