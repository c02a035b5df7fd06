/** What changed on a host between two looks at its state, and what is remembered until the next one. Pure. */
import * as z from 'zod';
import { findingResult, resultOf } from '../status/formats/json.ts';
import type { StatusReport } from '../status/report.ts';

const watched = findingResult
  .pick({ id: true, state: true, subject: true, message: true, hint: true })
  .extend({ check: z.string() });
/** `told`: what somebody was told and has not ended. `waiting`: names of findings that were seen once. */
const memory = z.strictObject({ version: z.literal(1), told: z.array(watched), waiting: z.array(z.string()) });

/** A finding that is not well. */
export type Watched = z.infer<typeof watched>;
export type WatchMemory = z.infer<typeof memory>;

/** `memory`: as it is once the changes were told. `unsent`: as it is until then. */
export interface WatchChanges {
  readonly news: readonly Watched[];
  readonly ended: readonly Watched[];
  readonly memory: WatchMemory;
  readonly unsent: WatchMemory;
}

export const NOTHING_TOLD: WatchMemory = { version: 1, told: [], waiting: [] };

/** Null: not what this writes; whoever asks begins anew. */
export function readMemory(text: string): WatchMemory | null {
  try {
    return memory.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * What is critical counts at once, anything else when it is seen twice in a row: a tool that was late once is no news.
 * As long as a check does not know, what it found before has not ended.
 */
export function changesOf({ checks }: Pick<StatusReport, 'checks'>, last: WatchMemory): WatchChanges {
  const current = checks.flatMap(({ name, findings }) =>
    findings
      .map(resultOf)
      .filter(({ state }) => state !== 'ok')
      .map(({ id, state, subject, message, hint }): Watched => ({ check: name, id, subject, state, message, hint })),
  );
  const known = new Set(last.told.map(stateName));
  const fresh = current.filter((one) => !known.has(stateName(one)));
  const isNews = (one: Watched): boolean => one.state === 'critical' || last.waiting.includes(stateName(one));
  const news = fresh.filter(isNews);
  const waiting = fresh.filter((one) => !isNews(one)).map(stateName);
  const lasting = new Set(current.map(nameOf));
  const unclear = new Set(current.filter(({ state }) => state === 'unknown').map(({ check }) => check));
  const ended = last.told.filter((one) => !lasting.has(nameOf(one)) && !unclear.has(one.check));
  const replaced = new Set([...news, ...ended].map(nameOf));
  const told = [...last.told.filter((one) => !replaced.has(nameOf(one))), ...news];
  return {
    ...{ news, ended },
    memory: { version: 1, told, waiting },
    unsent: { version: 1, told: last.told, waiting: [...waiting, ...news.map(stateName)] },
  };
}

function nameOf({ check, id, subject }: Watched): string {
  return JSON.stringify([check, id, subject]);
}

/** A finding that gets worse or better is another one. */
function stateName(one: Watched): string {
  return `${nameOf(one)} ${one.state}`;
}
