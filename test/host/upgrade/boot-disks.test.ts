/** Where GRUB is renewed: on each disk that the host starts from, by BIOS, UEFI or both. */
import { expect, test } from 'vitest';
import { disksBelow, grubCommands } from '../../../src/host/upgrade/boot-disks.ts';

const tables = (...disks: readonly string[]): string =>
  JSON.stringify({
    blockdevices: disks.map((path) => ({
      path,
      parttype: null,
      children: [
        { path: `${path}1`, parttype: '21686148-6449-6E6F-744E-656564454649' },
        { path: `${path}2`, parttype: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b' },
      ],
    })),
  });

test('the disks below /boot are found through a mirror', () => {
  const below = {
    blockdevices: [
      {
        path: '/dev/md0',
        type: 'raid1',
        children: [
          { path: '/dev/sda2', type: 'part', children: [{ path: '/dev/sda', type: 'disk' }] },
          { path: '/dev/sdb2', type: 'part', children: [{ path: '/dev/sdb', type: 'disk' }] },
        ],
      },
    ],
  };
  expect(disksBelow(JSON.stringify(below))).toEqual(['/dev/sda', '/dev/sdb']);
  expect(disksBelow('nonsense')).toEqual([]);
});

test('by BIOS on every one of them, then the menu', () => {
  expect(grubCommands({ tables: tables('/dev/sda', '/dev/sdb'), hasEsp: false, hasVariables: false })).toBe(
    'grub-install --target=i386-pc --recheck /dev/sda\ngrub-install --target=i386-pc --recheck /dev/sdb\nupdate-grub',
  );
});

test('by UEFI at the path that every firmware finds, and with an entry where there are variables', () => {
  const plain = grubCommands({ tables: null, hasEsp: true, hasVariables: false });
  expect(plain).toBe(
    'grub-install --target=x86_64-efi --efi-directory=/boot/efi --bootloader-id=xenwright --recheck --removable --no-nvram\nupdate-grub',
  );
  const both = grubCommands({ tables: tables('/dev/vda'), hasEsp: true, hasVariables: true }).split('\n');
  expect(both.map((line) => line.replaceAll(/ --(efi-dir|bootloader|recheck)\S*/g, ''))).toEqual([
    'grub-install --target=i386-pc /dev/vda',
    'grub-install --target=x86_64-efi --removable --no-nvram',
    'grub-install --target=x86_64-efi || true',
    'update-grub',
  ]);
});

test('nothing where GRUB has neither place, and no name that is a word of the shell', () => {
  expect(grubCommands({ tables: null, hasEsp: false, hasVariables: true })).toBe('');
  const odd = tables('/dev/sda;reboot');
  expect(grubCommands({ tables: odd, hasEsp: false, hasVariables: false })).toBe('');
});
