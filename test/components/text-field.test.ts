/** Lines of text are drawn by ink-text-input; what is typed is the state's alone, and reaches nothing of the library's. */
import { createElement, type ComponentProps } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type TextInput from 'ink-text-input';
import { openWizard, type WizardScreen } from './support/wizard.ts';

type Props = ComponentProps<typeof TextInput>;
/** Everything that the library was given, and every edit that it would have made. */
const seen = vi.hoisted(() => ({ given: [] as { value: string; focus?: boolean; showCursor?: boolean }[], edits: 0 }));
vi.mock('ink-text-input', async (load) => {
  const { default: Real } = await load<{ default: typeof TextInput }>();
  return {
    default: (props: Props) => {
      seen.given.push(props);
      return createElement(Real, {
        ...props,
        onChange: () => {
          seen.edits += 1;
        },
        onSubmit: () => {
          seen.edits += 1;
        },
      });
    },
  };
});

let wizard: WizardScreen | null = null;
afterEach(async () => {
  await wizard?.close();
  wizard = null;
});

const HOME = '\u001b[H';
const LEFT = '\u001b[D';
const DELETE = '\u001b[3~';

test('keys edit the state; the library draws what it is given, without focus and cursor', async () => {
  wizard = await openWizard();
  const { press, until, session, shows } = wizard;
  await until('this machine', () => session.getState().environment !== null);
  press('ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n');
  await until('the name', () => session.getState().place.screen === 'identity');
  press('ctrl-u', 'a', 'b', 'c', LEFT, 'x', HOME, 'y', DELETE, 'z');
  await shows('yzbxc');
  const { input } = session.getState();
  expect(input.kind === 'text' ? input.text.text : input.kind).toBe('yzbxc');
  expect(seen.given.length).toBeGreaterThan(0);
  for (const props of seen.given) expect(props).toMatchObject({ focus: false, showCursor: false });
  expect(seen.edits).toBe(0);
});
