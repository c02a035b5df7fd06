/** The last screen of an install that is watched: what follows it, also when the terminal goes away there. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { freshBundle, pretendHome, startPty } from './support/pty.ts';

let bundle = '';
let place: ReturnType<typeof pretendHome>;
beforeAll(() => {
  bundle = freshBundle('test/pty/support/end-play.ts');
});
beforeEach(() => {
  place = pretendHome();
});
afterEach(() => place.remove());

async function ended(): Promise<string> {
  const file = join(place.folder, 'end-of-machine');
  for (const end = Date.now() + 15_000; !existsSync(file) && Date.now() < end;) await delay(50);
  return existsSync(file) ? readFileSync(file, 'utf8') : 'the machine goes on';
}

test('the machine is restarted when the last screen is left', { timeout: 60_000 }, async () => {
  const pty = startPty(bundle, place.folder);
  await pty.shows('Done: xen1 is installed');
  pty.press('q');
  expect(await ended()).toBe('reboot');
});

test(
  'it is restarted, too, when the terminal goes away there, however often it says so',
  { timeout: 60_000 },
  async () => {
    const pty = startPty(bundle, place.folder);
    await pty.shows('Done: xen1 is installed');
    // A shell tells its jobs what the kernel has told them already.
    pty.hangUp();
    for (let times = 0; times < 3; times++) {
      await delay(20);
      try {
        execFileSync('kill', ['-HUP', String(pty.pid)], { stdio: 'ignore' });
      } catch {
        /* It has ended already. */
      }
    }
    expect(await ended()).toBe('reboot');
  },
);

test(
  'b boots what is done instead, and its exit code counts; there is nothing to edit then',
  { timeout: 60_000 },
  async () => {
    const pty = startPty(bundle, place.folder, ['image']);
    await pty.shows('b boot it');
    expect(pty.text()).not.toContain('e edit');
    pty.press('e', 'b');
    expect((await pty.exit).code).toBe(7);
    expect(readFileSync(join(place.folder, 'chosen'), 'utf8')).toBe('boot after 0');
    expect(existsSync(join(place.folder, 'end-of-machine'))).toBe(false);
  },
);

test('R restarts the machine that was installed, once it is chosen', { timeout: 60_000 }, async () => {
  const pty = startPty(bundle, place.folder, ['disks']);
  await pty.shows('R reboot');
  // There is no image to boot, and nothing to try again.
  expect(pty.text()).not.toMatch(/b boot it|r retry/);
  pty.press('b', 'r', 'e', 'R');
  expect((await pty.exit).code).toBe(7);
  expect(readFileSync(join(place.folder, 'chosen'), 'utf8')).toBe('reboot after 0');
});

test.each(['disks', 'image'])(
  'after a failed run neither a restart nor a boot is offered, and their keys do nothing (%s)',
  { timeout: 60_000 },
  async (target) => {
    const pty = startPty(bundle, place.folder, [target], { FAILED: '1' });
    await pty.shows('Not everything could be installed');
    await pty.shows('r retry');
    const offer = /R reboot|b boot it|restart this machine|: boot it/;
    expect(pty.text()).not.toMatch(offer);
    pty.press('R', 'b', '?');
    await pty.shows('Ctrl-L');
    expect(pty.text()).not.toMatch(offer);
    pty.press('escape');
    // Not before it is closed: Escape and a letter right after it are one key.
    await pty.lacks('Ctrl-L');
    await pty.shows('r retry');
    pty.press('e');
    expect((await pty.exit).code).toBe(7);
    expect(readFileSync(join(place.folder, 'chosen'), 'utf8')).toBe('edit after 5');
    expect(existsSync(join(place.folder, 'end-of-machine'))).toBe(false);
  },
);

test('s gives a shell in this terminal, and its end is the last screen again', { timeout: 60_000 }, async () => {
  const pty = startPty(bundle, place.folder, ['disks'], { SHELL: '/bin/sh', PS1: 'shell> ' });
  await pty.shows('s shell');
  pty.press('s');
  await pty.shows('shell> ');
  for (const char of 'echo $((6*7)) > answer') pty.press(char === ' ' ? 'space' : char);
  pty.press('enter');
  await pty.until(
    'the shell to have done it',
    () => existsSync(join(place.folder, 'answer')) && readFileSync(join(place.folder, 'answer'), 'utf8') === '42\n',
  );
  for (const char of 'exit') pty.press(char);
  pty.press('enter');
  await pty.shows('Done: xen1 is installed');
  await pty.shows('R reboot');
  pty.press('q');
  expect(await ended()).toBe('reboot');
});
