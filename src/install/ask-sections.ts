/**
 * An unattended run that stops on screen for what its profile leaves to a person (`interactive`, or what is missing),
 * the rest preset.
 */
import { EXIT, failure } from '../errors.ts';
import { loadTranslator } from '../i18n/t.ts';
import type { LoadedProfile } from '../profile/load.ts';
import { keepAnswers, keptAnswers } from '../system/run/answered.ts';
import { keepImageSeed } from '../system/disk/image-files.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { removeImage } from '../system/files/wizard-files.ts';
import { withColour } from '../ui/terminal/colour.ts';
import { imageFile, targetKind } from '../ui/answers/target.ts';
import { localeOf } from '../ui/answers/context.ts';
import { isMap, type Plain, type PlainMap, type TargetAnswers } from '../ui/answers/draft.ts';
import { SECTIONS, type Section } from '../ui/wizard/flow.ts';
import { profileText } from '../ui/answers/profile-text.ts';
import { planOfDraft } from '../ui/wizard/review.ts';
import { startSession, type WizardPorts } from '../ui/wizard/session.ts';
import type { WizardState } from '../ui/wizard/state.ts';
import { chooseLocale } from './screen-texts.ts';
import { parseImage } from '../command-line/values/images.ts';
import { holdLittleMemoryLater, terminalSize, thisTerminal } from './this-terminal.ts';
import { wizardPorts } from './wizard-ports-later.ts';

export interface AskOptions {
  readonly image: readonly string[];
  readonly set: readonly string[];
  readonly ask?: boolean;
  readonly resume?: boolean;
  readonly resumeIfInterrupted?: boolean;
  /** Where the run is kept, its answers too. */
  readonly folder: string;
  /** Asks in another place than this terminal. */
  readonly askOn?: (job: AskJob) => Promise<Asked>;
}
/** What is asked: the screens of these sections, about this profile. */
export interface AskJob {
  readonly profile: PlainMap;
  readonly sections: readonly Section[];
  readonly target: TargetAnswers;
}
/** `isConfirmed`: in the review, what will be lost was called by its name. `console`: where it was asked, if not here. */
export interface Asked {
  readonly text: string;
  readonly isConfirmed: boolean;
  readonly console?: string;
}

/**
 * Null when the profile leaves nothing to a person. Throws `needs-terminal` (exit 3), and `left` (exit 130) when the
 * person leaves.
 */
export async function askIfWanted(
  loaded: LoadedProfile,
  text: string,
  options: AskOptions,
  io: CommandIo,
): Promise<Asked | null> {
  const sections = ((loaded.profile ?? loaded.rest?.profile)?.interactive ?? []).filter((word): word is Section =>
    Object.hasOwn(SECTIONS, word),
  );
  if (sections.length === 0 && !(options.ask === true && loaded.profile === null)) return null;
  const profile = plainOf(loaded);
  if (profile === null) return null;
  const of = JSON.stringify([text, options.set]);
  const kept =
    options.resume === true || options.resumeIfInterrupted === true ? await keptAnswers(options.folder, of) : null;
  // Only a run that was begun keeps answers: what is lost was agreed to then.
  if (kept !== null) return { text: kept, isConfirmed: true };
  const [image] = options.image;
  const job: AskJob = { profile, sections, target: image === undefined ? { kind: 'disks' } : imageTarget(image) };
  const asked = options.askOn === undefined ? await askSections(job, io) : await options.askOn(job);
  await keepAnswers(options.folder, of, asked.text);
  return asked;
}

/**
 * Shows the screens of these sections, and those that miss what must be known; gives the whole profile. Secrets are
 * hashes in it.
 */
export async function askSections({ profile, sections, target }: AskJob, io: CommandIo): Promise<Asked> {
  const terminal = thisTerminal();
  if (!io.interactive || terminal.refusal !== null)
    throw sections.length === 0
      ? failure('needs-terminal.missing', EXIT.profile)
      : failure('needs-terminal.interactive', EXIT.profile, { sections: { list: sections, by: 'comma' } });
  process.stdin.setRawMode(true);
  holdLittleMemoryLater();
  const { showSession } = await withColour(terminal.colour, async () => await import('../ui/app/wizard.tsx'));
  // The wizard's own answers of another day are not touched.
  const session = startSession(
    {
      size: terminalSize(),
      locales: terminal.locales,
      loaded: { target, profile },
      stops: sections.flatMap((section) => SECTIONS[section]),
    },
    portsOfRun(),
  );
  session.subscribe(() => chooseLocale(localeOf(session.getState())));
  if ((await showSession(session, terminal, loadTranslator, process)) === 'left')
    throw failure('left', EXIT.interrupted);
  const state = session.getState();
  const isConfirmed = sections.includes('review');
  await prepareImage(state, isConfirmed);
  return { text: profileText(state), isConfirmed };
}

/** What the profile does not say is what it would be unasked: how its image is booted here changes nothing. */
function portsOfRun(): WizardPorts {
  const ports = wizardPorts({ write: () => undefined, clear: () => undefined });
  return { ...ports, probe: async () => ({ ...(await ports.probe()), emulates: false }) };
}

/** The seed that the review's plan was made with; and an image whose name was typed makes room for the new one. */
async function prepareImage({ draft, environment, review }: WizardState, isConfirmed: boolean): Promise<void> {
  if (environment === null || targetKind({ draft, environment }) !== 'image') return;
  const file = imageFile(draft);
  await keepImageSeed(file, environment.imageSeed);
  if (
    isConfirmed &&
    review.image?.exists === true &&
    review.image.planHash !== planOfDraft(draft, environment).plan?.hash
  )
    await removeImage(file);
}

/** Null for what is no map: its findings are told as ever. */
function plainOf({ document }: LoadedProfile): PlainMap | null {
  if (document.errors.length > 0) return null;
  const plain = document.toJS({ maxAliasCount: 10_000 }) as Plain;
  return isMap(plain) ? plain : null;
}

function imageTarget(argument: string): TargetAnswers {
  const { file } = parseImage(argument);
  return { kind: 'image', file, ...(argument.length > file.length ? { size: argument.slice(file.length + 1) } : {}) };
}
