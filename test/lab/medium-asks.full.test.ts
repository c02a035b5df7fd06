/**
 * The medium on a machine with a screen and a serial line, needs virtual machines: a profile that leaves something to a
 * person has it asked where that person sits, and what a key (or on-error=shell) opens opens there, whichever of the
 * two has the session. Pictures stay under test/artifacts/lab/medium-asks.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, it, vi } from 'vitest';
import { accelerator } from '../../src/system/vm/accelerator.ts';
import { startMachine } from '../../src/system/vm/qemu.ts';
import { labFolder } from './support/cli.ts';
import {
  blankDisk,
  buildNetboot,
  diskArguments,
  isUntouched,
  netbootArguments,
  nicArguments,
} from './support/netboot.ts';
import { picture, press, screenShows, type } from './support/screen-machine.ts';

const MINUTE_MS = 60_000;
const PROFILE =
  'version: 1\ninteractive: [identity]\nhost: { hostname: asked1, firmwarePackages: none, storage: { disks: [{ largest: true }] } }\n';

it(
  'the questions and the shell are on the screen, where the key was pressed',
  async () => {
    const folder = labFolder('medium-asks');
    const profile = join(folder, 'host.yaml');
    writeFileSync(profile, PROFILE);
    const set = await buildNetboot(folder, '--profile', profile);
    const [disk, transcript] = [blankDisk(folder, 'disk'), join(folder, 'serial.log')];
    const words = netbootArguments(set, ['on-error=shell']).map((word) =>
      word.replace('console=ttyS0', 'console=tty0 console=ttyS0'),
    );
    const machine = await startMachine({
      transcript,
      port: false,
      arguments: [
        ...(await accelerator()),
        '-machine',
        'q35',
        '-smp',
        '2',
        '-no-reboot',
        '-vga',
        'std',
        ...words,
        ...diskArguments(disk),
        ...nicArguments('52:54:00:00:00:01'),
      ],
    });
    const serial = (): string => stripVTControlCharacters(readFileSync(transcript, 'utf8'));
    const serialSays = async (wanted: RegExp): Promise<void> => {
      await vi.waitUntil(() => wanted.test(serial()), { timeout: 8 * MINUTE_MS, interval: 500 });
    };
    const shows = async (wanted: RegExp): Promise<string> =>
      await screenShows(machine, transcript, wanted, 8 * MINUTE_MS);
    try {
      await serialSays(/press a key on the console where the questions should appear/);
      await press(machine, 'ret');
      expect(await shows(/Name and time/)).toMatch(/asked1/);
      await picture(machine, join(folder, '1-asked.png'));
      // Its memory is too small for building: nothing is written.
      await press(machine, 'ctrl', 'n');
      await serialSays(/FAILED: [^\n]*\[no-room\][^]*on-error asks for a shell: press a key on the console/);
      await press(machine, 'ret');
      await shows(/Opening a shell, because on-error says so/);
      await picture(machine, join(folder, '2-shell-by-itself.png'));
      await type(machine, 'exit');
      await serialSays(/on-error asks for a shell[^]*Keys: a tries again/);
      await press(machine, 's');
      await shows(/exit comes back here/);
      await picture(machine, join(folder, '3-shell.png'));
    } finally {
      machine.kill();
      await machine.gone;
    }
    expect(isUntouched(disk)).toBe(true);
  },
  40 * MINUTE_MS,
);
