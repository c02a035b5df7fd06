/**
 * Killed on every screen, the wizard comes back to that screen with all answers, and ends in the very profile, and the
 * very run, of one that was never killed.
 */
import { expect, test } from 'vitest';
import { begun, drawn, exported, heading, planHash, shownHash, titleOf } from './support/answers.ts';
import { answerAll } from './support/every-answer.ts';
import type { Pty } from './support/pty.ts';
import { open, title } from './support/session.ts';

async function killedAndBack(screen: Pty): Promise<Pty> {
  const [name, before] = [titleOf(screen), heading(screen)];
  screen.kill('SIGKILL');
  await screen.exit;
  const again = await open();
  // The first screen of all has nothing to come back to.
  if (name === 'Language and keyboard') return again;
  await again.shows(`They end at: ${name}.`);
  again.press('enter');
  await again.shows(title(name));
  await again.lacks('Looking at this machine');
  await drawn(again);
  expect(heading(again)).toBe(before);
  return again;
}

test('killed on every screen: the same screen, the same answers, the same profile', { timeout: 180_000 }, async () => {
  let kills = 0;
  const killed = await answerAll(await open(), async (screen) => {
    kills += 1;
    return await killedAndBack(screen);
  });
  const hash = await shownHash(killed);
  const text = await exported(killed, 'killed.yaml');
  expect(planHash('killed.yaml', '--image', 'mine.img')).toBe(hash);
  expect(kills).toBeGreaterThanOrEqual(16);
  killed.kill('SIGKILL');
  await killed.exit;
  // Anew, and never killed.
  const fresh = await open();
  await fresh.shows('They end at: Review.');
  fresh.press('down', 'enter');
  await fresh.lacks('Start over');
  await fresh.lacks('Looking at this machine');
  await answerAll(fresh);
  expect(await exported(fresh, 'whole.yaml')).toBe(text);
  expect(await shownHash(fresh)).toBe(hash);
  if (process.getuid?.() === 0) expect(await begun(fresh, 'mine.img')).toBe(hash);
});
