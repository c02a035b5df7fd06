/**
 * Events as they are read back: from a webhook's POST, a recording, the file or the socket of another process's run.
 * Whoever shows them may rely on their types; texts are clean and of bounded length, and what has no business in an
 * event is left out. Pure.
 */
import * as z from 'zod';
import type { RunEvent } from '../engine/events.ts';
import { hasText } from '../i18n/english.ts';
import type { TextKey } from '../i18n/keys.ts';
import type { Word } from '../i18n/phrase.ts';
import { cleanLine, cleanText } from '../clean-text.ts';
import type { HostReport, ReportedEvent } from './host-report.ts';

/** No id, name or title that we make comes near it. */
const MOST_NAME = 1024;
/** Of a text so much is shown; what was sent is kept whole. */
const MOST_TEXT = 64 * 1024;
/** What can still be added up and divided. */
const MOST = Number.MAX_SAFE_INTEGER;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** What stands for something: a file, a key of a map, a place in a line. */
const name = z
  .string()
  .max(MOST_NAME)
  .transform((text) => cleanLine(text));
const names = z.array(name);
const text = z.string().transform((given) => cleanText(given, MOST_TEXT));
const quantity = z.number().min(0).max(MOST);
/** Clocks are set back now and then. */
const seconds = z.number().min(-MOST).max(MOST);
const domainResult = z.enum(['done', 'failed', 'skipped']);

const head = {
  seq: z.int().min(1),
  time: z
    .string()
    .regex(TIME, 'not a time of RFC 3339')
    .refine((given) => !Number.isNaN(Date.parse(given)), 'not a time'),
  /** Files are named by it. */
  run: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'not the id of a run'),
};
const headSchema = z.object({ ...head, type: z.string().min(1).max(MOST_NAME) });
const textKey = name.refine((key): key is TextKey => hasText(key));
const valueName = z.string().regex(/^\w{1,64}$/);
/** Words by id and values. What is no such thing, or names a text that is not known here, is left out: there is English. */
const wordSchema = [0, 1, 2].reduce<z.ZodType<Word>>(
  (inner) =>
    z.union([
      text,
      quantity,
      z.object({ sizeMiB: quantity }),
      z.object({ key: textKey, values: z.record(valueName, inner).exactOptional() }),
      z.object({ list: z.array(inner), by: z.enum(['comma', 'semicolon', 'spaces', 'commands']) }),
    ]),
  z.union([text, quantity]),
);
const wordsSchema = z.object({ id: name, values: z.record(valueName, wordSchema).exactOptional() });
const saidSchema = wordsSchema
  .extend({ lines: z.array(wordsSchema).exactOptional() })
  .optional()
  .catch(undefined);
const errorSchema = z.object({
  code: name,
  message: text,
  command: text.exactOptional(),
  lastLines: z.array(text).exactOptional(),
  hint: text.exactOptional(),
  said: saidSchema,
});
const actionSchema = z.object({
  id: name,
  kind: name,
  domain: name,
  title: name,
  said: saidSchema,
  weight: quantity,
  needs: names.default([]),
  place: z.enum(['builder', 'target']).optional().catch(undefined),
});
const reportedDomain = {
  up: z.boolean(),
  why: text.nullable().exactOptional(),
  addresses: names,
  sshHostKeys: names,
  seconds: seconds.nullish().transform((given) => given ?? null),
};

const runSchemas = {
  'run.started': z.object({
    ...head,
    type: z.literal('run.started'),
    planHash: name,
    hostname: name,
    resumed: z.boolean().default(false),
    finished: names.exactOptional(),
    actions: z.array(actionSchema),
  }),
  'action.started': z.object({ ...head, type: z.literal('action.started'), id: name }),
  'action.output': z.object({
    ...head,
    type: z.literal('action.output'),
    id: name,
    stream: z.enum(['stdout', 'stderr', 'command', 'notice']).catch('stdout'),
    text,
  }),
  'action.progress': z.object({
    ...head,
    type: z.literal('action.progress'),
    id: name,
    done: quantity,
    total: quantity,
    unit: name.default(''),
  }),
  'action.finished': z.object({
    ...head,
    type: z.literal('action.finished'),
    id: name,
    result: domainResult,
    seconds,
    error: errorSchema.exactOptional(),
  }),
  'domain.finished': z.object({
    ...head,
    type: z.literal('domain.finished'),
    domain: name,
    result: domainResult,
    addresses: names,
    sshHostKeys: names,
  }),
  'run.finished': z.object({
    ...head,
    type: z.literal('run.finished'),
    result: z.enum(['done', 'failed', 'interrupted']),
    exit: z.int().min(0).max(255),
    seconds: seconds.default(0),
    domains: z.record(name, domainResult).default({}),
  }),
} satisfies { readonly [Type in RunEvent['type']]: z.ZodType<RunEvent & { type: Type }> };
const hostReport = z.object({
  ...head,
  type: z.literal('host.report'),
  hostname: name,
  boot: z.int().min(0),
  result: z.enum(['up', 'failed']),
  fallback: z.boolean().default(false),
  why: text.nullish().transform((given) => given ?? null),
  dom0: z.object({ ...reportedDomain, hypervisor: name.default('') }),
  domus: z.array(z.object({ ...reportedDomain, name })),
}) satisfies z.ZodType<HostReport>;
const schemas: ReadonlyMap<string, z.ZodType<ReportedEvent>> = new Map<string, z.ZodType<ReportedEvent>>([
  ...Object.entries(runSchemas),
  ['host.report', hostReport],
]);

/** What every event has, of whichever type. */
export type EventHead = z.infer<typeof headSchema>;
/** `event` null: of a type that is not known here; a later Xenwright may say more. `fault`: what is wrong. */
export type EventRead = { readonly head: EventHead; readonly event: ReportedEvent | null } | { readonly fault: string };

/** Looks closely at what may be an event. */
function readEvent(value: unknown): EventRead {
  const read = headSchema.safeParse(value);
  if (!read.success) return { fault: faultOf(read.error) };
  const event = schemas.get(read.data.type)?.safeParse(value);
  if (event === undefined) return { head: read.data, event: null };
  return event.success ? { head: read.data, event: event.data } : { fault: faultOf(event.error) };
}

/** One line, as it was sent or kept. */
export function readEventLine(line: string): EventRead {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: 'not JSON' };
  }
  return readEvent(value);
}

/** The event of a run that a value is; null for anything else, a host's report too. */
export function runEventOf(value: unknown): RunEvent | null {
  const read = readEvent(value);
  return 'fault' in read || read.event === null || read.event.type === 'host.report' ? null : read.event;
}

/** The event of a run in a line; null for anything else. */
export function runEventIn(line: string): RunEvent | null {
  const read = readEventLine(line);
  return 'fault' in read || read.event === null || read.event.type === 'host.report' ? null : read.event;
}

/** Where and what, of the first thing that is wrong. */
function faultOf({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.map(String).join('.') ?? '';
  return cleanLine(`${path === '' ? '' : `${path}: `}${issue?.message ?? 'not an event'}`, 200);
}
