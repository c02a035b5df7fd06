/**
 * More DomUs for a host that is there: the DomUs of a text, read as if they stood in the profile that the host keeps.
 * The text is a whole profile, or has nothing but `version:` and `domus:`. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, parse, type Document, type Pair } from 'yaml';
import type { Finding, LocatedFinding } from '../check/finding.ts';
import { EXIT, failure } from '../errors.ts';
import type { DomuSettings, EffectiveProfile } from './effective.ts';
import { locateFindings, type SourceText } from './findings.ts';
import { keptProfile } from './kept.ts';
import { loadDocument, loadProfile, type LoadedProfile } from './load.ts';
import { writeOutAliases } from './merge-rule.ts';
import { readYaml } from './yaml-text.ts';

export interface AddedDomus {
  /** The profile that the host keeps. */
  readonly kept: EffectiveProfile;
  /** All DomUs of the text, as they are on this host; null where the text has errors. */
  readonly given: readonly DomuSettings[] | null;
  readonly findings: readonly LocatedFinding[];
  /** Places of findings on the kept profile with `added` at the end of its DomUs. */
  locate(findings: readonly Finding[], added: readonly DomuSettings[]): LocatedFinding[];
}
/** What a text that is no whole profile may have. */
const PART = ['version', 'domus'];

/**
 * Is this a text of DomUs alone? One that is no sound YAML is neither this nor a whole profile: it has findings of
 * that.
 */
export function isPart({ document, findings }: SourceText & { readonly findings: readonly Finding[] }): boolean {
  return (
    !findings.some(({ code }) => code === 'yaml-syntax') &&
    isMap(document.contents) &&
    !document.has('host') &&
    document.has('domus')
  );
}

/** `given` has no `hosts:` any more. Throws `not-only-domus` and `kept-profile`. */
export function readAdded(keptText: string, keptName: string, given: LoadedProfile): AddedDomus {
  const keptPlace: SourceText = readYaml(keptText, keptName);
  const { profile: kept } = loadProfile(keptText, keptName);
  if (kept === null) throw failure('kept-profile', EXIT.refused, { keptName });
  if (isPart(given)) refuseMore(given);
  const loaded = loadDocument({ ...given, document: withDomusOf(given.document, keptText) }, []);
  const locate = (findings: readonly Finding[]): LocatedFinding[] =>
    findings.flatMap((finding) =>
      locateFindings([finding], PART.includes(String(finding.path[0])) ? loaded : keptPlace),
    );
  return {
    kept,
    given: loaded.profile?.domus ?? null,
    findings: locate(loaded.findings),
    locate: (findings, added) =>
      findings.flatMap((finding) => {
        const [first, index, ...rest] = finding.path;
        if (first !== 'domus' || typeof index !== 'number') return locate([finding]);
        const name = index < kept.domus.length ? undefined : added[index - kept.domus.length];
        if (name === undefined || loaded.profile === null) return locateFindings([finding], keptPlace);
        const at = loaded.profile.domus.findIndex((domu) => domu.name === name.name);
        return locateFindings([{ ...finding, path: ['domus', at, ...rest] }], loaded);
      }),
  };
}

function refuseMore({ document, fileName }: SourceText): void {
  const more = (isMap(document.contents) ? document.contents.items : [])
    .map(keyOf)
    .filter((key) => !PART.includes(key));
  if (more.length === 0) return;
  throw failure('not-only-domus', EXIT.profile, { fileName, more: more.join(', ') });
}

/** The kept profile with the DomUs of the text in the place of its own; their nodes keep their places in the text. */
function withDomusOf(given: Document, keptText: string): Document {
  writeOutAliases(given);
  const { document } = readYaml(keptText, '');
  if (!isMap(document.contents) || !isMap(given.contents)) return document;
  const pairs = given.contents.items.filter((pair) => PART.includes(keyOf(pair)));
  document.contents.items = [...document.contents.items.filter((pair) => !PART.includes(keyOf(pair))), ...pairs];
  return document;
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/**
 * Fields in which a DomU of the text differs from the one of this name that the host has; null where it has none. What
 * is secret counts by its place alone.
 */
export function differences(kept: EffectiveProfile, domu: DomuSettings): string[] | null {
  const there = kept.domus.find(({ name }) => name === domu.name);
  return there === undefined ? null : differing(asKept(kept, there).domus[0], asKept(kept, domu).domus[0]);
}

/** Fields of `host` in which a whole profile differs from the one that the host was made from. */
export function hostDifferences(kept: EffectiveProfile, given: EffectiveProfile): string[] {
  // Files of the host are read from the host by now.
  const form = (profile: EffectiveProfile): unknown =>
    asKept({ ...profile, host: { ...profile.host, files: [] } }).host;
  return differing(form(kept), form(given)).map((field) => `host.${field}`);
}

function asKept(
  profile: EffectiveProfile,
  ...domus: readonly DomuSettings[]
): { readonly host: unknown; readonly domus: readonly unknown[] } {
  // Made just now, no key is there twice; the parser would compare each with each.
  return parse(keptProfile({ ...profile, domus }), { uniqueKeys: false }) as { host: unknown; domus: unknown[] };
}

function differing(a: unknown, b: unknown): string[] {
  const [one, other] = [a, b].map(
    (value) => new Map(Object.entries((value ?? {}) as object) as [string, unknown][]),
  ) as [Map<string, unknown>, Map<string, unknown>];
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (key) => !isDeepStrictEqual(one.get(key), other.get(key)),
  );
}
