/** What `host status --format json` prints, and its JSON Schema (assets/status.schema.json). Pure. */
import * as z from 'zod';
import { inEnglish } from '../../../i18n/english.ts';
import type { Word } from '../../../i18n/phrase.ts';
import { FIGURES, type FigureName } from '../figures.ts';
import { STATES, type StatusFinding } from '../finding.ts';
import type { StatusReport } from '../report.ts';

const figure = z
  .strictObject({
    name: z.enum(Object.keys(FIGURES) as [FigureName, ...FigureName[]]),
    unit: z.enum(['ratio', 'bytes', 'seconds', 'count']).describe('Of the value; a ratio is a share of 1.'),
    value: z.number(),
    warning: z.number().nullable().describe('From this value on it is a warning; null: it has no such limit.'),
    critical: z.number().nullable().describe('From this value on it is critical.'),
  })
  .describe('A measured value.');

/** One finding as programs read it, in English. */
export const findingResult = z
  .strictObject({
    id: z.string().describe('Which finding it is, such as raid.degraded; it stays the same when the words change.'),
    state: z.enum(STATES),
    subject: z.string().nullable().describe('What it is about: a DomU, an array, a disk; null: the host as a whole.'),
    message: z.string().describe('What was found, in English.'),
    hint: z.string().nullable().describe('What to do about it, in English.'),
    values: z.record(z.string(), z.union([z.string(), z.number()])).describe('What stands in the message, by name.'),
    figures: z.array(figure),
  })
  .describe('One finding.');
type FindingResult = z.infer<typeof findingResult>;

const statusResult = z.strictObject({
  version: z.literal(1),
  hostname: z.string(),
  time: z.string().describe('When the host was looked at (RFC 3339).'),
  state: z.enum(STATES).describe('The worst of all: critical before warning before unknown before ok.'),
  checks: z
    .array(
      z.strictObject({
        name: z.string().describe('Such as domus, raid, network.'),
        findings: z.array(findingResult).describe('Empty: this host has nothing of the kind.'),
      }),
    )
    .describe('Every check, in the same order each time.'),
});

type StatusResult = z.infer<typeof statusResult>;

export function jsonStatus({ hostname, time, state, checks }: StatusReport): StatusResult {
  return {
    version: 1,
    hostname,
    time,
    state,
    checks: checks.map(({ name, findings }) => ({ name, findings: findings.map(resultOf) })),
  };
}

/** As `findingResult` has it. */
export function resultOf({ id, state, subject, message, hint, figures }: StatusFinding): FindingResult {
  return {
    id,
    state,
    subject,
    message: inEnglish(message),
    hint: hint === undefined ? null : inEnglish(hint),
    values: Object.fromEntries(Object.entries(message.values ?? {}).map(([name, value]) => [name, plain(value)])),
    figures: figures.map(({ name, value, warning = null, critical = null }) => ({
      name,
      unit: FIGURES[name].unit,
      value,
      warning,
      critical,
    })),
  };
}

function plain(value: Word): string | number {
  return typeof value === 'number' ? value : inEnglish(value);
}

/** JSON Schema (draft 2020-12). */
export function statusJsonSchema(): unknown {
  return {
    $id: 'xenwright-status-1',
    title: 'State of a host, by xenwright host status',
    ...z.toJSONSchema(statusResult, { io: 'output', target: 'draft-2020-12' }),
  };
}
