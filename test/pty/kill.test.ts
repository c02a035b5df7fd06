/** Killed on any screen, the wizard offers its answers at the next start and goes on where it was. */
import { describe, test } from 'vitest';
import type { Pty } from './support/pty.ts';
import { DOMU, MAIN, open, title, walk } from './support/session.ts';

/** Kills the wizard on a screen and starts it again: its answers are offered, and it goes on there. */
async function killedOn(screen: Pty, name: string): Promise<Pty> {
  screen.kill('SIGKILL');
  await screen.exit;
  const next = await open();
  await next.shows(`They end at: ${name}.`);
  next.press('enter');
  await next.shows(title(name));
  await next.lacks('Looking at this machine');
  return next;
}

describe('a kill', () => {
  test(
    'on any screen of the host: the answers are offered, and one is back on that screen',
    { timeout: 60_000 },
    async () => {
      let screen = await open();
      for (const name of MAIN.slice(1)) {
        screen.press('ctrl-n');
        await screen.shows(title(name));
        screen = await killedOn(screen, name);
      }
    },
  );

  test('on any screen of a DomU', { timeout: 60_000 }, async () => {
    let screen = await open();
    await walk(screen, 0, 9);
    screen.press('a');
    for (const [index, name] of DOMU.entries()) {
      await screen.shows(title(name));
      await screen.shows('DomU domu1');
      screen = await killedOn(screen, name);
      if (index < DOMU.length - 1) screen.press('ctrl-n');
    }
  });
});
