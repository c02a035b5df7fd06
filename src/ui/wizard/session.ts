/**
 * The wizard at work: keeps the state, carries out what it asks for, tells who draws. It knows neither React nor the
 * system.
 */
import { imageFile, targetKind } from '../answers/target.ts';
import type { Environment } from '../answers/environment.ts';
import { reasonOf } from '../../errors.ts';
import type { SourceMedium } from '../../facts/facts.ts';
import { usbDrivesOf } from '../../facts/usb-drives.ts';
import { carryOutExport, type ExportPorts, type Suspend } from './carry-out-export.ts';
import type { ExportEffect } from './export-state.ts';
import type { ProbedMedium, WantedMedium } from '../answers/environment.ts';
import { beginning, currentFindings, reduce, type Beginning } from './reduce.ts';
import type { Effect, ImageStatus, SavedDraft, WizardEvent, WizardState } from './state.ts';

/** What the session needs of the world. */
export interface WizardPorts extends Omit<ExportPorts, 'findUsbDrives'> {
  /** Looks at this machine; changes nothing. */
  probe(): Promise<Omit<Environment, 'imageSeed'>>;
  /** A seed for an image that has none yet. */
  readonly freshSeed: string;
  lookAtImage(file: string): Promise<ImageStatus & { readonly seed: string | null }>;
  /** Looks into a medium; throws where that cannot be. */
  lookAtMedium(source: string, forImage: boolean): Promise<SourceMedium>;
  keepImageSeed(file: string, seed: string): Promise<void>;
  /** Names of packages that are known here. */
  packageNames(): Promise<readonly string[]>;
  hashPassword(password: string): Promise<string>;
  saveDraft(saved: SavedDraft): void;
  forgetDraft(): void;
  now(): Date;
}

export interface Session {
  getState(): WizardState;
  subscribe(listener: () => void): () => void;
  send(event: WizardEvent): void;
  /** Whoever draws says how the terminal is given away for a while. */
  suspendWith(suspend: Suspend): void;
  /** Saves the answers as they are, also those of an unfinished screen. */
  save(): void;
  /** Resolves when the wizard is left or an install is wanted. */
  readonly done: Promise<'install' | 'left'>;
}

/** The screen shows findings a moment after the last key: checks of 200 DomUs must not hold up typing. */
const FINDINGS_AFTER_MS = 80;

