/**
 * The medium's own screen, needs virtual machines: the wizard on tty1 of a machine with a picture and a keyboard, typed
 * through to its review, and the profile taken along on a USB drive with FAT. Pictures stay under
 * test/artifacts/lab/medium-screen.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { loadProfile } from '../../src/profile/load.ts';
import { accelerator } from '../../src/system/vm/accelerator.ts';
import { startMachine } from '../../src/system/vm/qemu.ts';
import { labFolder } from './support/cli.ts';
import { buildMediumIn } from './support/medium.ts';
import { picture, press, screenShows } from './support/screen-machine.ts';

const MINUTE_MS = 60_000;
const run = (...argv: string[]): string =>
  execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

it(
  'the wizard is drawn on the screen of the medium, and its profile goes onto a stick with FAT',
  async () => {
    const folder = labFolder('medium-screen');
    const [usbDrive, disk, transcript] = ['stick.img', 'disk.img', 'serial.log'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    run('mkfs.vfat', '-C', '-n', 'STICK', usbDrive, '65536');
    run('truncate', '-s', '20G', disk);
    const { iso } = await buildMediumIn(folder);
    const machine = await startMachine({
      transcript,
      port: false,
      arguments: [
        ...(await accelerator()),
        '-machine',
        'q35',
        '-smp',
        '2',
        '-m',
        '2048',
        '-no-reboot',
        '-vga',
        'std',
        '-cdrom',
        iso,
        '-boot',
        'd',
        '-nic',
        'user,model=virtio-net-pci',
        '-drive',
        `file=${disk},if=none,id=disk,format=raw`,
        '-device',
        'virtio-blk-pci,drive=disk,serial=LABDISK',
        '-device',
        'qemu-xhci',
        '-drive',
        `file=${usbDrive},if=none,id=stick,format=raw`,
        '-device',
        'usb-storage,drive=stick,removable=on',
      ],
    });
    const shows = async (wanted: RegExp, between?: () => Promise<void>): Promise<string> =>
      await screenShows(machine, transcript, wanted, 8 * MINUTE_MS, between);
    try {
      for (const end = Date.now() + 8 * MINUTE_MS; !/xenwright-session|Xenwright(?!: )/.test(machine.tail());) {
        if (Date.now() > end) throw new Error(`no session:\n${machine.tail()}`);
        await delay(1_000);
      }
      const first = await shows(/This wizard/);
      await picture(machine, join(folder, '1-first.png'));
      // What is beyond ASCII came through the kernel's own console.
      expect(first).toMatch(/Xenwright · Host xen1/);
      expect(first).toMatch(/» This wizard/);
      expect(first).toMatch(/─{60}/);
      const review = await shows(/Type \/dev\/\S+ to install/, async () => {
        await press(machine, 'ctrl', 'n');
      });
      await picture(machine, join(folder, '2-review.png'));
      expect(review).toMatch(/Type \/dev\/vda to install/);
      await press(machine, 'ctrl', 'x');
      await press(machine, 'down');
      await press(machine, 'ret');
      expect(await shows(/vfat "STICK"/)).toMatch(/whoever has it/);
      await picture(machine, join(folder, '3-stick.png'));
      await press(machine, 'ret');
      await shows(/as xen1\.yaml/);
      await picture(machine, join(folder, '4-written.png'));
    } finally {
      // As if it was pulled out: what is on it was flushed before.
      machine.kill();
      await machine.gone;
    }
    run('mcopy', '-n', '-i', usbDrive, '::xen1.yaml', join(folder, 'xen1.yaml'));
    expect(loadProfile(readFileSync(join(folder, 'xen1.yaml'), 'utf8'), 'xen1.yaml').profile?.host.hostname).toBe(
      'xen1',
    );
    // fsck says when a filesystem was not unmounted.
    expect(run('fsck.vfat', '-n', usbDrive)).not.toMatch(/Dirty bit/);
  },
  60 * MINUTE_MS,
);
