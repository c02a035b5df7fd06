/**
 * The state that a run is carried out with: begun again, taken over from the target, or gone on with; and what is left
 * of it at the end.
 */
import { reasonOf } from '../errors.ts';
import { english } from '../i18n/english.ts';
import { readJournal, type JournalStore } from '../engine/journal.ts';
import type { Facts } from '../facts/facts.ts';
import type { Plan } from '../plan/plan.ts';
import { partitionedIds } from '../plan/sections/section-storage.ts';
import { typeOf } from '../plan/storage/devices/table.ts';
import { newDisks } from '../plan/storage/graph.ts';
import { runEventIn } from '../report/event-schema.ts';
import { HOST_LOG, recordsAction } from '../report/records.ts';
import { Summary, type SummaryOptions } from '../report/summary.ts';
import { parseImage } from '../command-line/values/images.ts';
import { imageState } from '../system/disk/image-files.ts';
import { refuseUsedDisks, refuseUsedImage } from '../system/disk/disk-in-use.ts';
import type { Target } from '../system/run/install-targets.ts';
import { MACHINE_STATE, openState, type RunState } from '../system/run/state.ts';
import {
  adoptState,
  copiedState,
  copyPlace,
  prepareResume,
  setAside,
  unmountCopy,
  type CopiedState,
} from '../system/disk/target-copy.ts';
import type { Beginning } from './earlier-run.ts';
import type { InstallOptions } from './install-options.ts';

const RECORDS_LIMIT_MS = 20 * 60_000;

/** Where a run keeps its journal: beside the first image, or on this system. */
export function stateFolder({ image, state }: Pick<InstallOptions, 'image' | 'state'>): string {
  const [first] = image.map(parseImage);
  return state ?? (first === undefined ? MACHINE_STATE : imageState(first.file));
}

/** Opens the state folder; a run onto this machine's own disks keeps a copy on them. */
export async function runState(folder: string, plan: Plan, beginning: Beginning, isOwn: boolean): Promise<CopiedState> {
  const withoutCopy = async (): Promise<CopiedState> => ({
    ...(await openState(folder)),
    begin: async () => undefined,
  });
  if (!isOwn) return await withoutCopy();
  // A run that was killed on this system may have left it mounted.
  await unmountCopy();
  if (beginning.how === 'anew') await setAside(folder);
  if (beginning.how === 'device') await adoptState(beginning.device, folder);
  await prepareResume(folder, plan);
  const place = copyPlace(plan);
  return place === null ? await withoutCopy() : copiedState(await openState(folder), place);
}

/**
 * Nobody else uses what the run is going to write to: all of it is asked for before any of it is changed. Throws
 * `disk-in-use`, exit 4.
 */
export async function refuseUsedTargets(plan: Plan, images: readonly string[], journal: JournalStore): Promise<void> {
  const earlier = await readJournal(journal);
  // Nothing is written any more.
  if (earlier?.complete === true && earlier.planHash === plan.hash) return;
  if (images.length > 0) {
    for (const image of images) await refuseUsedImage(image);
    return;
  }
  await refuseUsedDisks(
    newDisks(plan).map(({ path }) => path),
    partitionedIds(plan).some((id) => earlier?.finished.has(id) === true)
      ? plan.nodes.flatMap((node) => typeOf(node).usersBegin?.(node) ?? [])
      : null,
  );
}

/**
 * Puts events, log, report and journal where the host keeps them. Whatever hinders that is told only: the host is
 * there.
 */
export async function leaveRecords(
  plan: Plan,
  facts: Facts,
  state: RunState,
  logins: Required<SummaryOptions>['logins'],
  target: Target,
  tell: (text: string) => void,
): Promise<void> {
  const nobody = { output: () => undefined, progress: () => undefined, report: () => undefined };
  try {
    const texts = await state.texts();
    // After a power cut a line may be zeroes: what is left on the host can be replayed.
    const events = texts.events.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    const summary = new Summary();
    for (const line of events) {
      const event = runEventIn(line);
      if (event !== null) summary.follow(event);
    }
    const action = recordsAction(plan, {
      ...texts,
      events: events.map((line) => `${line}\n`).join(''),
      report: summary.text({ logins, logPath: HOST_LOG }),
      facts,
    });
    if (action !== null) await target.executor.run(action, nobody, AbortSignal.timeout(RECORDS_LIMIT_MS));
  } catch (error) {
    tell(
      `${english('cli.install.recordsLost', { reason: reasonOf(error) })}\n${english('cli.install.recordsIn', { folder: state.folder })}\n`,
    );
  }
}
