/** A new Xen that does not come up: the one before it is started, with its guests, and the plain kernel last. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { MenuMachine } from './menu-machine.ts';
import { fileIn, modelOf } from './model.ts';

const XEN = 'xen-4.20-amd64.gz';
const GOOD = '/grub/xenwright-good.gz';
const tree = dom0Tree(modelOf());
let boot = '';
let machine: MenuMachine;

beforeEach(() => {
  boot = mkdtempSync(join(tmpdir(), 'xw-previous-'));
  mkdirSync(join(boot, 'grub'));
  machine = new MenuMachine(boot);
  putKernel('6.12.48-amd64');
  putXen('first');
});

const putXen = (words: string, name = XEN): void => writeFileSync(join(boot, name), gzipSync(`hypervisor ${words}`));
function putKernel(version: string): void {
  for (const name of ['vmlinuz', 'initrd.img']) writeFileSync(join(boot, `${name}-${version}`), 'x');
  writeFileSync(join(boot, `config-${version}`), 'CONFIG_XEN_DOM0=y\n');
}

/** update-grub: the menu of what /boot has. */
function menu(): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', fileIn(tree, '/etc/grub.d/09_xenwright')], {
    env: { ...process.env, XENWRIGHT_BOOT: boot },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  expect(spawnSync('grub-script-check', { input: stdout, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  return stdout;
}

/** What the host does once Dom0 has its network. */
function confirm(started: { readonly kernel: string; readonly words: string }): number | null {
  machine.forget('xenwright_state');
  const bin = join(boot, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'uname'), `#!/bin/sh\necho ${started.kernel}\n`, { mode: 0o755 });
  writeFileSync(join(boot, 'cmdline'), `${started.words.trim()}\n`);
  return spawnSync('sh', ['-c', fileIn(tree, '/usr/lib/xenwright/confirm')], {
    env: { PATH: `${bin}:/usr/bin:/bin`, XENWRIGHT_BOOT: boot, XENWRIGHT_CMDLINE: join(boot, 'cmdline') },
  }).status;
}

/** A host that has come up with what it was installed with, and has got another hypervisor since. */
function upgraded(): string {
  expect(confirm(machine.start(menu()))).toBe(0);
  putXen('second');
  return menu();
}

describe('a new Xen that does not come up', () => {
  test('gives way to the one before it, which stays until the next update', () => {
    const second = upgraded();
    expect(machine.start(second)).toMatchObject({ xen: `/${XEN}` });
    // Nobody confirms it.
    const previous = machine.start(second);
    expect(previous).toMatchObject({ xen: GOOD, kernel: '6.12.48-amd64' });
    expect(previous.words).toMatch(/ xenwright\.entry=previous$/);
    expect(confirm(previous)).toBe(0);
    // The next start does not hang at the new one again.
    expect(machine.start(second)).toMatchObject({ xen: GOOD });
    putXen('third');
    expect(machine.start(menu())).toMatchObject({ xen: `/${XEN}` });
  });

  test('starts the plain kernel when the one before it does not come up either, and then tries that one again', () => {
    const second = upgraded();
    machine.start(second);
    machine.start(second);
    expect(machine.start(second)).toMatchObject({ xen: null, kernel: '6.12.48-amd64' });
    expect(machine.environment['xenwright_state']).toBe('failed');
    // The plain kernel's own check.
    machine.forget('xenwright_state');
    expect(machine.start(second)).toMatchObject({ xen: GOOD });
  });

  test('is passed over at once when its file is damaged', () => {
    expect(confirm(machine.start(menu()))).toBe(0);
    writeFileSync(join(boot, XEN), gzipSync('hypervisor second').subarray(0, 15));
    const damaged = menu();
    expect(confirm(machine.start(damaged))).toBe(0);
    expect(machine.start(damaged)).toMatchObject({ xen: GOOD });
    machine.forget('xenwright_state');
    writeFileSync(join(boot, 'grub/xenwright-good.gz'), 'torn since');
    expect(machine.start(damaged)).toMatchObject({ xen: null });
    expect(machine.environment['xenwright_state']).toBe('damaged');
  });

  test('may be a new kernel: the one before it is started with the same Xen', () => {
    expect(confirm(machine.start(menu()))).toBe(0);
    putKernel('6.12.50-amd64');
    const second = menu();
    expect(machine.start(second)).toMatchObject({ xen: `/${XEN}`, kernel: '6.12.50-amd64' });
    expect(machine.start(second)).toMatchObject({ xen: GOOD, kernel: '6.12.48-amd64' });
  });

  test('is started with the newest kernel when the one before it is gone', () => {
    expect(confirm(machine.start(menu()))).toBe(0);
    putXen('second');
    putKernel('6.12.50-amd64');
    rmSync(join(boot, 'vmlinuz-6.12.48-amd64'));
    const second = menu();
    machine.start(second);
    expect(machine.start(second)).toMatchObject({ xen: GOOD, kernel: '6.12.50-amd64' });
  });
});

describe('what came up', () => {
  test('is kept once, and offered only when it is no longer the newest', () => {
    const first = menu();
    expect(first).not.toContain('xenwright-previous');
    expect(confirm(machine.start(first))).toBe(0);
    expect(readFileSync(join(boot, GOOD))).toEqual(readFileSync(join(boot, XEN)));
    expect(menu()).toBe(first);
  });

  test('is the new one as soon as that has come up', () => {
    const second = upgraded();
    expect(confirm(machine.start(second))).toBe(0);
    expect(menu()).not.toContain('xenwright-previous');
  });

  test('is not what another entry of the menu has started', () => {
    machine.start(menu());
    confirm({ kernel: '6.12.48-amd64', words: 'root=/dev/sda1 ro' });
    expect(existsSync(join(boot, 'grub/xenwright-good'))).toBe(false);
  });

  test('is nothing when an upgrade came between the start and this', () => {
    const started = machine.start(menu());
    putXen('second');
    expect(confirm(started)).not.toBe(0);
    expect(existsSync(join(boot, 'grub/xenwright-good'))).toBe(false);
    expect(existsSync(join(boot, 'grub/xenwright-good.new'))).toBe(false);
  });

  test('is not offered when its copy is damaged', () => {
    expect(confirm(machine.start(menu()))).toBe(0);
    putXen('second');
    writeFileSync(join(boot, GOOD), 'torn');
    expect(menu()).not.toContain('xenwright-previous');
  });
});
