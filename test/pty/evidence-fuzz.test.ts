/**
 * Random keys into the bundle in a real terminal, over every screen, list, dialog and the panes of a pretended run: it
 * never ends by itself, always draws whole frames of 80×24, and no disk is ever installed onto unless its name stands
 * there in full.
 */
import { expect, test } from 'vitest';
import { titleOf, to } from './support/answers.ts';
import type { Pty } from './support/pty.ts';
import { DOMU, MAIN, open } from './support/session.ts';

const SEED = Number(process.env['XENWRIGHT_FUZZ_SEED'] ?? 20_261_123);
const BATCHES = 12;
/** What is looked at after so many keys. */
const BATCH = 20;
const KEYS = [
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'pageup',
  'pagedown',
  'delete',
  'enter',
  'enter',
  'tab',
  'backtab',
  'backspace',
  'space',
  'escape',
  'ctrl-a',
  'ctrl-e',
  'ctrl-k',
  'ctrl-u',
  'ctrl-w',
  'ctrl-n',
  'ctrl-n',
  'ctrl-n',
  'ctrl-n',
  'ctrl-n',
  'ctrl-r',
  'ctrl-g',
  'ctrl-l',
  'a',
  'c',
  'd',
  'u',
  'e',
  '+',
  '-',
  '/',
  '?',
  '1',
  '9',
  '0',
  'x',
  'ä',
  '日',
  '🙂',
  '/dev/',
  'web',
  '4G',
  '10%',
  '192.0.2.1/24',
  ':',
  '"',
  '{',
  '\u001b[200~pasted\ntext\u001b[201~',
];

const RUN = 'a run';
const PLACES = [...MAIN.toSpliced(2, 0, 'The disk'), ...DOMU.map((name) => `DomU: ${name}`), RUN];

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Everything that the keys so far come to is on the screen: it answers to a key that only draws again. */
async function settled(screen: Pty, isOver: () => boolean): Promise<void> {
  const before = screen.raw().length;
  screen.press('ctrl-l');
  await screen.until(
    'a whole frame, drawn anew',
    () =>
      isOver() ||
      (screen.raw().indexOf('\u001b[2J', before) >= 0 &&
        (screen.rows()[0] ?? '').startsWith(' Xenwright') &&
        screen.rows().some((row) => /^─{79}$/.test(row))),
  );
}

/** Clean ways to every place; from there on keys are random. */
async function arrive(screen: Pty, place: string): Promise<void> {
  const [domu, run] = [/^DomU: (.*)/.exec(place)?.[1], place === RUN];
  await to(screen, domu !== undefined ? 'DomUs' : run ? 'Review' : place);
  if (domu !== undefined) {
    screen.press('a');
    await screen.shows(/^ What it is$/m);
    await to(screen, domu);
  }
  if (!run) return;
  screen.press('/dev/sda', 'enter');
  await screen.shows('Install of');
}

test('thousands of random keys in the bundle', { timeout: 60_000 }, async () => {
  const next = random(SEED);
  const seen = new Set<string>();
  let keys = 0;
  for (const place of PLACES) {
    const screen = await open(['--demo', '--demo-failure', '--demo-seconds', '2']);
    let code: number | null = null;
    void screen.exit.then((end) => {
      ({ code } = end);
    });
    await arrive(screen, place);
    for (let batch = 0; batch < BATCHES && code === null; batch++) {
      for (let key = 0; key < BATCH; key++) screen.press(KEYS[Math.floor(next() * KEYS.length)] ?? 'up');
      keys += BATCH;
      await settled(screen, () => code !== null);
      expect([SEED, place, batch, screen.rows().length]).toEqual([SEED, place, batch, 24]);
      if (code === null) seen.add(whatIsShown(screen));
    }
    // Where nobody has typed the name of the disk; images are free.
    if (place !== RUN) expect([SEED, place, screen.raw().includes('Release /dev/')]).toEqual([SEED, place, false]);
    const own: number | null = code;
    screen.kill('SIGKILL');
    await screen.exit;
    if (own === null) continue;
    // Left by the question whether to leave, or by Enter at the end of a run.
    await screen.shows('That was the demo');
    expect([SEED, place, own]).toEqual([SEED, place, 0]);
  }
  process.stderr.write(`fuzz: ${keys} keys, seen: ${[...seen].sort().join(', ')}\n`);
  expect(keys).toBeGreaterThan(2_000);
});

function whatIsShown(screen: Pty): string {
  const [whose = ''] = screen.rows();
  return whose.includes('Install of') ? RUN : `${whose.includes('DomU ') ? 'DomU: ' : ''}${titleOf(screen)}`;
}
