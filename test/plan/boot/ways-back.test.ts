/** What docs/rescue.md lets people type, done to the menu script that a host has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { withOptionsInMenu, withOptionsInScript } from '../../lab/support/break-xen.ts';
import { commandsOf, WAYS } from '../../lab/support/rescue-page.ts';
import { fileIn, modelOf } from '../trees/model.ts';

const SCRIPT = '/etc/grub.d/09_xenwright';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xw-ways-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The line that starts Xen, after the commands that change the menu script. */
function xenLineAfter(commands: readonly string[], options: string): string {
  const path = join(folder, '09_xenwright');
  const tree = dom0Tree(modelOf([`host.xen.options=${JSON.stringify(options)}`]));
  writeFileSync(path, fileIn(tree, SCRIPT));
  for (const name of ['vmlinuz-6.12.48-amd64', 'initrd.img-6.12.48-amd64']) writeFileSync(join(folder, name), 'x');
  writeFileSync(join(folder, 'config-6.12.48-amd64'), 'CONFIG_XEN_DOM0=y\n');
  writeFileSync(join(folder, 'xen-4.20-amd64.gz'), gzipSync('a hypervisor'));
  execFileSync('mkdir', ['-p', join(folder, 'grub')]);
  for (const command of commands.filter((line) => line.includes(SCRIPT)))
    execFileSync('sh', ['-c', command.replaceAll(SCRIPT, path)]);
  const env = { ...process.env, XENWRIGHT_BOOT: folder };
  return /multiboot2 .*/.exec(execFileSync('sh', [path], { encoding: 'utf8', env }))?.[0] ?? '';
}

test('an option that stops Xen is taken out of its line, and nothing else is', () => {
  const commands = commandsOf(WAYS.option, { WRONG: 'dom0=pvh noreboot' });
  expect(xenLineAfter(commands, 'spec-ctrl=no dom0=pvh noreboot')).toBe(xenLineAfter([], 'spec-ctrl=no'));
});

test('an option that a CPU needs is put behind the others, also behind ones that GRUB has in quotes', () => {
  const commands = commandsOf(WAYS.processor, { OPTION: 'smap=off' });
  expect(xenLineAfter(commands, 'spec-ctrl=no')).toBe(xenLineAfter([], 'spec-ctrl=no smap=off'));
  expect(xenLineAfter(commands, 'a{b')).toBe(xenLineAfter([], 'a{b smap=off'));
});

test('what the lab spoils by options is mended by that way, to the letter', () => {
  const script = fileIn(dom0Tree(modelOf(['host.xen.options="spec-ctrl=no"'])), SCRIPT);
  const path = join(folder, 'spoiled');
  writeFileSync(path, withOptionsInScript(script, 'dom0=pvh noreboot'));
  expect(readFileSync(path, 'utf8')).toContain("spec-ctrl=no dom0=pvh noreboot'\n");
  const [mend = ''] = commandsOf(WAYS.option, { WRONG: 'dom0=pvh noreboot' }).filter((line) => line.startsWith('sed'));
  execFileSync('sh', ['-c', mend.replaceAll(SCRIPT, path)]);
  expect(readFileSync(path, 'utf8')).toBe(script);
});

test('the lab puts options where both entries for Xen have theirs', () => {
  const menu =
    '\tmultiboot2 /xen.gz placeholder dom0_mem=1G ${xen_rm_opts}\n\tmultiboot2\t/xen.gz placeholder dom0_mem=1G\n';
  expect(withOptionsInMenu(menu, 'dom0=pvh')).toBe(
    '\tmultiboot2 /xen.gz placeholder dom0_mem=1G dom0=pvh ${xen_rm_opts}\n\tmultiboot2\t/xen.gz placeholder dom0_mem=1G dom0=pvh\n',
  );
  expect(() => withOptionsInMenu('menuentry', 'dom0=pvh')).toThrow('starts no Xen');
});

test('every way ends with a restart, and a change of the menu comes before it', () => {
  for (const heading of Object.values(WAYS)) expect(commandsOf(heading).slice(-2)).toEqual(['update-grub', 'reboot']);
});

test('a host of its own says the commands of the page, in their order', () => {
  const notice = readFileSync(join(import.meta.dirname, '../../../assets/host/xenwright_host/notice.py'), 'utf8');
  expect(notice).toMatch(/apt-get update, apt-get install --reinstall %s, update-grub, restart/);
  expect(commandsOf(WAYS.damaged)).toEqual([
    'apt-get update',
    expect.stringMatching(/^apt-get install --reinstall /),
    'update-grub',
    'reboot',
  ]);
});
