/**
 * A machine without a screen, needs virtual machines: installed from the medium wholly over its serial line, by a
 * profile that says nothing of consoles. Its host speaks on that line: GRUB's menu, which takes keys there, Xen, Dom0
 * and the login; the plain kernel, too. Consoles stay under test/artifacts/lab/serial.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startMachine } from '../../src/system/vm/qemu.ts';
import { cli, labFolder } from './support/cli.ts';
import { bootUntil } from './support/medium.ts';
import { labProfile, rackMachine } from './support/rack.ts';

const MINUTE = 60_000;
const POLL_MS = 500;
const folder = labFolder('serial');
const disk = join(folder, 'disk.img');
const iso = join(folder, 'xenwright.iso');

beforeAll(async () => {
  const profile = join(folder, 'host.yaml');
  const text = labProfile()
    .replace(/^report:.*\n/m, '')
    .replace(', console: "vga+com1"', '');
  expect(text).not.toContain('console');
  writeFileSync(profile, text);
  const built = await cli(
    folder,
    'medium',
    'build',
    '--output',
    iso,
    '--no-firmware',
    '--serial',
    'ttyS0',
    '--bases',
    profile,
    '--profile',
    profile,
  );
  expect(built.code, built.err).toBe(0);
}, 15 * MINUTE);

it(
  'is installed',
  async () => {
    const { console } = await bootUntil(
      folder,
      'install',
      rackMachine({ disk, sizeGiB: 8, seed: '5eed', iso, memoryMiB: 4096 }),
      /run +(done|failed|interrupted) after/,
      12 * MINUTE,
    );
    expect(console).toMatch(/run +done after/);
  },
  15 * MINUTE,
);

it(
  'shows GRUB, Xen, Dom0 and a login',
  async () => {
    const said = await heard('xen', '', /rack1 login: /);
    expect(said).toMatch(/Debian, with Xen[^]*\(XEN\) [^]*rack1 hvc0\s[^]*rack1 login: /);
  },
  20 * MINUTE,
);

it(
  "takes keys in GRUB's menu, and has the plain kernel and its login there, too",
  async () => {
    const said = await heard('plain', '\u001b[B\r', /rack1 login: /);
    expect(said).toMatch(/Debian, without Xen[^]*rack1 ttyS0\s[^]*rack1 login: /);
    expect(said).not.toContain('(XEN)');
  },
  15 * MINUTE,
);

/**
 * What a machine with this disk, one serial line and no screen says until it has said what is waited for; `keys` go to
 * GRUB's menu.
 */
async function heard(name: string, keys: string, wanted: RegExp): Promise<string> {
  const machine = await startMachine({
    transcript: join(folder, `${name}.log`),
    port: false,
    arguments: [
      '-machine',
      'q35',
      '-accel',
      'tcg,thread=multi',
      '-cpu',
      'qemu64,+svm,+npt',
      '-smp',
      '2',
      '-m',
      '4096',
      '-nodefaults',
      '-vga',
      'none',
      '-no-reboot',
      '-drive',
      `file=${disk},if=none,id=disk0,format=raw,cache=unsafe,snapshot=on`,
      '-device',
      'virtio-blk-pci,drive=disk0,serial=rack-0',
      '-nic',
      'user,model=virtio-net-pci',
    ],
  });
  let [said, isGone, isTyped] = ['', false, keys === ''];
  machine.console.on('data', (chunk) => {
    said += chunk.toString('utf8');
  });
  void machine.gone.then(() => {
    isGone = true;
  });
  try {
    for (
      const untilMs = Date.now() + 14 * MINUTE;
      !wanted.test(said);
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      })
    ) {
      if (isGone || Date.now() > untilMs)
        throw new Error(`${name}: ${isGone ? 'the machine ended' : 'time is up'}:\n${said.slice(-4000)}`);
      if (!isTyped && /executed automatically/.test(said)) {
        machine.console.write(keys);
        isTyped = true;
      }
    }
    return said;
  } finally {
    machine.kill();
    await machine.gone;
  }
}
