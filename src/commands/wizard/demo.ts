/**
 * `xenwright --demo`: every screen on a captured machine, then a pretended run. Nothing is probed, nothing is
 * installed.
 */
import { describe } from '../../actions/table.ts';
import { sshKeyProblem } from '../../check/ssh-key.ts';
import type { RunEvent } from '../../engine/events.ts';
import { EXIT, failure } from '../../errors.ts';
import { loadTranslator } from '../../i18n/t.ts';
import type { Plan } from '../../plan/plan.ts';
import { logConsumer } from '../../report/log-file.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { writeNamed } from '../../system/files/own-files.ts';
import { ownPublicKeys } from '../../system/files/quickstart-files.ts';
import { withColour } from '../../ui/terminal/colour.ts';
import { fastClock } from '../../ui/demo/clock.ts';
import { DEMO_MACHINES, FIRST_MACHINE } from '../../ui/demo/machines.ts';
import { demoPorts } from '../../ui/demo/ports.ts';
import { demoRun, demoSpeed, WATCHED_SECONDS } from '../../ui/demo/run.ts';
import { startRunSession } from '../../ui/run/session.ts';
import type { RunOutcome } from '../../ui/run/view.ts';
import type { Beginning } from '../../ui/wizard/reduce.ts';
import { localeOf } from '../../ui/answers/context.ts';
import { planOfDraft } from '../../ui/wizard/review.ts';
import { startSession, type WizardPorts } from '../../ui/wizard/session.ts';
import type { WizardState } from '../../ui/wizard/state.ts';
import { loginsOf, type Login } from '../../profile/ways-in.ts';
import { showPanes } from '../../install/panes.ts';
import { chooseLocale, screenTexts } from '../../install/screen-texts.ts';
import { holdLittleMemoryLater, terminalSize, thisTerminal } from '../../install/this-terminal.ts';
import { loadDraft, refuseTerminal, type WizardOptions } from './run.ts';

export interface DemoOptions extends WizardOptions {
  readonly machine?: string;
  readonly demoFailure?: boolean;
  readonly demoSeconds?: string;
}

interface Pace {
  readonly hasFailure: boolean;
  readonly seconds: number;
}

const MARK = 'demo.mark';

export async function demo(options: DemoOptions, io: CommandIo): Promise<number> {
  const machine = options.machine ?? FIRST_MACHINE;
  const facts = DEMO_MACHINES.get(machine);
  if (facts === undefined)
    throw failure('no-such-machine', EXIT.usage, { machine, machines: [...DEMO_MACHINES.keys()].join(', ') });
  const seconds = Number(options.demoSeconds ?? WATCHED_SECONDS);
  const terminal = thisTerminal();
  refuseTerminal(terminal, await screenTexts(terminal));
  const loaded = await loadDraft(options, io);
  if (loaded === null) return EXIT.profile;
  const written: string[] = [];
  const write = async (file: string, text: string): Promise<void> => {
    await writeNamed(file, text);
    written.push(file);
  };
  const showText: WizardPorts['showText'] = async (text) =>
    await (await import('../../install/show-text-here.ts')).showTextHere(text);
  const ownKeys = (await ownPublicKeys()).filter((key) => sshKeyProblem(key) === null);
  process.stdin.setRawMode(true);
  holdLittleMemoryLater();
  const { showSession } = await withColour(terminal.colour, async () => await import('../../ui/app/wizard.tsx'));
  let start: Beginning | null = {
    size: terminalSize(),
    locales: terminal.locales,
    loaded: options.profile === undefined ? undefined : loaded,
    target: loaded.target,
  };
  while (start !== null) {
    const session = startSession(start, demoPorts({ facts, machine, ownKeys, writePrivate: write, showText }));
    session.subscribe(() => chooseLocale(localeOf(session.getState())));
    const outcome = await showSession(session, terminal, loadTranslator, process, MARK);
    const wantsEdit =
      outcome === 'install' &&
      (await pretendInstall(session.getState(), { hasFailure: options.demoFailure === true, seconds }, write)) ===
        'edit';
    start = wantsEdit ? { size: terminalSize(), edited: session.getState() } : null;
  }
  const t = await screenTexts(terminal);
  io.out(`${t('demo.left')}\n${written.map((file) => `${t('demo.wrote', { file })}\n`).join('')}`);
  return EXIT.done;
}

/** Shows the pretended run until it is left. */
async function pretendInstall(
  { draft, environment }: WizardState,
  pace: Pace,
  write: (file: string, text: string) => Promise<void>,
): Promise<RunOutcome> {
  const { plan, checked } = environment === null ? { plan: null, checked: null } : planOfDraft(draft, environment);
  if (plan === null || checked?.profile == null) throw new Error('an install was asked for without a plan');
  return await watched(plan, pace, loginsOf(checked.profile), write);
}

async function watched(
  plan: Plan,
  { hasFailure, seconds }: Pace,
  logins: Readonly<Record<string, Login | null>>,
  write: (file: string, text: string) => Promise<void>,
): Promise<RunOutcome> {
  const clock = fastClock(demoSpeed(plan, seconds));
  const run = demoRun({ plan, clock, hasFailure, commandsOf: describe });
  const events: RunEvent[] = [];
  let log = '';
  const keepLog = logConsumer((text) => {
    log += text;
  });
  for (;;) {
    const session = startRunSession(
      {
        size: terminalSize(),
        framesPerSecond: thisTerminal().unaskedPerSecond,
        can: { retry: true, edit: true },
        logins,
      },
      { now: clock.now, stop: run.stop, exportLog: async (file) => await write(file, log) },
    );
    for (const event of events) session.push(event);
    const over = run.go((event) => {
      events.push(event);
      keepLog(event);
      session.push(event);
    });
    over.catch(() => session.gone());
    const outcome = await showPanes(session, MARK);
    run.stop();
    await over;
    if (outcome !== 'retry') return outcome;
  }
}
