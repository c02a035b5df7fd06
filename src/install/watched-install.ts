/**
 * An install with panes: the run goes on in a process of its own, and this one only shows it. So a screen that stands
 * still slows nothing, and leaving, or a lost connection, ends nothing.
 */
import { english } from '../i18n/english.ts';
import { join } from 'node:path';
import { EXIT, XenwrightError } from '../errors.ts';
import { Summary, type SummaryOptions } from '../report/summary.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { ignoreHangup } from '../system/process/ignore-hangup.ts';
import { startBackgroundRun, type BackgroundRun, type BackgroundEnd } from '../system/process/background.ts';
import { copyLog } from '../system/process/run-shell.ts';
import { watchRun } from '../system/run/run-socket-viewer.ts';
import type { RunOutcome } from '../ui/run/view.ts';
import { exportPorts } from './export-ports.ts';
import type { Choices, InstallOptions } from './install-options.ts';
import { panesSession, showPanes } from './panes.ts';

/**
 * What the process of the run is asked for. It goes through a socket pair between the two: nothing of it is an argument
 * or lies on a disk.
 */
export interface BackgroundRequest {
  readonly sources: readonly string[];
  readonly options: InstallOptions;
  /** What the person has agreed to. */
  readonly planHash: string;
  /** Passwords that were asked, by their path. */
  readonly answers: readonly (readonly [string, string])[];
}
export interface WatchedInstall extends BackgroundRequest {
  readonly summary: Required<Pick<SummaryOptions, 'logins' | 'resumeCommand'>>;
  /** Leave the end's screen after a while without a key. */
  readonly leavesByItself: boolean;
  readonly choices: Choices;
  /** What the profile that is installed is called when it is taken along, and what it says. */
  readonly profile?: { readonly name: string; readonly text: string };
}

/** Resolves with the exit code. The end of the machine (`install.onFinish`) is the caller's: see `isOver`. */
export async function watchedInstall(
  { sources, options, planHash, answers, summary, leavesByItself, choices, profile }: WatchedInstall,
  io: CommandIo,
): Promise<{ readonly exit: number; readonly isOver: boolean }> {
  for (let resume = options.resume === true; ; resume = true) {
    // The person was asked already, here.
    const { choices: _, background: __, profile: ___, ...plain } = options;
    const background = startBackgroundRun({
      sources,
      options: { ...plain, yes: true, ui: 'plain', resume },
      planHash,
      answers,
    } satisfies BackgroundRequest);
    const folder = await stoppable(background);
    if (folder === null)
      return { exit: exitOf(await background.ended, background, summary.resumeCommand, io), isOver: true };
    const shown = new Summary();
    const logPath = join(folder, 'log.txt');
    // The end of the machine may still be to come when the terminal has gone: who hung up must not stop it.
    const letGo = ignoreHangup();
    const { outcome, hasEnded } = await watchOne(
      background,
      folder,
      { logPath, leavesByItself, choices, profile, ...summary },
      shown,
    );
    if (outcome === 'detached' && !hasEnded) {
      background.release();
      io.out(
        `${english('cli.install.inBackground', { pid: background.pid })}\n${english('cli.watchAgain', { folder })}\n`,
      );
      return { exit: EXIT.interrupted, isOver: false };
    }
    const end = await background.ended;
    if (outcome === 'retry') {
      letGo();
      continue;
    }
    const exit = exitOf(end, background, summary.resumeCommand, io);
    io.out(shown.text({ ...summary, logPath }));
    const next = outcome === 'left' || outcome === 'detached' ? undefined : choices[outcome];
    if (next === undefined) return { exit, isOver: true };
    letGo();
    return { exit: await next(exit), isOver: false };
  }
}

async function watchOne(
  background: BackgroundRun,
  folder: string,
  {
    logPath,
    logins,
    leavesByItself,
    choices,
    profile,
  }: { readonly logPath: string; readonly profile: WatchedInstall['profile'] } & Pick<
    WatchedInstall,
    'leavesByItself' | 'choices'
  > &
    Pick<SummaryOptions, 'logins'>,
  summary: Summary,
): Promise<{
  readonly outcome: RunOutcome;
  /** Nothing more will happen, whoever looks. */
  readonly hasEnded: boolean;
}> {
  let hasEnded = false;
  const session = panesSession(
    {
      can: {
        detach: true,
        retry: true,
        edit: choices.edit !== undefined,
        boot: choices.boot !== undefined,
        reboot: choices.reboot !== undefined,
      },
      logPath,
      leavesByItself,
      ...(logins === undefined ? {} : { logins }),
    },
    {
      stop: () => watch.stop(),
      exportLog: async (file) => await copyLog(logPath, file),
      ...(profile === undefined ? {} : { profile: { ...exportPorts, ...profile } }),
    },
  );
  const watch = await watchRun(folder, {
    onEvent: (event) => {
      if (event.type === 'run.started' || event.type === 'run.finished') hasEnded = event.type === 'run.finished';
      summary.follow(event);
      session.push(event);
    },
    onGone: () => session.gone(),
  });
  const begun = watch.begin();
  // Gone before the door was found: when its file is read, nothing more will come.
  if (!watch.isLive) void begun.then(async () => await background.ended).then(() => session.gone());
  try {
    return { outcome: await showPanes(session), hasEnded };
  } finally {
    watch.close();
  }
}

/** Until there is a screen to ask, Ctrl-C means this run too. */
async function stoppable(background: BackgroundRun): Promise<string | null> {
  const stop = (): void => background.stop();
  process.on('SIGINT', stop);
  try {
    return await background.listening;
  } finally {
    process.off('SIGINT', stop);
  }
}

/** The exit code of a run's process; what it has to say is said. */
function exitOf(end: BackgroundEnd, background: BackgroundRun, resumeCommand: string, io: CommandIo): number {
  if (background.told() !== '') io.err(background.told());
  if (end.type === 'ended') return end.exit;
  if (end.type === 'refused') throw new XenwrightError(end.error);
  io.err(
    `${english('cli.install.processEnded', { how: end.how })}\n${english('cli.resumeWith', { command: resumeCommand })}\n`,
  );
  return EXIT.interrupted;
}
