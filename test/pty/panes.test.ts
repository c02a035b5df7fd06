/**
 * A watched install in a real terminal, with the engine as it is and pretended tools: shown, left, attached to,
 * stopped, tried again. The first base fails or takes as long as the test says, so that nothing is installed anywhere.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { minimalText } from '../profile/fixtures.ts';
import { Run } from '../ui/run-events.ts';
import { letToolsFail, pretendTools, withPretendTools } from './support/pretend-tools.ts';
import { freshBundle, pretendHome, startPty, stopRun, type Pty } from './support/pty.ts';

const isRoot = process.getuid?.() === 0;
let bundle = '';
let place: ReturnType<typeof pretendHome>;
const open: Pty[] = [];

beforeAll(() => {
  bundle = freshBundle();
});
beforeEach(() => {
  place = pretendHome();
});
afterEach(async () => {
  for (const pty of open) {
    pty.kill('SIGKILL');
    await pty.exit;
  }
  open.length = 0;
  // Whatever goes on behind ends with the test.
  letToolsFail(place.folder);
  await until(() => !existsSync(state('run.sock')));
  place.remove();
});

const state = (name: string): string => join(place.folder, 'host.img.xenwright', name);
const start = (...args: readonly string[]): Pty => {
  const pty = startPty(bundle, place.folder, args, withPretendTools(place.folder));
  open.push(pty);
  return pty;
};
async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isTrue();) {
    if (Date.now() > end) throw new Error('waited in vain');
    await delay(50);
  }
}

/** A profile, and tools that talk until they are told how to end. */
function prepare(): void {
  writeFileSync(join(place.folder, 'p.yaml'), minimalText);
  pretendTools(place.folder);
}

describe.runIf(isRoot)('an install with panes (as root)', () => {
  test(
    'is shown, left with d and goes on; attach shows it again; stopped there, it ends as interrupted',
    { timeout: 60_000 },
    async () => {
      prepare();
      const first = start('install', 'p.yaml', '--image', 'host.img', '--ui', 'panes');
      await first.shows('Install of xen1');
      await first.shows('fetching package 3');
      expect(statSync(state('run.sock')).mode & 0o777).toBe(0o600);
      first.press('d');
      expect((await first.exit).code).toBe(130);
      await first.shows('goes on in the background');

      const second = start('attach', 'host.img');
      await second.shows('Install of xen1');
      await second.shows(/fetching package \d\d/);
      await stopRun(second);
      second.press('enter');
      expect((await second.exit).code).toBe(130);
      await until(() => !existsSync(state('run.sock')));
      expect(existsSync(join(place.folder, 'host.img.lock'))).toBe(false);
      const last = readFileSync(state('events.ndjson'), 'utf8').trim().split('\n').at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({ type: 'run.finished', result: 'interrupted' });
    },
  );

  test('that fails says what and why, and r tries it again in the same run', { timeout: 60_000 }, async () => {
    prepare();
    letToolsFail(place.folder);
    const pty = start('install', 'p.yaml', '--image', 'host.img', '--ui', 'panes');
    await pty.shows('Not everything could be installed');
    await pty.shows('What failed');
    pty.press('f');
    await pty.shows('| the mirror is on fire');
    pty.press('r');
    await until(() => (readFileSync(state('events.ndjson'), 'utf8').match(/"run.started"/g) ?? []).length === 2);
    await pty.shows('Not everything could be installed');
    pty.press('enter');
    expect((await pty.exit).code).toBe(5);
    // The summary stands on the normal screen.
    await pty.shows('Go on with: xenwright install p.yaml --image host.img --resume');
  });

  test('whose terminal goes away goes on; a killed one is told from one that ended', { timeout: 60_000 }, async () => {
    prepare();
    const first = start('install', 'p.yaml', '--image', 'host.img', '--ui', 'panes');
    await first.shows('fetching package 2');
    first.kill('SIGKILL');
    await first.exit;
    const second = start('attach', 'host.img', '--ui', 'plain');
    await second.shows('started: xen1');
    const { pid } = JSON.parse(readFileSync(join(place.folder, 'host.img.lock'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect((await second.exit).code).toBe(130);
    await second.shows('The process of this run is gone');
    const third = start('attach', 'host.img');
    await third.shows('The run has stopped unexpectedly');
    third.press('q');
    expect((await third.exit).code).toBe(130);
    rmSync(state('run.sock'));
  });

  test('asks for a password here and hands it over where nobody can read it', { timeout: 60_000 }, async () => {
    prepare();
    writeFileSync(join(place.folder, 'p.yaml'), minimalText.replace(/ {4}sshKeys:.*\n/, '    password: "prompt:"\n'));
    const pty = start('install', 'p.yaml', '--image', 'host.img', '--ui', 'panes');
    await pty.shows('Password for');
    pty.press('Xw-canary-91', 'enter');
    await pty.shows('The same again');
    pty.press('Xw-canary-91', 'enter');
    await pty.shows('fetching package 2');
    const { pid } = JSON.parse(readFileSync(join(place.folder, 'host.img.lock'), 'utf8')) as { pid: number };
    const kept = readdirSync(state('.'))
      .filter((name) => name !== 'run.sock')
      .map((name) => readFileSync(state(name), 'utf8'));
    for (const text of [
      pty.raw(),
      ...kept,
      ...['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')),
    ])
      expect(text).not.toContain('canary');
  });

  test('refuses what install refuses, before anything is drawn', { timeout: 60_000 }, async () => {
    prepare();
    writeFileSync(join(place.folder, 'host.img'), "somebody's");
    const pty = start('install', 'p.yaml', '--image', 'host.img', '--ui', 'panes');
    expect((await pty.exit).code).toBe(4);
    // The line may break anywhere.
    await pty.shows(/\[image-exist\n?s\]/);
    expect(pty.raw()).not.toContain('\u001b[?1049h');
  });
});

test(
  'a recorded run is drawn again, ends on its last screen, and its summary stands on the normal one',
  { timeout: 30_000 },
  async () => {
    const lines: string[] = [];
    const run = new Run((event) => lines.push(`${JSON.stringify(event)}\n`));
    run.start(0, ['host', 'dom0']);
    run.whole(0, 'host');
    run.whole(4, 'dom0', ['192.0.2.7/24']);
    run.end(3600, 'done');
    writeFileSync(join(place.folder, 'events'), lines.slice(0, -1).join(''));
    const pty = start('install', '--replay', 'events', '--ui', 'panes');
    await pty.shows('Replay: xen1');
    await pty.shows('dom0  done');
    pty.press('q');
    expect((await pty.exit).code).toBe(0);
    await pty.shows('dom0         done  192.0.2.7/24');
  },
);

test('attach without a run says where it looked', { timeout: 30_000 }, async () => {
  const pty = start('attach', 'none.img');
  expect((await pty.exit).code).toBe(2);
  await pty.shows('there is no run in none.img or none.img.xenwright');
});
