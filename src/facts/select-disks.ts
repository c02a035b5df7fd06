/**
 * Disk selectors against the disks that are there. Pure and strict: no fit, too many or a tie is a problem that lists
 * every disk and why it did not fit; nothing is ever guessed.
 */
import type { FindingId } from '../check/finding.ts';
import type { Values } from '../i18n/said.ts';
import { listed, type Phrase, type Word } from '../i18n/phrase.ts';
import type { DiskSelector, EffectiveProfile } from '../profile/effective.ts';
import type { DiskFacts } from './facts.ts';
import { refusalOf, mismatchesOf } from './disk-fit.ts';

export interface DiskCandidate {
  readonly disk: DiskFacts;
  readonly reason: Word;
}
export interface DiskProblem {
  readonly selectorIndex: number;
  readonly code: 'disk-no-fit' | 'disk-too-few' | 'disk-too-many' | 'disk-tie';
  /** Its text in locales/. */
  readonly id: FindingId;
  readonly values: Values;
  readonly candidates: readonly DiskCandidate[];
}
/**
 * `disks`: in the order of the selectors; within one selector by size (largest, smallest) or by path. Only whole when
 * `problems` is empty.
 */
export interface DiskSelection {
  readonly disks: readonly DiskFacts[];
  readonly problems: readonly DiskProblem[];
}

type Outcome = { readonly disks: readonly DiskFacts[] } | { readonly problem: DiskProblem };

/** The disks that a profile takes; none where it is not clear which. */
export function chosenDisks({ host, install }: EffectiveProfile, disks: readonly DiskFacts[]): readonly DiskFacts[] {
  const chosen = selectDisks(host.storage.disks, disks, { overwrite: install.overwrite ?? 'any' });
  return chosen.problems.length > 0 ? [] : chosen.disks;
}

/** Picks the disks. Selectors that name one disk choose first, so that `largest` cannot take it away from them. */
export function selectDisks(
  selectors: readonly DiskSelector[],
  disks: readonly DiskFacts[],
  options: { readonly overwrite: 'blank' | 'any' },
): DiskSelection {
  const taken = new Map<DiskFacts, number>();
  const outcomes = new Map<number, Outcome>();
  const order = selectors
    .map((selector, index) => ({ selector, index }))
    .sort((a, b) => Number(namesOne(b.selector)) - Number(namesOne(a.selector)) || a.index - b.index);
  for (const { selector, index } of order) {
    const outcome = selectOne(selector, index, disks, taken, options.overwrite);
    if ('disks' in outcome) for (const disk of outcome.disks) taken.set(disk, index);
    outcomes.set(index, outcome);
  }
  const inOrder = selectors.map((_, index) => outcomes.get(index)).filter((outcome) => outcome !== undefined);
  return {
    disks: inOrder.flatMap((outcome) => ('disks' in outcome ? outcome.disks : [])),
    problems: inOrder.flatMap((outcome) => ('problem' in outcome ? [outcome.problem] : [])),
  };
}

function namesOne(selector: DiskSelector): boolean {
  return selector.serial !== undefined || selector.wwn !== undefined || selector.path !== undefined;
}

function selectOne(
  selector: DiskSelector,
  selectorIndex: number,
  disks: readonly DiskFacts[],
  taken: ReadonlyMap<DiskFacts, number>,
  overwrite: 'blank' | 'any',
): Outcome {
  const candidates = disks.map((disk) => ({ disk, reasons: reasonsAgainst(disk, selector, taken, overwrite) }));
  const fitting = candidates.filter(({ reasons }) => reasons.length === 0).map(({ disk }) => disk);
  const ranked = selector.largest === true || selector.smallest === true;
  const sorted = [...fitting].sort(
    (a, b) =>
      (ranked ? (selector.largest === true ? b.sizeMiB - a.sizeMiB : a.sizeMiB - b.sizeMiB) : 0) || comparePaths(a, b),
  );
  const chosen = sorted.slice(0, selector.count);
  const next = sorted[selector.count];
  const tie = ranked && next !== undefined && chosen.at(-1)?.sizeMiB === next.sizeMiB ? next.sizeMiB : null;
  const isTooMany = !ranked && fitting.length > selector.count;
  const problem = (id: DiskProblem['id'], values: Values = {}): Outcome => ({
    problem: {
      selectorIndex,
      code: id.split('.')[0] as DiskProblem['code'],
      id,
      values: { selector: describeSelector(selector), ...values },
      candidates: candidates.map(({ disk, reasons }) => ({
        disk,
        reason:
          reasons.length > 0 ? { list: reasons, by: 'semicolon' } : fitWord(disk, disks, selector, tie, isTooMany),
      })),
    },
  });
  if (disks.length === 0) return problem('disk-no-fit.noDisk');
  if (fitting.length === 0) return problem('disk-no-fit.none');
  if (fitting.length < selector.count)
    return problem('disk-too-few', { count: selector.count, fitting: fitting.length });
  if (tie !== null) return problem('disk-tie', { count: selector.count, size: tie });
  if (isTooMany) return problem('disk-too-many', { count: fitting.length, wanted: selector.count });
  return { disks: chosen };
}

