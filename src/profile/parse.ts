/**
 * A profile as plain data against its schema: whole, or part by part, so that a part that is the very same is not read
 * again. Pure.
 */
import { memoizeEach, memoizeLast } from '../memoize.ts';
import type { Finding } from '../check/finding.ts';
import { profileSchema, type AuthoredProfile } from './schema.ts';
import { schemaFindings } from './schema-findings.ts';
import { domuSchema } from './sections/domu.ts';

export type Parsed = { readonly authored: AuthoredProfile } | { readonly findings: readonly Finding[] };

export function parseProfile(plain: unknown): Parsed {
  const parsed = profileSchema.safeParse(plain, { reportInput: true });
  return parsed.success ? { authored: parsed.data } : { findings: schemaFindings(parsed.error.issues, profileSchema) };
}

/**
 * The same answer, but for the order of findings: those of DomUs come last. For profiles that change a little at a
 * time.
 */
export function parseInParts(plain: unknown): Parsed {
  if (!isMap(plain) || !isListOfMaps(plain['domus'])) return parseProfile(plain);
  const { domus, ...rest } = plain;
  const ofRest = parseRest(rest);
  const ofDomus = domus.map((domu, index) => parseDomu(domu, index));
  const findings = [
    ...('findings' in ofRest ? ofRest.findings : []),
    ...ofDomus.flatMap((one) => ('findings' in one ? one.findings : [])),
  ];
  if (findings.length > 0 || !('authored' in ofRest)) return { findings };
  return { authored: { ...ofRest.authored, domus: ofDomus.flatMap((one) => ('domu' in one ? [one.domu] : [])) } };
}

type Domu = NonNullable<AuthoredProfile['domus']>[number];

const parseRest = memoizeLast((rest: Readonly<Record<string, unknown>>) => parseProfile(rest));

const parseDomu = memoizeEach(
  (domu: object, index: number): { readonly domu: Domu } | { readonly findings: readonly Finding[] } => {
    const parsed = domuSchema.safeParse(domu, { reportInput: true });
    return parsed.success
      ? { domu: parsed.data }
      : {
          findings: schemaFindings(
            parsed.error.issues.map((issue) => ({ ...issue, path: ['domus', index, ...issue.path] })),
            profileSchema,
          ),
        };
  },
);

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfMaps(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every(isMap);
}
