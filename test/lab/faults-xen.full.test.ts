/**
 * Xen that dies and Xen that hangs (virtual machines): the host comes up on the plain kernel, with its network, and
 * says so.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BootResult } from '../../src/commands/boot/run.ts';
import { makeXenHang, makeXenPanic, makeXenUnloadable } from './support/break-xen.ts';
import { cli, labFolder } from './support/cli.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('faults-xen');
const image = join(folder, 'host.img');
const profile = join(folder, 'host.yaml');
copyFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), profile);

async function boot(...more: readonly string[]): Promise<BootResult> {
  return JSON.parse((await cli(folder, 'boot', image, '--firmware', 'bios', ...more)).out) as BootResult;
}

describe.skipIf(!hasQemu)('a host (virtual machine)', () => {
  beforeAll(async () => {
    expect((await cli(folder, 'install', profile, '--image', image)).code).toBe(0);
  });

  test('whose Xen panics resets itself, and comes up on the plain kernel with its network', async () => {
    makeXenPanic(image, folder);
    const result = await boot();
    expect(readFileSync(result.transcript, 'utf8')).toMatch(/\(XEN\) Panic on CPU 0/);
    expect(result).toMatchObject({ booted: 'plain', up: false, fallback: true, dom0: { up: true, bridge: 'xenbr0' } });
    expect(result.dom0?.['address']).toMatch(/^10\.0\.2\./);
    expect(result.why).toContain('never confirmed');
    expect(result.domus.map((domu) => domu.why)).toEqual(['Xen is not running', 'Xen is not running']);
  });

  test('whose Xen GRUB cannot load comes up on the plain kernel in the same start', async () => {
    makeXenUnloadable(image, folder);
    const result = await boot();
    expect(result).toMatchObject({ booted: 'plain', up: false, fallback: true, dom0: { up: true, bridge: 'xenbr0' } });
    expect(result.why).toContain('damaged');
  });

  test('whose Xen hangs before its own watchdog runs stands still, and is told so', async () => {
    makeXenHang(image, folder);
    const result = await boot('--timeout', '120');
    expect(result).toMatchObject({ booted: 'none', up: false, dom0: null });
    expect(result.why).toContain('the boot loader loaded the kernel, and nothing came after that');
  });

  test('comes up on the plain kernel once somebody has pressed reset, and says what was tried', async () => {
    const result = await boot();
    expect(result).toMatchObject({ booted: 'plain', up: false, fallback: true, dom0: { up: true, bridge: 'xenbr0' } });
    expect(result.dom0?.['address']).toMatch(/^10\.0\.2\./);
    expect(result.why).toContain('never confirmed');
  });
});
