/**
 * Needs virtual machines: the ways in which firmware starts the medium. iPXE of a network card and GRUB of a UEFI
 * machine, with the examples that the netboot set has; and UEFI, from the image as a disc, with a profile on it, to an
 * installed disk that the same firmware then starts Xen from.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BASES_FOLDER } from '../../src/system/run/install-targets.ts';
import { labFolder } from './support/cli.ts';
import { bootAndCut, bootToEnd } from './support/cut.ts';
import { bootUntil } from './support/medium.ts';
import {
  blankDisk,
  buildNetboot,
  diskArguments,
  isUntouched,
  nicArguments,
  POWERED_OFF,
  type NetbootSet,
} from './support/netboot.ts';
import { openRack, type Rack } from './support/rack.ts';

const MINUTE = 60_000;
/** Xen needs a processor that emulation does well. */
const FOR_XEN = ['-cpu', 'qemu64,+svm,+npt', '-m', '4096'];
const folder = labFolder('medium-firmware');
const served = join(folder, 'netboot');
let rack: Rack;
let set: NetbootSet;

beforeAll(async () => {
  rack = await openRack(folder, served, join(folder, 'host.yaml'));
  set = await buildNetboot(folder, '--bases', rack.profile, '--profile', rack.profile);
  writeFileSync(
    join(served, 'other.yaml'),
    readFileSync(rack.profile, 'utf8').replace('serial: rack-0', 'serial: another-disk'),
  );
}, 30 * MINUTE);
afterAll(async () => {
  await rack.close();
});

it(
  'iPXE boots the netboot set by the example that lies beside it, and the session has its profile',
  async () => {
    const tftp = join(folder, 'tftp');
    mkdirSync(tftp);
    const words = `console=ttyS0,115200 xenwright.profile=${rack.address}/other.yaml xenwright.on-error=poweroff xenwright.allow-clear=report.webhook.secret`;
    // What its comments ask for: the server's name, and a profile.
    writeFileSync(
      join(tftp, 'boot.ipxe'),
      readFileSync(join(served, 'boot.ipxe'), 'utf8')
        .replace('http://192.0.2.1/xenwright', rack.address)
        .replace(/^kernel .*$/m, (line) => `${line} ${words}`),
    );
    const disk = blankDisk(folder, 'ipxe');
    const console = await bootToEnd(
      folder,
      'ipxe',
      [
        '-m',
        '4096',
        ...diskArguments(disk),
        '-boot',
        'n',
        '-netdev',
        `user,id=net0,tftp=${tftp},bootfile=boot.ipxe`,
        '-device',
        'virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0a',
      ],
      15 * MINUTE,
    );
    expect(console).toContain(POWERED_OFF);
    expect(console).toMatch(/other\.yaml was read[^]*another-disk[^]*exit 4:/);
    expect(isUntouched(disk)).toBe(true);
  },
  20 * MINUTE,
);

/** A fresh memory of the firmware. */
function firmware(name: string): string[] {
  const vars = join(folder, `${name}-vars.fd`);
  copyFileSync('/usr/share/OVMF/OVMF_VARS_4M.fd', vars);
  return [
    '-drive',
    'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
    '-drive',
    `if=pflash,format=raw,file=${vars}`,
  ];
}

it(
  'GRUB, that UEFI loads over the network, boots the netboot set by its example',
  async () => {
    const tftp = join(folder, 'tftp-grub');
    for (const name of ['grub', 'xenwright']) mkdirSync(join(tftp, name), { recursive: true });
    for (const name of ['vmlinuz', 'initrd.img']) linkSync(join(served, name), join(tftp, 'xenwright', name));
    // Debian's GRUB for networks looks for grub/grub.cfg. The package lies where the medium was built.
    const packages = join(BASES_FOLDER, 'packages');
    const loader = readdirSync(packages)
      .filter((name) => /^grub-efi-amd64-(bin|unsigned)_/.test(name))
      .map((name) =>
        execFileSync(
          'sh',
          [
            '-c',
            'dpkg-deb --fsys-tarfile "$0" | tar -xO --wildcards "*/monolithic/grubnetx64.efi" 2>/dev/null || true',
            join(packages, name),
          ],
          { maxBuffer: 2 ** 24 },
        ),
      )
      .find((bytes) => bytes.length > 0);
    writeFileSync(join(tftp, 'grubnetx64.efi'), loader ?? '');
    const words = `console=ttyS0,115200 xenwright.profile=${rack.address}/other.yaml xenwright.on-error=poweroff xenwright.allow-clear=report.webhook.secret`;
    writeFileSync(
      join(tftp, 'grub/grub.cfg'),
      readFileSync(join(served, 'grub.cfg'), 'utf8')
        .replace('http://192.0.2.1/xenwright', rack.address)
        .replace(/^ {2}linux .*$/m, (line) => `${line} ${words}`),
    );
    const disk = blankDisk(folder, 'grub');
    const console = await bootToEnd(
      folder,
      'grub',
      [
        '-m',
        '4096',
        ...firmware('grub'),
        ...diskArguments(disk),
        '-boot',
        'n',
        '-netdev',
        `user,id=net0,tftp=${tftp},bootfile=grubnetx64.efi`,
        '-device',
        'virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0c,bootindex=0',
      ],
      15 * MINUTE,
    );
    expect(console).toContain(POWERED_OFF);
    expect(console).toMatch(/other\.yaml was read[^]*another-disk[^]*exit 4:/);
    expect(isUntouched(disk)).toBe(true);
  },
  20 * MINUTE,
);

it(
  'UEFI boots the image, which installs the machine, and then Xen from its disk',
  async () => {
    const disk = blankDisk(folder, 'uefi');
    const machine = [...FOR_XEN, ...firmware('uefi'), ...diskArguments(disk), ...nicArguments('52:54:00:00:00:0b')];
    const { console } = await bootUntil(
      folder,
      'uefi-install',
      [...machine, '-cdrom', set.iso, '-boot', 'd'],
      /run +(done|failed|interrupted) after|FAILED:/,
      20 * MINUTE,
    );
    expect(console).toMatch(/run +done after/);
    // Without the disc: what the firmware remembers, or finds on the disk.
    await bootAndCut(
      folder,
      'uefi-disk',
      machine,
      /XENWRIGHT-VERDICT [^\n]*"dom0":\{"up":true,"hypervisor":"xen"[^\n]*"domus":\[\{"name":"db1","up":true/,
      15 * MINUTE,
    );
  },
  40 * MINUTE,
);
