/** The lab's person at a host's console, at a terminal where a stand-in waits for a login and a real shell follows. */
import { EventEmitter } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { expect, onTestFinished, test } from 'vitest';
import type { Machine } from '../../src/system/vm/qemu.ts';
import { HostConsole } from '../lab/support/host-console.ts';

/** What agetty and login say, and how they wait. */
const LOGIN = `#!/bin/bash
word=
while [ -z "$word" ]; do
  printf '\\n\\e[1mTHIS HOST RUNS WITHOUT XEN\\e[0m\\nxen1 login: '
  read -r word
done
stty -echo
printf 'Password: '
read -r password
stty echo
[ "$word $password" = 'root lab' ] || { printf '\\nLogin incorrect\\nxen1 login: '; sleep 60; }
printf '\\nLast login: today\\nmotd: without Xen\\n'
export PS1='root@xen1:~# '
exec bash --norc --noprofile -i
`;
const VERDICT = (bootId: string): string =>
  `XENWRIGHT-VERDICT ${JSON.stringify({ version: 1, bootId, dom0: { up: true, hypervisor: 'xen' }, domus: [], fallback: false, why: null })}\n`;

function machine(): { readonly console: EventEmitter; readonly machine: Pick<Machine, 'console' | 'gone'> } {
  const folder = mkdtempSync(join(tmpdir(), 'xw-console-'));
  const script = join(folder, 'login');
  writeFileSync(script, LOGIN);
  chmodSync(script, 0o755);
  writeFileSync(join(folder, 'dmesg'), '#!/bin/sh\n');
  chmodSync(join(folder, 'dmesg'), 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const terminal = spawn(script, [], { cols: 80, rows: 24, env });
  const console = Object.assign(new EventEmitter(), { write: (keys: string) => terminal.write(keys) });
  terminal.onData((data) => console.emit('data', Buffer.from(data)));
  const gone = new Promise<string>((resolve) => {
    terminal.onExit(() => resolve(''));
  });
  onTestFinished(() => {
    terminal.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return { console, machine: { console, gone } as unknown as Pick<Machine, 'console' | 'gone'> };
}

test('logs in, hears what is said before and after, and has each command’s own words and exit code', async () => {
  const host = new HostConsole(machine().machine);
  const { before, after } = await host.login('root', 'lab');
  expect(before).toContain('THIS HOST RUNS WITHOUT XEN');
  expect(before).not.toContain('\u001b');
  expect(after).toContain('motd: without Xen');
  expect(await host.run('printf "one\\ntwo\\n"; echo three >&2')).toEqual({ code: 0, text: 'one\ntwo\nthree\n' });
  expect(await host.run('cat; (exit 7)')).toMatchObject({ code: 7 });
  expect((await host.run(`echo '${'long '.repeat(60)}'`)).text).toBe(`${'long '.repeat(60)}\n`);
});

test('does not get in with a wrong password', async () => {
  await expect(new HostConsole(machine().machine).login('root', 'guess')).rejects.toThrow('nobody gets in as root');
});

test('takes the verdict of a new start only, and what was said before it as read', async () => {
  const { console, machine: one } = machine();
  const host = new HostConsole(one);
  console.emit('data', Buffer.from(`Manual reset required\n${VERDICT('first')}`));
  await host.sees(/Manual reset required/, 5000);
  expect(await host.verdict(5000)).toMatchObject({ bootId: 'first' });
  // Said once more by whoever writes the journal to the console.
  console.emit('data', Buffer.from(`${VERDICT('first')}Linux version 6\n${VERDICT('second')}`));
  expect(await host.verdict(5000)).toMatchObject({ bootId: 'second' });
  await expect(host.verdict(300)).rejects.toThrow(/not seen: XENWRIGHT-VERDICT/);
});
