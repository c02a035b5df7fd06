/**
 * Random keys on every screen, drawn by Ink into a real screen model with a pretended world: nothing crashes, nothing
 * is drawn outside 80×24, and nothing starts unless the name of what is lost stands there in full. A failure prints the
 * seed.
 */
import { expect, test } from 'vitest';
import { domuScreens, mainScreens } from '../../src/ui/questions/order.ts';
import { gateOf } from '../../src/ui/wizard/review.ts';
import type { Place } from '../../src/ui/wizard/state.ts';
import { machineFacts } from '../plan/host.ts';
import { Drive } from '../ui/wizard/drive.ts';
import { pretendPorts } from './support/ports.ts';
import { openWizard, type TerminalName } from './support/wizard.ts';

const SEED = Number(process.env['XENWRIGHT_FUZZ_SEED'] ?? 20_261_123);
const STEPS_PER_SCREEN = 50;
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
  'ctrl-a',
  'ctrl-e',
  'ctrl-k',
  'ctrl-u',
  'ctrl-w',
  'ctrl-n',
  'ctrl-r',
  'ctrl-g',
  'ctrl-x',
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
  '2',
  '9',
  '0',
  'x',
  'ä',
  '日',
  '🙂',
  '/dev/',
  'sda',
  'web',
  '4G',
  '10%',
  '192.0.2.1/24',
  ':',
  '"',
  '{',
  'prompt:',
];

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const places: Place[] = [
  ...mainScreens.map(({ id }) => ({ screen: id, domu: null })),
  ...domuScreens.map(({ id }) => ({ screen: id, domu: 0 })),
];

test.each<TerminalName>(['xterm', 'linux', 'vt220'])(
  'thousands of random keys over every screen on %s',
  { timeout: 60_000 },
  async (terminal) => {
    const next = random(SEED + terminal.length);
    for (const place of places) {
      const start = new Drive().to('target').press('down').to('domus').press('a').to('domus').state;
      const wizard = await openWizard({
        terminal,
        ports: pretendPorts(machineFacts('sata-ssd-and-hdd')),
        savedDraft: { draft: start.draft, place, asksAll: true, time: 'now' },
      });
      await wizard.shows('Continue with them');
      wizard.press('enter');
      await wizard.lacks('Continue with them');
      for (let step = 0; step < STEPS_PER_SCREEN; step++) {
        const key = KEYS[Math.floor(next() * KEYS.length)] ?? 'up';
        const before = wizard.session.getState();
        wizard.press(key);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        const state = wizard.session.getState();
        if (state.outcome === 'install') {
          const gate = gateOf(before);
          expect([
            SEED,
            gate.kind === 'free' || (gate.kind === 'type' && before.review.typed.text.trim() === gate.name),
          ]).toEqual([SEED, true]);
          break;
        }
        expect([SEED, place.screen, step, wizard.scrolled()]).toEqual([SEED, place.screen, step, 0]);
      }
      if (wizard.session.getState().outcome === null) {
        const { redraws } = wizard.session.getState();
        wizard.press('ctrl-l');
        await wizard.until('the wish to draw anew', () => wizard.session.getState().redraws > redraws);
        // Now the old frame is gone. The new one is read at the moment it is whole: what is found later is drawn over
        // it.
        await wizard.settled();
        let frame = '';
        await wizard.until('a whole frame after all that', () => {
          frame = wizard.text();
          return (wizard.rows()[0] ?? '').includes('Xenwright') && (wizard.rows()[17] ?? '').length === 79;
        });
        expect(frame.match(/Xenwright . /g)).toHaveLength(1);
      }
      await wizard.close();
      // Drawing never failed: a failure ends the session with an error.
      await expect(wizard.end).resolves.toBeDefined();
    }
  },
);
