/**
 * `xenwright attach [IMAGE|STATE]`: shows a run that another process carries out; as panes in a terminal, as plain text
 * elsewhere.
 */
import { english, inEnglish } from '../../i18n/english.ts';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import type { RunEvent } from '../../engine/events.ts';
import { KEPT_PROFILE } from '../../facts/host-places.ts';
import { redactText } from '../../report/bundle-redact.ts';
import { plainConsumer } from '../../report/plain.ts';
import { Summary } from '../../report/summary.ts';
import { localFiles, statOrNull } from '../../system/files/files.ts';
import { imageState } from '../../system/disk/image-files.ts';
import { isUnread } from '../../system/process/ignore-hangup.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { copyLog } from '../../system/process/run-shell.ts';
import { watchRun } from '../../system/run/run-socket-viewer.ts';
import { MACHINE_STATE } from '../../system/run/state.ts';
import { makeSupportBundle } from '../../system/run/support-bundle.ts';
import { panesSession, showPanes, wantsPanes } from '../../install/panes.ts';

export interface AttachOptions {
  readonly ui?: string;
  /** Keep a support bundle here, and show nothing. */
  readonly bundle?: string;
}

const INSTALLED_SECRETS = '/etc/xenwright/secrets';

/**
 * Returns the run's own exit code when its end was seen; 0 when it was left before; 130 when it had stopped without an
 * end.
 */
export async function attach(target: string | undefined, options: AttachOptions, io: CommandIo): Promise<number> {
  const isPanes = options.bundle === undefined && wantsPanes(options.ui ?? 'auto', io);
  const folder = await stateOf(target);
  if (options.bundle !== undefined) return await keepBundle(folder, options.bundle, io);
  const summary = new Summary();
  let exit: number | null = null;
  const follow = (event: RunEvent): void => {
    summary.follow(event);
    if (event.type === 'run.finished') ({ exit } = event);
    if (event.type === 'run.started') exit = null;
  };
  const hasLeft = isPanes ? await watchPanes(folder, follow) : await watchPlain(folder, follow, io);
  const logPath = join(folder, 'log.txt');
  if (hasLeft && exit === null) {
    io.out(`${english('cli.attach.goesOn')}\n${english('cli.watchAgain', { folder })}\n`);
    return EXIT.done;
  }
  io.out(summary.text({ logPath }));
  if (exit !== null) return exit;
  io.err(`${english('cli.attach.gone')}\n`);
  return EXIT.interrupted;
}

/** Of a run onto this machine's own disks, with what the machine itself says. */
async function keepBundle(folder: string, file: string, io: CommandIo): Promise<number> {
  const isMachine = folder === MACHINE_STATE;
  const profile = isMachine ? await localFiles.readText(KEPT_PROFILE).catch(() => null) : null;
  const kept = await makeSupportBundle({
    stateFolder: folder,
    profile,
    secrets: isMachine ? await keptBeside() : null,
    to: { kind: 'folder', path: dirname(resolve(file)), name: basename(file) },
    machine: isMachine,
  });
  io.out(`${english('cli.attach.kept', { file: inEnglish(kept) })}\n`);
  return EXIT.done;
}

/** What the installed profile refers to in place of saying it. */
async function keptBeside(): Promise<{ redact(text: string): string }> {
  const names = await localFiles.list(INSTALLED_SECRETS).catch(() => []);
  const known = await Promise.all(
    names.map(async (name) => (await localFiles.readText(join(INSTALLED_SECRETS, name)).catch(() => '')).trim()),
  );
  return { redact: (text) => redactText(text, known) };
}

/** Resolves with true when the run may go on without us. */
async function watchPanes(folder: string, follow: (event: RunEvent) => void): Promise<boolean> {
  const logPath = join(folder, 'log.txt');
  const watch = await watchRun(folder, {
    onEvent: (event) => {
      follow(event);
      session.push(event);
    },
    onGone: () => session.gone(),
  });
  const session = panesSession(
    { can: { detach: watch.isLive }, logPath },
    { ...(watch.isLive ? { stop: watch.stop } : {}), exportLog: async (file) => await copyLog(logPath, file) },
  );
  void watch.begin().then(() => {
    if (!watch.isLive) session.gone();
  });
  try {
    return (await showPanes(session)) === 'detached';
  } finally {
    watch.close();
  }
}

async function watchPlain(folder: string, follow: (event: RunEvent) => void, io: CommandIo): Promise<boolean> {
  const show = plainConsumer(io.out);
  const gone = Promise.withResolvers<void>();
  const unread = isUnread().then(() => true);
  const watch = await watchRun(folder, {
    onEvent: (event) => {
      follow(event);
      show(event);
    },
    onGone: gone.resolve,
  });
  try {
    await watch.begin();
    // Who reads no more has left, as by a key of the panes.
    return watch.isLive && (await Promise.race([gone.promise.then(() => false), unread]));
  } finally {
    watch.close();
  }
}

/** The state folder that is meant: named itself, or by its image; else this machine's own. */
async function stateOf(target: string | undefined): Promise<string> {
  const folders = target === undefined ? [MACHINE_STATE] : [target, imageState(target)];
  for (const folder of folders) if ((await statOrNull(join(folder, 'events.ndjson'))) !== null) return folder;
  throw failure('no-run', EXIT.usage, { folders: folders.join(' or ') });
}
