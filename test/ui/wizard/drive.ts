/** Drives the wizard without a screen: keys in, state out. Effects are collected; a machine is there from the start. */
import type { Facts } from '../../../src/facts/facts.ts';
import type { KeyPress } from '../../../src/ui/terminal/keymap.ts';
import type { Draft } from '../../../src/ui/answers/draft.ts';
import { beginning, reduce } from '../../../src/ui/wizard/reduce.ts';
import type { Effect, WizardEvent, WizardState } from '../../../src/ui/wizard/state.ts';
import type { ScreenId } from '../../../src/ui/questions/screen.ts';
import type { Environment } from '../../../src/ui/answers/environment.ts';
import { KEY } from '../../components/support/ports.ts';
import { machineFacts } from '../../plan/host.ts';

export function environmentOf(
  facts: Facts = machineFacts('sata-ssd-and-hdd'),
  more: Partial<Environment> = {},
): Environment {
  return { facts, imageSeed: 'ab'.repeat(32), ownKeys: [KEY], isMedium: false, isRoot: true, ...more };
}

const NAMED = new Set([
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'pageup',
  'pagedown',
  'enter',
  'escape',
  'tab',
  'backtab',
  'backspace',
  'delete',
]);

export function pressOf(name: string): KeyPress {
  if (name.startsWith('ctrl-')) return { ctrl: name.slice(5) };
  return NAMED.has(name) ? { key: name as 'up' } : { char: name === 'space' ? ' ' : name };
}

export class Drive {
  state: WizardState;
  readonly effects: Effect[] = [];

  constructor({
    loaded,
    stops,
    addsDomus,
    environment = environmentOf(),
  }: { loaded?: Draft; stops?: readonly ScreenId[]; addsDomus?: boolean; environment?: Environment | null } = {}) {
    this.state = beginning({ size: { columns: 80, rows: 24 }, loaded, stops, addsDomus });
    if (environment !== null) this.send({ type: 'environment', environment, isRescan: false });
  }

  send(event: WizardEvent): this {
    const { state, effects } = reduce(this.state, event);
    this.state = state;
    this.effects.push(...effects);
    return this;
  }

  press(...names: readonly string[]): this {
    for (const name of names) this.send({ type: 'key', press: pressOf(name) });
    return this;
  }

  /** Types text, character by character. */
  type(text: string): this {
    for (const char of text) this.send({ type: 'key', press: { char } });
    return this;
  }

  /** Puts the cursor into an empty field and types. */
  retype(text: string): this {
    return this.press('ctrl-e', 'ctrl-u').type(text);
  }

  get screen(): string {
    return this.state.place.screen;
  }

  /** Ctrl-N until that screen is there. */
  to(screen: string): this {
    for (let step = 0; step < 20 && this.screen !== screen; step++) this.press('ctrl-n');
    if (this.screen !== screen)
      throw new Error(`${screen} was not reached; stuck at ${this.screen}: ${JSON.stringify(this.state.findings)}`);
    return this;
  }
}
