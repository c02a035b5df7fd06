/**
 * A profile as plain data against its schema: whole, or part by part, so that a part that is the very same is not read
 * again. Pure.
 */
import type { z } from 'zod';
import { memoizeEach, memoizeLast } from '../memoize.ts';
import type { Finding } from '../check/finding.ts';
import { AT_ONCE } from './fields.ts';
import { frameSchema, profileSchema, type ParsedProfile } from './schema.ts';
import { schemaFindings } from './schema-findings.ts';
import { domuSchema } from './sections/domu.ts';
import { host as hostSchema } from './sections/host.ts';

type Read<Value> = { readonly accepted: Value } | { readonly findings: readonly Finding[] };
export type Parsed = Read<ParsedProfile>;
type PlainMap = Readonly<Record<string, unknown>>;

export function parseProfile(plain: unknown): Parsed {
  return read(profileSchema, plain, []);
}

/**
 * The same answer, but for the order of findings: those of the host and of DomUs come last. For profiles that change a
 * little at a time.
 */
export function parseInParts(plain: unknown): Parsed {
  if (!isMap(plain)) return parseProfile(plain);
  const { host, domus = [], ...rest } = plain;
  if (!isMap(host) || !isListOfMaps(domus)) return parseProfile(plain);
  const frame = readFrame(rest);
  const ofHost = readHost(host);
  const ofDomus = domus.map((domu, index) => readDomu(domu, index));
  const findings = [frame, ofHost, ...ofDomus].flatMap((one) => ('findings' in one ? one.findings : []));
  if (findings.length > 0 || !('accepted' in frame) || !('accepted' in ofHost)) return { findings };
  return {
    accepted: {
      ...frame.accepted,
      host: ofHost.accepted,
      domus: ofDomus.flatMap((one) => ('accepted' in one ? [one.accepted] : [])),
    },
  };
}

const readFrame = memoizeLast((frame: PlainMap) => read(frameSchema, frame, []));
const readHost = memoizeEach((host: PlainMap) => read(hostSchema, host, ['host']));
const readDomu = memoizeEach((domu: PlainMap, index: number) => read(domuSchema, domu, ['domus', index]));

function read<Schema extends z.ZodType>(
  schema: Schema,
  plain: unknown,
  at: readonly (string | number)[],
): Read<z.output<Schema>> {
  const { success, data, error } = schema.safeParse(plain, { reportInput: true, ...AT_ONCE });
  if (success) return { accepted: data };
  return {
    findings: schemaFindings(
      error.issues.map((issue) => ({ ...issue, path: [...at, ...issue.path] })),
      profileSchema,
    ),
  };
}

function isMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfMaps(value: unknown): value is readonly PlainMap[] {
  return Array.isArray(value) && value.every(isMap);
}
