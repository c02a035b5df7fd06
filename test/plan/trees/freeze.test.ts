/** A guest's filesystems stand still when Dom0 asks, are let go when it says so, and by themselves when it does not. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asset } from '../../assets.ts';

const MOUNTS = `sysfs /sys sysfs rw 0 0
/dev/xvda / ext4 rw,relatime 0 0
/dev/xvdb /srv xfs rw 0 0
/dev/xvdb /bound xfs rw 0 0
/dev/xvdc /ro ext4 ro 0 0
tmpfs /tmp tmpfs rw 0 0
`;
let home = '';
let unit: ChildProcess | null = null;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xw-freeze-'));
  for (const folder of ['bin', 'store', 'proc/self']) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'proc/self/mounts'), MOUNTS);
  writeFileSync(join(home, 'log'), '');
  const put = (name: string, text: string): void =>
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\ncd ${home}\n${text}\n`, { mode: 0o755 });
  put('xenstore-read', 'exec cat "store/${1##*/}"');
  put('xenstore-write', 'printf %s "$2" >"store/${1##*/}.new"; mv "store/${1##*/}.new" "store/${1##*/}"');
  put(
    'xenstore-watch',
    'last=; while :; do now=$(cat store/freeze 2>/dev/null); [ "$now" = "$last" ] || echo changed; last=$now; sleep 0.05; done',
  );
  put('fsfreeze', '[ "$2" != "$(cat stuck 2>/dev/null)" ] || [ "$1" = --unfreeze ] || exit 1; echo "$*" >>log');
  put('sync', 'echo sync >>log');
});
afterEach(() => {
  if (unit?.pid !== undefined) process.kill(-unit.pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function start(seconds: number): void {
  unit = spawn(asset('domu/freeze.sh'), [], {
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
      XENWRIGHT_ROOT: home,
      XENWRIGHT_SECONDS: String(seconds),
    },
  });
}
const ask = (word: string): void => writeFileSync(join(home, 'store/freeze'), word);
const answer = (): string | null =>
  existsSync(join(home, 'store/frozen')) ? readFileSync(join(home, 'store/frozen'), 'utf8') : null;
const log = (): string[] => readFileSync(join(home, 'log'), 'utf8').split('\n').slice(0, -1);
async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !isSo(); round++) await setTimeout(50);
  expect(isSo()).toBe(true);
}

const FROZEN = ['sync', '--freeze /srv', '--freeze /'];
const THAWED = ['--unfreeze /srv', '--unfreeze /'];

it('every one that is written to, once, the root last; and let go in the same order', async () => {
  start(60);
  await until(() => answer() === '');
  ask('11-22');
  await until(() => answer() === '11-22');
  expect(log()).toEqual(FROZEN);
  ask('');
  await until(() => log().length === 5);
  expect(answer()).toBe('');
  expect(log()).toEqual([...FROZEN, ...THAWED]);
});

it('by itself when nobody says so', async () => {
  start(1);
  await until(() => answer() === '');
  ask('11-22');
  await until(() => answer() === '11-22');
  await until(() => log().length === 5);
  expect(answer()).toBe('');
  expect(log()).toEqual([...FROZEN, ...THAWED]);
});

it('where one does not stand still, none does', async () => {
  writeFileSync(join(home, 'stuck'), '/');
  start(60);
  await until(() => answer() === '');
  ask('11-22');
  await until(() => log().length >= 4);
  expect(answer()).toBe('');
  expect(log()).toEqual(['sync', '--freeze /srv', ...THAWED]);
});
