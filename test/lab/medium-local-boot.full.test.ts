/**
 * A finished host meets a medium with another profile, needs virtual machines: its own disk is started, by kexec where
 * there is a BIOS and as the firmware's next entry where there is UEFI, with nothing written to the disk before.
 * Consoles stay under test/artifacts/lab/local-boot.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { findVerdict, type HostVerdict } from '../../src/report/verdict.ts';
import { startMachine, type Machine } from '../../src/system/vm/qemu.ts';
import { cli, labFolder } from './support/cli.ts';
import { labProfile } from './support/rack.ts';

const MINUTE = 60_000;
const POLL_MS = 500;
const folder = labFolder('local-boot');
const image = join(folder, 'host.img');
const iso = join(folder, 'xenwright.iso');

beforeAll(async () => {
  const profile = labProfile()
    .replace(/^report:.*\n/m, '')
    .replace('{ serial: rack-0 }', '{ largest: true }');
  const [own, other] = [join(folder, 'host.yaml'), join(folder, 'other.yaml')];
  writeFileSync(own, profile);
  writeFileSync(other, profile.replace('rack1.example.org', 'other.example.org').replace('db1', 'db2'));
  const installed = await cli(folder, 'install', own, '--image', image);
  expect(installed.code, installed.err).toBe(0);
  const built = await cli(
    folder,
    'medium',
    'build',
    '--output',
    iso,
    '--no-firmware',
    '--serial',
    'ttyS0',
    '--profile',
    other,
  );
  expect(built.code, built.err).toBe(0);
}, 25 * MINUTE);

it(
  "by BIOS: the host's own Xen is started by kexec, and Dom0 and its DomU come up",
  async () => {
    const { said, verdict } = await meet('bios', []);
    expect(said).toMatch(/Already installed[^]*Starting "Debian[^"]*with Xen[^"]*" from the disk/);
    expect(said).toContain('(XEN) ');
    expect(verdict).toMatchObject({ dom0: { up: true, hypervisor: 'xen' }, domus: [{ name: 'db1', up: true }] });
  },
  25 * MINUTE,
);

it(
  "by UEFI: the disk is the firmware's next entry, once, and the host comes up",
  async () => {
    copyFileSync('/usr/share/OVMF/OVMF_VARS_4M.fd', join(folder, 'vars.fd'));
    const { said, verdict } = await meet('uefi', [
      '-drive',
      'if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
      '-drive',
      `if=pflash,unit=1,format=raw,file=${join(folder, 'vars.fd')}`,
    ]);
    expect(said).toMatch(/Already installed[^]*The firmware will boot entry [0-9A-F]{4} next/);
    expect(verdict).toMatchObject({ dom0: { up: true, hypervisor: 'xen' }, domus: [{ name: 'db1', up: true }] });
  },
  25 * MINUTE,
);

/** Boots the medium with the host's disk in the machine, until the host has said how it is. */
async function meet(
  name: string,
  firmware: readonly string[],
): Promise<{ readonly said: string; readonly verdict: HostVerdict }> {
  const transcript = join(folder, `${name}.log`);
  const machine = await startMachine({
    transcript,
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
      '-vga',
      'std',
      ...firmware,
      '-boot',
      'd',
      '-cdrom',
      iso,
      '-drive',
      `file=${image},if=none,id=disk0,format=raw,cache=unsafe,snapshot=on`,
      '-device',
      'virtio-blk-pci,drive=disk0,serial=rack-0',
      '-nic',
      'user,model=virtio-net-pci',
    ],
  });
  const said = (): string => readFileSync(transcript, 'utf8');
  let isGone = false;
  void machine.gone.then(() => {
    isGone = true;
  });
  const until = async (isThere: () => boolean, limitMs: number): Promise<void> => {
    for (const endMs = Date.now() + limitMs; !isThere();) {
      if (isGone || Date.now() > endMs)
        throw new Error(`${name}: ${isGone ? 'the machine ended' : 'time is up'}:\n${said().slice(-4000)}`);
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
    }
  };
  try {
    await until(() => /Starting "|The firmware will boot|booting the disk:/.test(said()), 10 * MINUTE);
    expect(await writesOf(machine)).toBe(0);
    await until(() => findVerdict(said()) !== null, 14 * MINUTE);
    return { said: said(), verdict: findVerdict(said()) as HostVerdict };
  } finally {
    machine.kill();
    await machine.gone;
  }
}

async function writesOf({ control }: Machine): Promise<number> {
  const all = (await control.execute('query-blockstats')) as readonly {
    readonly device?: string;
    readonly qdev?: string;
    readonly stats: { readonly wr_operations: number };
  }[];
  const disk = all.find(({ device }) => device === 'disk0');
  if (disk === undefined) throw new Error('the machine has no disk0');
  return disk.stats.wr_operations;
}
