/**
 * Answers to a question when keys come joined, as slow lines, fast fingers and pastes send them: the row that was meant
 * is taken.
 */
import { afterEach, expect, test } from 'vitest';
import { openWizard, type WizardScreen } from './support/wizard.ts';

let wizard: WizardScreen | null = null;
afterEach(async () => {
  await wizard?.close();
  wizard = null;
});

/** The question whether to leave: Stay is the first answer, Leave the second. */
async function asked(): Promise<WizardScreen> {
  wizard = await openWizard();
  await wizard.lacks('Looking at this machine');
  wizard.press('ctrl-c');
  await wizard.shows('Leave the wizard?');
  return wizard;
}

const DOWN = '\u001b[B';
const UP = '\u001b[A';

test.each([
  ['j\r', 'left'],
  [`${DOWN}\r`, 'left'],
  [`${DOWN}${DOWN}${DOWN}\r`, 'left'],
  ['jj\r', 'left'],
])('%j in one piece leaves', async (keys, outcome) => {
  const screen = await asked();
  screen.press(keys);
  expect(await screen.end).toBe(outcome);
});

test.each(['jk\r', `${DOWN}${UP}\r`, `${DOWN}k\r`, `j${UP}\r`, '2\r', '22\r', `${UP}\r`, '\r'])(
  '%j in one piece stays',
  async (keys) => {
    const screen = await asked();
    screen.press(keys);
    await screen.lacks('Leave the wizard?');
    expect(screen.session.getState().outcome).toBeNull();
  },
);

test('a paste answers nothing', async () => {
  const screen = await asked();
  screen.paste(`j\r${DOWN}\r`);
  screen.press('ctrl-l');
  await screen.until('the paste to be read', () => screen.session.getState().redraws > 0);
  expect(screen.session.getState()).toMatchObject({ outcome: null, dialog: { kind: 'leave', row: 0 } });
});

test('the highlight is where the next Enter chooses', async () => {
  const screen = await asked();
  screen.press('jk', 'j');
  await screen.shows(/❯ Leave$/m);
  expect(screen.text()).not.toMatch(/❯ Stay/);
  screen.press('k');
  await screen.shows(/❯ Stay$/m);
});
