/** The screen of this host: its DomUs and what can be done with them, until it is left. */
import { listedCommands } from '../../../command-line/listed.ts';
import { describeError } from '../../../command-line/describe-error.ts';
import { EXIT, failure, XenwrightError } from '../../../errors.ts';
import type { Translate } from '../../../i18n/keys.ts';
import { screenTexts } from '../../../install/screen-texts.ts';
import { holdLittleMemory, terminalSize, thisTerminal } from '../../../install/this-terminal.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import { runBehind } from '../../../system/process/own-command-behind.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { startHostSession, type HostPorts, type HostSession } from '../../../ui/host/session.ts';
import { withColour } from '../../../ui/terminal/colour.ts';
import type { Terminal } from '../../../ui/terminal/terminal.ts';

/** Exit 0 when it is left; 2 where no screen can be drawn. */
export async function hostScreen(io: CommandIo): Promise<number> {
  const terminal = thisTerminal();
  refuseTerminal(terminal, io);
  const t = await screenTexts(terminal);
  // From here on keys are kept for the screen: echoed, they would lie across it.
  process.stdin.setRawMode(true);
  holdLittleMemory();
  const { showHost } = await withColour(terminal.colour, async () => await import('../../../ui/app/host.tsx'));
  // Only now, as it knows this command too.
  const { COMMANDS } = await import('../../../command-line/table.ts');
  const commands = new Set(listedCommands(COMMANDS).map(({ path }) => path));
  for (;;) {
    const session = startHostSession(
      { size: terminalSize(), framesPerSecond: terminal.unaskedPerSecond, commands },
      hostPorts(t),
    );
    const outcome = await showHost(session, terminal, t, process);
    tellUnfinished(session, t, io);
    if (outcome === 'left') return EXIT.done;
    await addHere(t, io);
  }
}

/** What keeps DomUs from being added is told, and the screen comes back. */
async function addHere(t: Translate, io: CommandIo): Promise<void> {
  try {
    await (await import('./add.ts')).addDomus(t);
  } catch (error) {
    if (!(error instanceof XenwrightError)) throw error;
    io.err(describeError(error));
    await (await import('./in-front.ts')).untilRead(t);
  }
}

/** What looks at the host is loaded after the first frame. */
function hostPorts(t: Translate): HostPorts {
  const world = async (): Promise<typeof import('./ports.ts')> => {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    return await import('./ports.ts');
  };
  return {
    look: async () => await (await world()).look(t),
    figures: async () => await (await world()).figures(),
    check: async () => await (await world()).check(),
    watch(onChange) {
      let end = (): void => undefined;
      let isOver = false;
      void world().then(({ watchHost }) => {
        if (!isOver) end = watchHost(onChange);
      });
      return () => {
        isOver = true;
        end();
      };
    },
    runBehind,
    runInFront: async (args) => await (await import('./in-front.ts')).inFront(args, t),
    now: () => performance.now(),
  };
}

/** Commands at work go on: their ends are nobody's to tell any more. */
function tellUnfinished(session: HostSession, t: Translate, io: CommandIo): void {
  for (const task of session.getSnapshot().state.tasks)
    if (task.code === null)
      io.out(`${t('hostScreen.goesOn', { command: commandLine(['xenwright', ...task.arguments]) })}\n`);
}

function refuseTerminal({ refusal }: Terminal, { interactive }: CommandIo): void {
  if (refusal === 'dumb') throw failure('dumb.host', EXIT.usage, { name: process.env['TERM'] ?? '?' });
  if (refusal !== null || !interactive) throw failure('no-terminal.host', EXIT.usage);
}
