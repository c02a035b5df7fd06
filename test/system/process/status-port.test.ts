/** How `host status` asks tools: none is waited for longer than its limit, whatever it does. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { statusPort } from '../../../src/system/process/status-port.ts';

const root = mkdtempSync(join(tmpdir(), 'xw-status-port-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const port = statusPort(root, 20_000);

/** The processes of a group that still run: one that has ended may wait for long until its parent takes note. */
function aliveIn(group: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const [state, , of] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return of === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}

test('a tool says its words, its troubles and its exit code', async () => {
  expect(await port.ask(['sh', '-c', 'echo "$LC_ALL"; echo no >&2; exit 7'])).toEqual({
    kind: 'said',
    exitCode: 7,
    text: 'C\n',
    trouble: 'no\n',
  });
  expect(await port.run(['sh', '-c', 'echo well'])).toBe('well\n');
  expect(await port.run(['sh', '-c', 'echo well; exit 1'])).toBeNull();
});

test('a tool that is missing, or ends by a signal, has not answered', async () => {
  expect(await port.ask(['no-such-tool-of-any-host'])).toEqual({ kind: 'missing' });
  expect(await port.ask(['sh', '-c', 'kill -9 $$'])).toMatchObject({ kind: 'said', exitCode: 128 });
});

test.each([
  ['waits', 'sleep 600'],
  ['ignores signals', 'trap "" TERM INT HUP; while :; do sleep 1; done'],
  ['leaves a child with its output', 'sleep 600 & exit 0'],
  ['talks on and on', 'exec yes'],
])('one that %s is late, and left behind with its children', async (_, script) => {
  const pids = join(root, 'pid');
  writeFileSync(pids, '');
  expect(await port.ask(['sh', '-c', `echo $$ > ${pids}; ${script}`], 300)).toEqual({ kind: 'late' });
  const group = readFileSync(pids, 'utf8').trim();
  await vi.waitFor(() => expect(aliveIn(group)).toEqual([]), { timeout: 20_000 });
});

test('files are read and links followed below the root alone', async () => {
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/real'), 'x');
  symlinkSync('real', join(root, 'etc/name'));
  expect(await port.read('/etc/real')).toBe('x');
  expect(await port.link('/etc/name')).toBe('/etc/real');
  expect(await port.list('/etc')).toEqual(['name', 'real']);
  expect(await port.read('/etc/none')).toBeNull();
});