export function startSession(start: Beginning, ports: WizardPorts): Session {
  let state = beginning(start);
  const listeners = new Set<() => void>();
  const { promise: done, resolve: finish, reject: fail } = Promise.withResolvers<'install' | 'left'>();
  let timer: NodeJS.Timeout | null = null;
  let suspend: Suspend = async (work) => await work();

  const send = (event: WizardEvent): void => {
    if (state.outcome !== null) return;
    const before = state;
    try {
      const step = reduce(state, event);
      ({ state } = step);
      for (const effect of step.effects) carryOut(effect);
    } catch (error) {
      return fail(error);
    }
    if (state.draft !== before.draft && event.type !== 'findings') findSoon();
    if (state !== before) for (const listener of listeners) listener();
    if (state.outcome !== null) finish(state.outcome);
  };
  const findSoon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      const event = currentFindings(state);
      if (event !== null) send(event);
    }, FINDINGS_AFTER_MS);
    timer.unref();
  };
  const save = (): void => saveDraft(state, ports);
  const wizard: WizardAtWork = { ports, send, getState: () => state, suspend: async (work) => await suspend(work) };
  const lookAtMedium = mediumLookup(wizard);
  const carryOut = (effect: Effect): void => {
    if (effect.type === 'save') return save();
    if (effect.type === 'forget') return ports.forgetDraft();
    const work = effect.type === 'look-at-medium' ? lookAtMedium(effect.wanted) : answer(wizard, effect);
    // What nobody foresaw ends the wizard, so that the terminal is given back before it is told.
    work.catch(fail);
  };
  look(wizard, false).catch(fail);
  return {
    getState: () => state,
    send,
    save,
    done,
    suspendWith: (given) => {
      suspend = given;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function saveDraft({ dialog, draft, place, asksAll }: WizardState, ports: WizardPorts): void {
  // The offered answers are still unread: those of this session are none yet.
  if (dialog?.kind !== 'draft')
    ports.saveDraft({ draft, place, asksAll, time: ports.now().toISOString().slice(0, 16).replace('T', ' ') });
}

/** What carries an effect out, and whom it tells. */
interface WizardAtWork extends Pick<Session, 'getState' | 'send'> {
  readonly ports: WizardPorts;
  readonly suspend: Suspend;
}

/** Does what the wizard asks the world for; what comes of it is sent to the wizard. */
async function answer(
  wizard: WizardAtWork,
  effect: Exclude<Effect, { type: 'save' | 'forget' | 'look-at-medium' }>,
): Promise<void> {
  const { ports, send } = wizard;
  switch (effect.type) {
    case 'probe':
      return await look(wizard, true);
    case 'hash':
      return await hash(wizard, effect);
    case 'find-packages':
      return send({ type: 'packages', names: await ports.packageNames() });
    case 'look-at-image':
      return await lookAtImage(wizard, effect.file);
    case 'export-file':
    case 'find-usb-drives':
    case 'export-usb-drive':
    case 'export-screen':
      return await exportProfile(wizard, effect);
  }
}

async function look(wizard: WizardAtWork, isRescan: boolean): Promise<void> {
  const { ports, getState, send } = wizard;
  const found = await ports.probe();
  send({
    type: 'environment',
    isRescan,
    environment: { ...found, imageSeed: getState().environment?.imageSeed ?? ports.freshSeed },
  });
  const { place, draft } = getState();
  if (place.screen === 'review') await lookAtImage(wizard, imageFile(draft));
}

async function hash(
  { ports, send }: WizardAtWork,
  { password, place, field }: Effect & { type: 'hash' },
): Promise<void> {
  try {
    send({ type: 'hashed', place, field, hash: await ports.hashPassword(password) });
  } catch (error) {
    send({ type: 'hash-failed', reason: reasonOf(error) });
  }
}

async function lookAtImage({ ports, getState, send }: WizardAtWork, file: string): Promise<void> {
  const { seed, ...status } = await ports.lookAtImage(file);
  const wanted = seed ?? ports.freshSeed;
  const { environment } = getState();
  // An image that was begun keeps its seed: the same host again, and the same plan.
  if (environment !== null && environment.imageSeed !== wanted)
    send({ type: 'environment', isRescan: false, environment: { ...environment, imageSeed: wanted } });
  send({ type: 'image', status });
}

/** Every screen on the way asks for the medium again while a slow server is read: it is looked for once. */
function mediumLookup({ ports, send }: WizardAtWork): (wanted: WantedMedium) => Promise<void> {
  let lookingFor: WantedMedium | null = null;
  return async (wanted) => {
    if (lookingFor?.source === wanted.source && lookingFor.forImage === wanted.forImage) return;
    lookingFor = wanted;
    const { source, forImage } = wanted;
    const medium = await ports.lookAtMedium(source, forImage).then(
      (found): ProbedMedium => ({ ...wanted, found, reason: '' }),
      (error: unknown): ProbedMedium => ({ ...wanted, found: null, reason: reasonOf(error) }),
    );
    if (lookingFor === wanted) lookingFor = null;
    send({ type: 'medium', medium });
  };
}

async function exportProfile({ ports, getState, send, suspend }: WizardAtWork, effect: ExportEffect): Promise<void> {
  const text = async (): Promise<string> => {
    // Loaded when it is wanted: YAML takes its time, and the first screen does without.
    const { profileText } = await import('../answers/profile-text.ts');
    const { draft, environment } = getState();
    const made = profileText(getState());
    // Without its seed the exported profile would give another plan for the same image.
    if (environment !== null && targetKind({ draft, environment }) === 'image')
      await ports.keepImageSeed(imageFile(draft), environment.imageSeed);
    return made;
  };
  const findUsbDrives: ExportPorts['findUsbDrives'] = async () => usbDrivesOf((await ports.probe()).facts.disks);
  send(await carryOutExport(effect, text, { ...ports, findUsbDrives }, suspend));
}
