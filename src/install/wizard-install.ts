/**
 * From the wizard's answers to an install that is watched: the profile is written, and what the last screen offers is
 * carried out.
 */
import { dirname, join, normalize } from 'node:path';
import { EXIT, XenwrightError } from '../errors.ts';
import type { Translate } from '../i18n/t.ts';
import { ask } from '../system/terminal/ask.ts';
import { keepImageSeed } from '../system/disk/image-files.ts';
import { endMachine } from '../system/process/power.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { removeImage, writeProfile } from '../system/files/wizard-files.ts';
import { imageFile, targetKind } from '../ui/answers/target.ts';
import { profileText } from '../ui/answers/profile-text.ts';
import { exportName, planOfDraft } from '../ui/wizard/review.ts';
import type { WizardState } from '../ui/wizard/state.ts';
import { install } from '../commands/install/run.ts';
import type { Choices, InstallOptions } from './install-options.ts';

export interface WizardEnd {
  readonly exit: number;
  /** Back into the wizard: something is to be changed. */
  readonly wantsEdit: boolean;
  /** The host is there: the answers have done their work. */
  readonly isInstalled: boolean;
}

/** The person has typed the name of what will be lost, so nothing is asked again. */
export async function installFromWizard(
  state: WizardState,
  source: string | undefined,
  t: Translate,
  io: CommandIo,
): Promise<WizardEnd> {
  const { environment, draft, review } = state;
  if (environment === null) throw new Error('nothing is known of this machine');
  const image = targetKind({ draft, environment }) === 'image' ? imageFile(draft) : null;
  const text = profileText(state);
  const file = await writeProfile(profilePlace(state, image, source), text);
  const argument = image === null ? [] : [draft.target.size === undefined ? image : `${image}:${draft.target.size}`];
  io.out(`${t('outcome.profile', { file, image: argument.map((one) => ` --image ${one}`).join('') })}\n\n`);
  if (image !== null) {
    await keepImageSeed(image, environment.imageSeed);
    const { plan } = planOfDraft(draft, environment);
    if (review.image?.exists === true && review.image.planHash !== plan?.hash) await removeImage(image);
  }
  return await watched(
    [file],
    { image: argument, set: [], yes: true, resumeIfInterrupted: true, profile: { name: exportName(state), text } },
    image,
    t,
    io,
  );
}

async function watched(
  sources: readonly string[],
  options: InstallOptions,
  image: string | null,
  t: Translate,
  io: CommandIo,
): Promise<WizardEnd> {
  let [wantsEdit, isInstalled] = [false, false];
  const choices: Choices = {
    edit: async (exit) => {
      wantsEdit = true;
      return exit;
    },
    ...(image === null
      ? {
          reboot: async (exit) => {
            isInstalled = exit === EXIT.done;
            await endMachine('reboot');
            return exit;
          },
        }
      : {
          boot: async () => {
            isInstalled = true;
            return await bootImage(image, io);
          },
        }),
  };
  const exit = await install(sources, { ...options, ui: 'auto', choices }, io).catch(async (error: unknown) => {
    // Where no socket can be, a run can be read but not watched.
    if (!(error instanceof XenwrightError) || error.code !== 'no-run-socket') throw error;
    return await unwatched(sources, options, image, t, io);
  });
  if (exit === EXIT.done && image !== null && !isInstalled) io.out(`${t('outcome.later', { image })}\n`);
  return { exit, wantsEdit, isInstalled: isInstalled || (exit === EXIT.done && !wantsEdit) };
}

async function unwatched(
  sources: readonly string[],
  options: InstallOptions,
  image: string | null,
  t: Translate,
  io: CommandIo,
): Promise<number> {
  const exit = await install(sources, { ...options, ui: 'plain' }, io);
  if (exit !== EXIT.done || image === null) return exit;
  const answer = (await ask(t('outcome.boot')))?.trim().toLowerCase();
  if (answer !== undefined && ['', 'y', 'yes'].includes(answer)) await bootImage(image, io);
  return exit;
}

async function bootImage(image: string, io: CommandIo): Promise<number> {
  return await (await import('../commands/boot/run.ts')).boot([image], { firmware: 'bios', console: true }, io);
}

/** Beside the image, or beside the profile one started from: `file:` references stay right. */
function profilePlace(state: WizardState, image: string | null, source: string | undefined): string {
  const isLocal = source !== undefined && source !== '-' && !/^[a-z]+:/.test(source);
  if (isLocal || image === null) return join(isLocal ? dirname(source) : '.', exportName(state));
  return normalize(`${image.replace(/\.(img|raw)$/, '')}.yaml`);
}
