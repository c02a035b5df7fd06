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
  const save = (): void => {
    // The offered answers are still unread: those of this session are none yet.
    if (state.dialog?.kind !== 'draft')
      ports.saveDraft({
        draft: state.draft,
        place: state.place,
        asksAll: state.asksAll,
        time: ports.now().toISOString().slice(0, 16).replace('T', ' '),
      });
  };
  // What nobody foresaw ends the wizard, so that the terminal is given back before it is told.
  const run = (work: Promise<void>): void => {
    work.catch(fail);
  };
  const carryOut = (effect: Effect): void => {
    switch (effect.type) {
      case 'save':
        return save();
      case 'forget':
        return ports.forgetDraft();
      case 'probe':
        return run(look(true));
      case 'hash':
        return run(hash(effect));
      case 'find-packages':
        return run(ports.packageNames().then((names) => send({ type: 'packages', names })));
      case 'look-at-image':
        return run(lookAtImage(effect.file));
      case 'look-at-medium':
        return run(lookAtMedium(effect.wanted));
      case 'export-file':
      case 'find-usb-drives':
      case 'export-usb-drive':
      case 'export-screen':
        return run(exporting(effect));
    }
  };
  const look = async (isRescan: boolean): Promise<void> => {
    const found = await ports.probe();
    send({
      type: 'environment',
      isRescan,
      environment: { ...found, imageSeed: state.environment?.imageSeed ?? ports.freshSeed },
    });
    if (state.place.screen === 'review') await lookAtImage(imageFile(state.draft));
  };
  const hash = async ({ password, place, field }: Effect & { type: 'hash' }): Promise<void> => {
    try {
      send({ type: 'hashed', place, field, hash: await ports.hashPassword(password) });
    } catch (error) {
      send({ type: 'hash-failed', reason: reasonOf(error) });
    }
  };
  const lookAtImage = async (file: string): Promise<void> => {
    const { seed, ...status } = await ports.lookAtImage(file);
    const wanted = seed ?? ports.freshSeed;
    // An image that was begun keeps its seed: the same host again, and the same plan.
    if (state.environment !== null && state.environment.imageSeed !== wanted)
      send({ type: 'environment', isRescan: false, environment: { ...state.environment, imageSeed: wanted } });
    send({ type: 'image', status });
  };
  let lookingFor: WantedMedium | null = null;
  const lookAtMedium = async (wanted: WantedMedium): Promise<void> => {
    // Every screen on the way asks for it again while a slow server is read.
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
  const exporting = async (effect: ExportEffect): Promise<void> => {
    const text = async (): Promise<string> => {
      // Loaded when it is wanted: YAML takes its time, and the first screen does without.
      const { profileText } = await import('../answers/profile-text.ts');
      const made = profileText(state);
      // Without its seed the exported profile would give another plan for the same image.
      if (state.environment !== null && targetKind({ draft: state.draft, environment: state.environment }) === 'image')
        await ports.keepImageSeed(imageFile(state.draft), state.environment.imageSeed);
      return made;
    };
    send(
      await carryOutExport(
        effect,
        text,
        { ...ports, findUsbDrives: async () => usbDrivesOf((await ports.probe()).facts.disks) },
        suspend,
      ),
    );
  };
  run(look(false));
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
