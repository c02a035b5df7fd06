/** The draft as a whole profile: what is not answered gets its default. What checks, plans and exports read. Pure. */
import { XenwrightError } from '../../errors.ts';
import type { Facts, SourceMedium } from '../../facts/facts.ts';
import { imageMachine } from '../../facts/image-machine.ts';
import { imageSizeMiB } from '../../plan/storage/storage.ts';
import { memoizeEach, memoizeLast } from '../../memoize.ts';
import { authoredForm } from '../../profile/authored-form.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import { parseInParts } from '../../profile/parse.ts';
import { resolveProfile } from '../../profile/resolve.ts';
import { profileSchema } from '../../profile/schema.ts';
import { parseMiB } from '../../profile/sizes.ts';
import type { Environment } from './environment.ts';
import { chosenDisk, likelyDisk, selectorFor } from './disks.ts';
import { probedMedium } from './medium.ts';
import { domusOf, getAt, isMap, setAt, type Draft, type Plain, type PlainMap, type TargetAnswers } from './draft.ts';

/** The one name every first host gets. */
export const DEFAULT_HOSTNAME = 'xen1';
const ANY_IMAGE_MIB = 32_768;
/** From here on the usual sizes of Dom0 leave room for DomUs. */
const ROOMY_MIB = 32_768;
const SMALL_MIB = 16_384;

/** Is it an image that is installed into? */
function isImage({ target }: Pick<Draft, 'target'>, { isMedium }: Environment): boolean {
  return (target.kind ?? (isMedium ? 'disks' : 'image')) === 'image';
}

/** The default of what the profile itself has none for. */
function defaultDisks(draft: Draft, environment: Environment): Plain {
  const disk = isImage(draft, environment) ? null : likelyDisk(environment.facts.disks);
  const selector = disk === null ? null : selectorFor(disk, environment.facts.disks);
  return [selector ?? { largest: true }];
}

/** Own keys are the default login, as long as no other is given. */
export function defaultKeys(draft: Draft, environment: Environment): readonly string[] {
  const admin = getAt(draft.profile, ['host', 'admin']);
  return getAt(admin, ['passwordHash']) == null && getAt(admin, ['password']) == null ? environment.ownKeys : [];
}

/** Sizes that leave room for DomUs on a disk that the usual ones would fill; nothing where they fit. */
function smallerSizes(profile: PlainMap, draft: Draft, environment: Environment): Readonly<Record<string, string>> {
  const diskMiB = isImage(draft, environment)
    ? parseMiB(draft.target.size ?? '')
    : chosenDisk({ target: draft.target, profile }, environment.facts.disks)?.sizeMiB;
  if (diskMiB == null || diskMiB >= ROOMY_MIB) return {};
  return diskMiB >= SMALL_MIB ? { cache: '2G' } : { root: '4G', swap: '512M', cache: '1G' };
}

/**
 * In an image that is started here by emulation a DomU is PV as long as nobody says what it is to be: PVH fails there
 * now and then. By a GRUB of its own it could not be PV.
 */
export function isPvByDefault(
  domu: Plain | undefined,
  draft: Pick<Draft, 'target'>,
  environment: Environment,
): boolean {
  return (
    environment.emulates === true &&
    isImage(draft, environment) &&
    isMap(domu) &&
    domu['type'] === undefined &&
    domu['boot'] !== 'grub'
  );
}

const asPv = memoizeEach((domu: PlainMap): PlainMap => ({ ...domu, type: 'pv' }));

/** The profile with what people need not answer filled in. */
export function completeProfile({ target, profile }: Draft, environment: Environment): PlainMap {
  const { domus, ...rest } = profile;
  const filled = { ...profile, ...filledIn(rest, target, environment) };
  return Array.isArray(domus)
    ? {
        ...filled,
        domus: (domus as readonly Plain[]).map((domu) =>
          isPvByDefault(domu, { target }, environment) ? asPv(domu as PlainMap) : domu,
        ),
      }
    : filled;
}

/** All but the DomUs: the very same as long as nothing of it changes. */
const filledIn = memoizeLast((rest: PlainMap, target: TargetAnswers, environment: Environment): PlainMap => {
  const draft: Draft = { target, profile: rest };
  let profile = rest;
  const fill = (path: readonly string[], value: Plain): void => {
    if (getAt(profile, path) === undefined) profile = setAt(profile, path, value) as PlainMap;
  };
  fill(['version'], 1);
  fill(['host', 'hostname'], DEFAULT_HOSTNAME);
  fill(['host', 'storage', 'disks'], defaultDisks(draft, environment));
  const sizes = isMap(getAt(profile, ['host', 'storage'])) ? smallerSizes(profile, draft, environment) : {};
  for (const [key, size] of Object.entries(sizes)) fill(['host', 'storage', key], size);
  const keys = defaultKeys(draft, environment);
  if (keys.length > 0) fill(['host', 'admin', 'sshKeys'], keys);
  return profile;
});

/** Null while something in the draft is none of what the schema allows. */
export function effectiveProfileOf(draft: Draft, environment: Environment): EffectiveProfile | null {
  const parsed = parseInParts(completeProfile(draft, environment));
  return 'accepted' in parsed ? resolveProfile(parsed.accepted) : null;
}

/** Every field of the host and of one DomU with its default. Where the draft cannot be read, the defaults alone. */
export function effectiveForm(draft: Draft, environment: Environment, domu: number | null): PlainMap {
  const profile = completeProfile(draft, environment);
  const only = domu === null ? undefined : domusOf({ profile })[domu];
  const complete = setAt(profile, ['domus'], only === undefined ? [] : [only]);
  const parsed = parseInParts(complete);
  const readable =
    'accepted' in parsed
      ? parsed.accepted
      : profileSchema.parse({
          version: 1,
          host: { hostname: DEFAULT_HOSTNAME, storage: { disks: [{ largest: true }] } },
          domus: [{ name: 'domu' }],
        });
  return authoredForm(resolveProfile(readable)) as PlainMap;
}

/**
 * The machine that is installed: this one, or the one an image is made for. `profile`: for an image without a stated
 * size.
 */
export function machineOf(draft: Draft, environment: Environment, profile: EffectiveProfile | null): Facts {
  const { facts, imageSeed } = environment;
  const medium = probedMedium(draft, environment)?.found ?? undefined;
  const named = medium === undefined ? {} : { medium };
  if (!isImage(draft, environment)) return medium === undefined ? facts : withMedium(facts, medium);
  const statedMiB = draft.target.size === undefined ? null : parseMiB(draft.target.size);
  return {
    ...imageMachine({
      disks: [{ sizeMiB: statedMiB ?? (profile === null ? null : planned(profile, medium)) ?? ANY_IMAGE_MIB }],
      seed: imageSeed,
      aptSources: facts.aptSources,
      mountsImages: environment.mountsImages === true,
    }),
    ...named,
  };
}

const withMedium = memoizeEach((facts: Facts, medium: SourceMedium): Facts => ({ ...facts, medium }));

/** How large an image must be for the profile; null where sizes make no sense yet. */
export function planned(profile: EffectiveProfile, medium?: SourceMedium): number | null {
  try {
    return imageSizeMiB(profile, medium);
  } catch (error) {
    if (error instanceof XenwrightError) return null;
    throw error;
  }
}
