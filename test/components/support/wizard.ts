/**
 * A wizard on a real screen model: Ink's own output goes into xterm, keys go in as bytes. Waits are for what the screen
 * shows, never for time.
 */
import type { Facts } from '../../../src/facts/facts.ts';
import type { ScreenLocales } from '../../../src/i18n/locales.ts';
import { loadTranslator, type TextKey } from '../../../src/i18n/t.ts';
import { terminalOf } from '../../../src/ui/terminal/terminal.ts';
import type { LoadTexts } from '../../../src/ui/app/wizard.tsx';
import type { Draft } from '../../../src/ui/answers/draft.ts';
import { startSession, type Session } from '../../../src/ui/wizard/session.ts';
import type { SavedDraft } from '../../../src/ui/wizard/state.ts';
import { machineFacts } from '../../plan/host.ts';
import { pretendPorts, type Pretend } from './ports.ts';
import { modelStreams, screenModel, type ScreenModel } from './screen-model.ts';

// The library of colours looks once, when it is loaded.
process.env['FORCE_COLOR'] = '1';
const { showSession } = await import('../../../src/ui/app/wizard.tsx');

/** The three kinds of terminal that every screen must work on. */
export const TERMINALS = {
  xterm: { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' },
  linux: { TERM: 'linux', LANG: 'en_US.UTF-8' },
  vt220: { TERM: 'vt220', LANG: 'C' },
} as const;
export type TerminalName = keyof typeof TERMINALS;

export interface OpenOptions {
  readonly terminal?: TerminalName;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly facts?: Facts;
  readonly ports?: Pretend;
  readonly loaded?: Draft;
  readonly savedDraft?: SavedDraft;
  readonly columns?: number;
  readonly rows?: number;
  /** Languages to choose from, and where their texts come from. */
  readonly locales?: ScreenLocales;
  readonly load?: LoadTexts;
  /** What stands on every frame. */
  readonly mark?: TextKey;
}

export interface WizardScreen extends Omit<ScreenModel, 'write' | 'dispose'> {
  readonly session: Session;
  readonly ports: Pretend;
  /** Sends keys, one after the other. */
  press(...keys: readonly string[]): void;
  paste(text: string): void;
  /** How the wizard ended. */
  readonly end: Promise<'install' | 'left'>;
  close(): Promise<void>;
}

const PATIENCE_MS = 8_000;

export async function openWizard(options: OpenOptions = {}): Promise<WizardScreen> {
  const { columns = 80, rows = 24 } = options;
  const ports = options.ports ?? pretendPorts(options.facts ?? machineFacts('sata-ssd-and-hdd'));
  const session = startSession(
    { size: { columns, rows }, locales: options.locales, loaded: options.loaded, saved: options.savedDraft ?? null },
    ports,
  );
  const model = screenModel({ columns, rows, patienceMs: PATIENCE_MS, convertEol: true, subscribe: session.subscribe });
  const keyboard = modelStreams(columns, rows, model);
  const terminal = terminalOf({
    env: { ...TERMINALS[options.terminal ?? 'xterm'], ...options.env },
    inputIsTerminal: true,
    outputIsTerminal: true,
  });
  const end = showSession(
    session,
    { ...terminal, framesPerSecond: 60 },
    options.load ?? loadTranslator,
    keyboard.streams,
    options.mark,
  );
  let hasEnded = false;
  void end
    .catch(() => undefined)
    .finally(() => {
      hasEnded = true;
    });
  const wizard: WizardScreen = {
    ...model,
    session,
    ports,
    end,
    press: keyboard.press,
    resize: keyboard.resize,
    paste: (text) => keyboard.type(`\u001b[200~${text}\u001b[201~`),
    close: async () => {
      // Nobody listens to signals any more once it has ended.
      if (!hasEnded) process.emit('SIGHUP', 'SIGHUP');
      await end.catch(() => undefined);
      model.dispose();
    },
  };
  await model.until('the first frame', () =>
    model.rows().some((line) => line.includes('Xenwright') || line.includes('terminal') || line.includes('Host xen1')),
  );
  return wizard;
}
