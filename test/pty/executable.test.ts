/**
 * The single executable does what the bundle does: its texts and screens, itself again in the background, itself as the
 * appliance's tools.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { minimalText } from '../profile/fixtures.ts';
import { letToolsFail, pretendTools, withPretendTools } from './support/pretend-tools.ts';
import { freshBundle, freshExecutable, pretendHome, startPty, stopRun, type Pty } from './support/pty.ts';

const isRoot = process.getuid?.() === 0;
let executable = '';
let place: ReturnType<typeof pretendHome>;
const open: Pty[] = [];

beforeAll(() => {
  executable = freshExecutable(freshBundle());
}, 60_000);
afterAll(() => rmSync(executable, { force: true }));
beforeEach(() => {
  place = pretendHome();
  writeFileSync(join(place.folder, 'p.yaml'), minimalText);
  pretendTools(place.folder);
});
afterEach(async () => {
  for (const pty of open) {
    pty.kill('SIGKILL');
    await pty.exit;
  }
  open.length = 0;
  letToolsFail(place.folder);
  await until(() => !existsSync(state('run.sock')));
  place.remove();
});

const state = (name: string): string => join(place.folder, 'host.img.xenwright', name);
const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Pty => {
  const pty = startPty(executable, place.folder, args, { ...withPretendTools(place.folder), ...env });
  open.push(pty);
  return pty;
};
async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isTrue();) {
    if (Date.now() > end) throw new Error('waited in vain');
    await delay(50);
  }
}

test('it runs without Node.js, whatever NODE_OPTIONS says, and tells findings by exit code', () => {
  const run = (...args: readonly string[]): string =>
    execFileSync(executable, args, {
      cwd: place.folder,
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', NODE_OPTIONS: '--require /nowhere.js' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  expect(run('check', 'p.yaml')).toMatch(
    /^p\.yaml:7:3 .* \[no-console-login\]\n(\w+: log in as .*\n)+p\.yaml: no errors\n$/,
  );
  expect(run('--version')).toBe(
    `${(JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version}\n`,
  );
  writeFileSync(join(place.folder, 'bad.yaml'), 'version: 1\nhots: {}\n');
  expect(() => run('check', 'bad.yaml')).toThrow(expect.objectContaining({ status: 3 }) as Error);
});

test('nothing in it says where it was built', () => {
  expect(readFileSync(executable).includes(dirname(executable))).toBe(false);
});

test('the screens are drawn, in the language that is asked for', async () => {
  const pty = start(['--demo'], { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' });
  await pty.shows('Sprache und Tastatur');
});

describe.runIf(isRoot)('an install with panes (as root)', () => {
  test(
    'goes on in a process of its own when the terminal is lost, and attach shows it',
    { timeout: 60_000 },
    async () => {
      const first = start(['install', 'p.yaml', '--image', 'host.img', '--ui', 'panes']);
      await first.shows('fetching package 3');
      first.hangUp();
      await first.exit;
      const second = start(['attach', 'host.img']);
      await second.shows(/fetching package \d\d/);
      await stopRun(second);
      second.press('enter');
      expect((await second.exit).code).toBe(130);
      expect(JSON.parse(readFileSync(state('events.ndjson'), 'utf8').trim().split('\n').at(-1) ?? '')).toMatchObject({
        type: 'run.finished',
        result: 'interrupted',
      });
    },
  );
});

describe.runIf(isRoot)('an install as plain text (as root)', () => {
  test('goes on when the terminal is lost, and comes to its end in order', { timeout: 60_000 }, async () => {
    const pty = start(['install', 'p.yaml', '--image', 'host.img', '--ui', 'plain']);
    await pty.shows('Build the common stage');
    pty.hangUp();
    const seen = (): number => readFileSync(state('events.ndjson'), 'utf8').length;
    const before = seen();
    await until(() => seen() > before + 2000);
    const again = start(['attach', 'host.img', '--ui', 'plain']);
    await again.shows('Build the common stage');
    process.kill(pty.pid, 'SIGTERM');
    expect((await pty.exit).code).toBe(130);
    expect((await again.exit).code).toBe(130);
    expect(JSON.parse(readFileSync(state('events.ndjson'), 'utf8').trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'run.finished',
      result: 'interrupted',
    });
    expect(existsSync(join(place.folder, 'host.img.lock'))).toBe(false);
  });

  test.each(['plain', 'json'])(
    'goes on when nobody reads it any more, in its own time and to its own exit code (%s)',
    { timeout: 60_000 },
    async (ui) => {
      const script = `sh -c 'echo $$ > pid; exec "$@"' sh "$@" 2>&1 | head -n 1 > /dev/null; exit "\${PIPESTATUS[0]}"`;
      const child = spawn(
        'bash',
        ['-c', script, 'bash', executable, 'install', 'p.yaml', '--image', 'host.img', '--ui', ui],
        { cwd: place.folder, stdio: 'ignore', env: { ...process.env, ...withPretendTools(place.folder) } },
      );
      const code = new Promise<number | null>((resolve) => {
        child.on('close', resolve);
      });
      const seen = (): number =>
        existsSync(state('events.ndjson')) ? readFileSync(state('events.ndjson'), 'utf8').length : 0;
      await until(() => seen() > 0);
      const before = seen();
      await until(() => seen() > before + 4000);
      process.kill(Number(readFileSync(join(place.folder, 'pid'), 'utf8')), 'SIGTERM');
      expect(await code).toBe(130);
      expect(JSON.parse(readFileSync(state('events.ndjson'), 'utf8').trim().split('\n').at(-1) ?? '')).toMatchObject({
        type: 'run.finished',
        result: 'interrupted',
      });
    },
  );
});