/** What would choose this disk alone is said where others fit as well. */
function fitWord(
  disk: DiskFacts,
  disks: readonly DiskFacts[],
  selector: DiskSelector,
  tie: number | null,
  isOneOfMore: boolean,
): Phrase {
  const isTied = tie !== null && disk.sizeMiB === tie;
  if (!isTied && !isOneOfMore) return { key: 'parts.disk.fits' };
  return {
    key: isTied ? 'parts.disk.tied' : 'parts.disk.oneOfMore',
    values: { selector: selectorOf(disk, disks, selector.transport) },
  };
}

/**
 * `{ serial: X }`, as the profile would write it: by what no other disk has, or else by its path; with the transport,
 * without which some disks are never chosen.
 */
function selectorOf(disk: DiskFacts, disks: readonly DiskFacts[], transport: string | undefined): string {
  const field = (['serial', 'wwn'] as const).find(
    (name) =>
      disk[name] !== null &&
      disks.filter((other) => other[name]?.toLowerCase() === disk[name]?.toLowerCase()).length === 1,
  );
  const value = (field === undefined ? null : disk[field]) ?? disk.byId ?? disk.path;
  // YAML reads digits, 0x… and words such as `no` as something else than text.
  const text = /^([A-Za-z][\w.-]{4,}|\/[\w./-]+)$/.test(value) && value !== 'false' ? value : JSON.stringify(value);
  return `{ ${transport === undefined ? '' : `transport: ${transport}, `}${field ?? 'path'}: ${text} }`;
}

function reasonsAgainst(
  disk: DiskFacts,
  selector: DiskSelector,
  taken: ReadonlyMap<DiskFacts, number>,
  overwrite: 'blank' | 'any',
): Phrase[] {
  const owner = taken.get(disk);
  return [
    ...(owner === undefined ? [] : [{ key: 'parts.disk.taken' as const, values: { number: owner + 1 } }]),
    ...mismatchesOf(disk, selector),
    ...refusalOf(disk, selector, overwrite),
  ];
}

function comparePaths(a: DiskFacts, b: DiskFacts): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** `{ serial: X, largest: true, minSize: 8192 MiB }`, as the profile would write it: sizes and number last. */
function describeSelector({ minSizeMiB, maxSizeMiB, count, ...rest }: DiskSelector): Word {
  const parts = Object.entries({ ...rest, minSizeMiB, maxSizeMiB, count })
    .filter(([key, value]) => value !== undefined && !(key === 'count' && value === 1))
    .map(([key, value]) => `${key.replace(/MiB$/, '')}: ${String(value)}${key.endsWith('MiB') ? ' MiB' : ''}`);
  return parts.length === 0 ? { key: 'parts.disk.any' } : `{ ${parts.join(', ')} }`;
}

/** One line about a candidate, for findings and screens. */
export function describeCandidate({ disk, reason }: DiskCandidate): Phrase {
  const known = (key: 'serial' | 'wwn' | 'model'): Phrase => ({
    key: `parts.disk.${key}`,
    values: { value: disk[key] ?? { key: 'parts.disk.unknown' } },
  });
  return {
    key: 'parts.disk.candidate',
    values: {
      path: disk.path,
      known: listed([known('serial'), known('wwn'), known('model'), `${disk.sizeMiB} MiB`, disk.transport]),
      reason,
    },
  };
}
