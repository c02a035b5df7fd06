/** Killed on any screen, the wizard offers its answers at the next start and goes on where it was. */
import { describe, test } from 'vitest';
import { DOMU, MAIN, open, title, walk } from './support/session.ts';

describe('a kill', () => {
  test('on any screen of the host: the answers are offered, and one is back on that screen', { timeout: 60_000 }, async () => {
    let screen = await open();
    for (const name of MAIN.slice(1)) {
      screen.press('ctrl-n');
      await screen.shows(title(name));
      screen.kill('SIGKILL');
      await screen.exit;
      screen = await open();
      await screen.shows(`They end at: ${name}.`);
      screen.press('enter');
      await screen.shows(title(name));
      await screen.lacks('Looking at this machine');
    }
  });

  test('on any screen of a DomU', { timeout: 60_000 }, async () => {
    let screen = await open();
    await walk(screen, 0, 9);
    screen.press('a');
    for (const [index, name] of DOMU.entries()) {
      await screen.shows(title(name));
      await screen.shows('DomU domu1');
      screen.kill('SIGKILL');
      await screen.exit;
      screen = await open();
      await screen.shows(`They end at: ${name}.`);
      screen.press('enter');
      await screen.shows(title(name));
      await screen.lacks('Looking at this machine');
      if (index < DOMU.length - 1) screen.press('ctrl-n');
    }
  });
});
