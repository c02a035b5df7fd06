/**
 * Going back from every screen, of the host and of a DomU, loses no answer: the same profile, and the same plan, which
 * the run has too.
 */
import { expect, test } from 'vitest';
import { back, begun, exported, fill, next, planHash, shown, shownHash, titleOf, to } from './support/answers.ts';
import { answerAll, DOMU_ANSWERS, HOST_ANSWERS, lost } from './support/every-answer.ts';
import { open } from './support/session.ts';

const mayInstall = process.getuid?.() === 0;

test('back from every screen and on again: nothing is lost', { timeout: 180_000 }, async () => {
  const screen = await open();
  await answerAll(screen);
  const hash = await shownHash(screen);
  const text = await exported(screen, 'before.yaml');
  let seen = 0;
  while (titleOf(screen) !== 'Language and keyboard') {
    await back(screen);
    expect(lost(screen, HOST_ANSWERS)).toEqual([]);
    seen += 1;
  }
  expect(seen).toBe(10);
  await to(screen, 'DomUs');
  // From each screen of the DomU back to the first one, and on.
  screen.press('home', 'enter');
  await screen.shows('DomU web7');
  for (let depth = 1; depth <= DOMU_ANSWERS.size; depth++) {
    for (let step = 1; step < depth; step++) await next(screen);
    for (let step = 1; step < depth; step++) {
      await back(screen);
      expect(lost(screen, DOMU_ANSWERS)).toEqual([]);
    }
  }
  await back(screen);
  expect(titleOf(screen)).toBe('DomUs');
  await to(screen, 'Review');
  expect(await shownHash(screen)).toBe(hash);
  expect(await exported(screen, 'after.yaml')).toBe(text);
  expect(planHash('after.yaml', '--image', 'mine.img')).toBe(hash);
  if (mayInstall) expect(await begun(screen, 'mine.img')).toBe(hash);
});

test(
  'what is typed and not yet agreed to is kept, too: Esc goes back without asking, and it is there',
  { timeout: 60_000 },
  async () => {
    const screen = await open();
    for (const [name, answers] of HOST_ANSWERS) {
      await to(screen, name);
      const typed = answers.find(([, , kind]) => kind === 'text');
      if (typed === undefined) continue;
      await fill(screen, typed[0], typed[1]);
      await back(screen);
      await next(screen);
      expect(shown(screen, typed[0])).toContain(typed[1]);
    }
  },
);
