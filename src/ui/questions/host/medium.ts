/** Which medium the packages come from, if any: a drive of this machine, a file or an address. */
import type { Facts, MediumFacts } from '../../../facts/facts.ts';
import { getAt, setProfile } from '../../answers/draft.ts';
import { option, valueOf } from '../fields.ts';
import type { Context, Field, Option } from '../screen.ts';

const MEDIUM = ['host', 'source', 'medium'] as const;
/** Null in the profile: a word of its own, since in the wizard null is no answer yet. */
const NONE = 'none';
/**
 * A numbered disc of Debian is whole; a netinst disc, and our own medium without a package pool, have too little: they
 * are offered, not taken.
 */
const WHOLE_DISC = /^Debian [\d.]+ \S+ \d+$/;

/** A list, and what is typed in it can be had as it is: a file or an address. */
export const medium: Field = {
  id: 'medium',
  kind: 'search',
  isFree: true,
  isFilled: true,
  options,
  paths: () => [MEDIUM],
  read: ({ draft }) => {
    const given = getAt(draft.profile, MEDIUM);
    return given === null ? NONE : given;
  },
  write: (draft, value, { facts }) => {
    if (value !== NONE && value !== undefined) return setProfile(draft, MEDIUM, value);
    // Without one there is nothing to copy or serve. It is said aloud only where the machine offers one: else it is the
    // default.
    const without = ['copyMedium', 'serveMedium'].reduce(
      (before, key) => setProfile(before, ['host', 'source', key], undefined),
      draft,
    );
    return setProfile(without, MEDIUM, offered(facts) === null ? undefined : null);
  },
  fallback: ({ facts }) => offered(facts) ?? NONE,
};

/** Is there one to be copied and served? */
export function hasMedium(context: Context): boolean {
  return valueOf(medium, context) !== NONE;
}

/** The drive, when what lies in it has all packages for sure. */
function offered({ media }: Pick<Facts, 'media'>): string | null {
  return media.some(({ kind, label }) => kind === 'optical' && WHOLE_DISC.test(label ?? '')) ? 'cdrom' : null;
}

function options(context: Context): Option[] {
  const { media } = context.environment.facts;
  const drive = media.find(({ kind }) => kind === 'optical');
  const now = medium.read(context);
  const known: Option[] = [
    option(NONE, 'options.noMedium'),
    drive === undefined
      ? option('cdrom', 'options.drive')
      : option('cdrom', 'options.driveWith', { what: drive.label ?? drive.path }),
    ...media
      .filter(({ kind }) => kind !== 'optical')
      .map((one): Option => ({ value: one.path, label: { text: nameOf(one) } })),
  ];
  return now === undefined || known.some(({ value }) => value === now)
    ? known
    : [...known, { value: now, label: { text: String(now) } }];
}

function nameOf({ path, label }: MediumFacts): string {
  return label === null ? path : `${path}  ${label}`;
}
