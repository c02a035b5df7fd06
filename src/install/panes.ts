/** Panes in this terminal: whether it can show them, and showing them. Drawing is loaded only when it is wanted. */
import { EXIT, failure } from '../errors.ts';
import type { TextKey } from '../i18n/keys.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { runShell } from '../system/process/run-shell.ts';
import { withColour } from '../ui/terminal/colour.ts';
import { startRunSession, type RunPorts, type RunSession, type RunStart } from '../ui/run/session.ts';
import type { RunOutcome } from '../ui/run/view.ts';
import { screenTexts } from './screen-texts.ts';
import { holdLittleMemory, terminalSize, thisTerminal } from './this-terminal.ts';

/** Is `--ui` for panes here? Asked for where they cannot be, it is wrong usage; left to us, it is plain text there. */
export function wantsPanes(ui: string | undefined, io: CommandIo): boolean {
  if (ui === 'auto') return io.interactive && thisTerminal().refusal === null;
  if (ui !== 'panes') return false;
  const refusal = io.interactive ? thisTerminal().refusal : 'no-terminal';
  if (refusal === null) return true;
  throw refusal === 'dumb'
    ? failure('dumb.panes', EXIT.usage, { term: process.env['TERM'] ?? { key: 'errors.dumb.notSet' } })
    : failure('no-terminal.panes', EXIT.usage);
}

/** A session for this terminal. */
export function panesSession(
  start: Omit<RunStart, 'size' | 'framesPerSecond'>,
  ports: Omit<RunPorts, 'now' | 'shell'>,
): RunSession {
  return startRunSession(
    { ...start, size: terminalSize(), framesPerSecond: thisTerminal().unaskedPerSecond },
    {
      ...ports,
      shell: async () => await runShell(`\n${(await screenTexts(thisTerminal()))('outcome.shell')}\n`),
      now: Date.now,
    },
  );
}

/** Shows it until it is left. `mark`: stands on every frame. */
export async function showPanes(session: RunSession, mark?: TextKey): Promise<RunOutcome> {
  holdLittleMemory();
  const terminal = thisTerminal();
  const { showRun } = await withColour(terminal.colour, async () => await import('../ui/app/run.tsx'));
  return await showRun(session, terminal, await screenTexts(terminal), process, mark);
}
