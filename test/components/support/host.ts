/** A host's screen on a real screen model: Ink's own output goes into xterm, keys go in as bytes. */
import { translator, type TextKey, type Translate } from '../../../src/i18n/t.ts';
import { COMMANDS } from '../../../src/command-line/table.ts';
import { listedCommands } from '../../../src/command-line/listed.ts';
import { startHostSession, type HostSession } from '../../../src/ui/host/session.ts';
import type { HostOutcome } from '../../../src/ui/host/state.ts';
import { terminalOf } from '../../../src/ui/terminal/terminal.ts';
import { pretendHost, type PretendedHost } from '../../ui/host-pretend.ts';
import { modelStreams, screenModel, type ScreenModel } from './screen-model.ts';
import { TERMINALS, type TerminalName } from './wizard.ts';

// The library of colours looks once, when it is loaded: wizard.ts has said what it is to see.
const { showHost } = await import('../../../src/ui/app/host.tsx');

export interface HostOptions {
  readonly terminal?: TerminalName;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly host?: PretendedHost;
  /** Frames as fast as the test can read them; else those of the terminal. */
  readonly framesOfTerminal?: boolean;
  readonly t?: Translate;
  readonly commands?: readonly string[];
  readonly mark?: TextKey;
}
export interface HostOnScreen extends Omit<ScreenModel, 'write' | 'dispose'> {
  readonly host: PretendedHost;
  readonly session: HostSession;
  press(...keys: readonly string[]): void;
  readonly end: Promise<HostOutcome>;
  close(): Promise<void>;
}

const PATIENCE_MS = 8_000;
/** All that the program has. */
const KNOWN = listedCommands(COMMANDS).map(({ path }) => path);

export async function openHost(options: HostOptions = {}): Promise<HostOnScreen> {
  const { columns = 80, rows = 24, env, t = translator('en'), mark, host = pretendHost() } = options;
  const known = terminalOf({
    env: { ...TERMINALS[options.terminal ?? 'xterm'], ...env },
    inputIsTerminal: true,
    outputIsTerminal: true,
  });
  const isSlow = options.framesOfTerminal === true;
  const terminal = isSlow ? known : { ...known, framesPerSecond: 60 };
  const session = startHostSession(
    {
      size: { columns, rows },
      framesPerSecond: isSlow ? terminal.unaskedPerSecond : terminal.framesPerSecond,
      commands: new Set(options.commands ?? KNOWN),
    },
    host,
  );
  const model = screenModel({ columns, rows, patienceMs: PATIENCE_MS, convertEol: true, subscribe: session.subscribe });
  const keyboard = modelStreams(columns, rows, model);
  const end = showHost(session, terminal, t, keyboard.streams, mark);
  let hasEnded = false;
  void end
    .catch(() => undefined)
    .finally(() => {
      hasEnded = true;
    });
  await model.until('the first frame', () => model.text().trim() !== '');
  return {
    ...model,
    host,
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
}
