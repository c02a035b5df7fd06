/** One medium in every way it is booted, and the same medium built twice. */
import { copyFileSync, createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootToSession, buildMediumIn, sumOf } from './support/medium.ts';

const folder = mkdtempSync(join(process.env['XENWRIGHT_LAB'] ?? tmpdir(), 'xw-medium-'));
let medium: { readonly iso: string; readonly netboot: string };
beforeAll(async () => {
  medium = await buildMediumIn(folder);
}, 20 * 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const uefi = (): string[] => {
  copyFileSync('/usr/share/OVMF/OVMF_VARS_4M.fd', join(folder, 'vars.fd'));
  return [
    '-drive',
    'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
    '-drive',
    `if=pflash,format=raw,file=${join(folder, 'vars.fd')}`,
  ];
};
const usbDrive = (): string[] => [
  '-device',
  'qemu-xhci',
  '-drive',
  `if=none,id=stick,format=raw,readonly=on,file=${medium.iso}`,
  '-device',
  'usb-storage,drive=stick,bootindex=0',
];

it('two builds are identical', { timeout: 20 * 60_000 }, async () => {
  expect(sumOf((await buildMediumIn(folder, 'again')).iso)).toBe(sumOf(medium.iso));
});
it('boots as a disc by UEFI', { timeout: 10 * 60_000 }, async () => {
  await bootToSession(folder, 'uefi-disc', [...uefi(), '-cdrom', medium.iso]);
});
it('boots as a USB stick by BIOS', { timeout: 10 * 60_000 }, async () => {
  await bootToSession(folder, 'bios-stick', usbDrive());
});
it('boots as a USB stick by UEFI', { timeout: 10 * 60_000 }, async () => {
  await bootToSession(folder, 'uefi-stick', [...uefi(), ...usbDrive()]);
});
it('boots over the network, the squashfs fetched by http', { timeout: 10 * 60_000 }, async () => {
  const server = createServer((_, answer) => {
    createReadStream(join(medium.netboot, 'xenwright.squashfs')).pipe(answer);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    await bootToSession(folder, 'netboot', [
      '-m',
      '3072',
      '-nic',
      'user,model=virtio-net-pci',
      '-kernel',
      join(medium.netboot, 'vmlinuz'),
      '-initrd',
      join(medium.netboot, 'initrd.img'),
      '-append',
      `boot=xenwright quiet console=ttyS0 ip=dhcp xenwright.squashfs=http://10.0.2.2:${port}/xenwright.squashfs`,
    ]);
  } finally {
    server.close();
  }
});
