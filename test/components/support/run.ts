/**
 * A run on a real screen model: Ink's own output goes into xterm, keys go in as bytes, events as the run would say
 * them.
 */
import { translator, type TextKey, type Translate } from '../../../src/i18n/t.ts';
import { startRunSession, type RunPorts, type RunSession, type RunStart } from '../../../src/ui/run/session.ts';
import type { RunOutcome } from '../../../src/ui/run/view.ts';
import { terminalOf } from '../../../src/ui/terminal/terminal.ts';
import { Run } from '../../ui/run-events.ts';
import { modelStreams, screenModel, type ScreenModel } from './screen-model.ts';
import { TERMINALS, type TerminalName } from './wizard.ts';

// The library of colours looks once, when it is loaded: wizard.ts has said what it is to see.
const { showRun } = await import('../../../src/ui/app/run.tsx');

export interface RunOptions extends Partial<RunStart> {
  readonly terminal?: TerminalName;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly ports?: Partial<RunPorts>;
  /** Frames as fast as the test can read them; else those of the terminal. */
  readonly framesOfTerminal?: boolean;
  readonly t?: Translate;
  /** What stands on every frame. */
  readonly mark?: TextKey;
}
export interface RunOnScreen extends Omit<ScreenModel, 'write' | 'dispose'> {
  readonly run: Run;
  readonly session: RunSession;
  press(...keys: readonly string[]): void;
  readonly end: Promise<RunOutcome>;
  close(): Promise<void>;
}

const PATIENCE_MS = 8_000;

export async function openRun(options: RunOptions = {}): Promise<RunOnScreen> {
  const {
    columns = 80,
    rows = 24,
    terminal: name = 'xterm',
    env,
    t = translator('en'),
    ports,
    framesOfTerminal,
    mark,
    ...start
  } = options;
  const known = terminalOf({ env: { ...TERMINALS[name], ...env }, inputIsTerminal: true, outputIsTerminal: true });
  const terminal = framesOfTerminal === true ? known : { ...known, framesPerSecond: 60 };
  const session = startRunSession(
    {
      can: {},
      size: { columns, rows },
      framesPerSecond: framesOfTerminal === true ? terminal.unaskedPerSecond : terminal.framesPerSecond,
      ...start,
    },
    { now: Date.now, ...ports },
  );
  const model = screenModel({ columns, rows, patienceMs: PATIENCE_MS, convertEol: true, subscribe: session.subscribe });
  const keyboard = modelStreams(columns, rows, model);
  const end = showRun(session, terminal, t, keyboard.streams, mark);
  let hasEnded = false;
  void end
    .catch(() => undefined)
    .finally(() => {
      hasEnded = true;
    });

  const screen: RunOnScreen = {
    ...model,
    run: new Run((event) => session.push(event)),
    session,
    end,
    press: keyboard.press,
    resize: keyboard.resize,
    close: async () => {
      // Nobody listens to signals any more once it has ended.
      if (!hasEnded) process.emit('SIGHUP', 'SIGHUP');
      await end.catch(() => undefined);
      model.dispose();
    },
  };
  await model.until('the first frame', () =>
    model.rows().some((line) => line.includes('Xenwright') || line.includes('terminal') || line.includes('Install of')),
  );
  return screen;
}
