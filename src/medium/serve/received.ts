/** What came in by POST: events of one run, looked at closely before anything is done with them. Pure. */
import type { ReportedEvent } from '../../report/host-report.ts';

const RUN = /^[A-Za-z0-9][\w.-]{0,63}$/;
const isText = (value: unknown): boolean => typeof value === 'string';
const isList = (value: unknown, has: (item: Readonly<Record<string, unknown>>) => boolean): boolean => Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && has(item as Record<string, unknown>));
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isTextOrNone = (value: unknown): boolean => value === undefined || value === null || isText(value);
const isDomain = (value: unknown): boolean => isList([value], (one) => typeof one['up'] === 'boolean' && isTextOrNone(one['why']) && isTexts(one['addresses']) && isTexts(one['sshHostKeys']));

/** What each type must have, as far as it is shown; types that are not known yet are kept and not shown. */
const SHAPES: Readonly<Record<string, (event: Readonly<Record<string, unknown>>) => boolean>> = {
  'run.started': (event) => isText(event['hostname']) && isText(event['planHash']) && isList(event['actions'], (action) => ['id', 'kind', 'domain', 'title'].every((key) => isText(action[key])) && typeof action['weight'] === 'number'),
  'action.started': (event) => isText(event['id']),
  'action.output': (event) => isText(event['id']) && isText(event['text']),
  'action.progress': (event) => isText(event['id']) && typeof event['done'] === 'number' && typeof event['total'] === 'number',
  'action.finished': (event) => isText(event['id']) && isText(event['result']) && typeof event['seconds'] === 'number' && (event['error'] === undefined || isList([event['error']], (error) => isText(error['message']) && isText(error['code']))),
  'domain.finished': (event) => isText(event['domain']) && isText(event['result']) && isTexts(event['addresses']) && isTexts(event['sshHostKeys']),
  'run.finished': (event) => ['done', 'failed', 'interrupted'].includes(String(event['result'])) && typeof event['exit'] === 'number',
  'host.report': (event) => isText(event['hostname']) && typeof event['boot'] === 'number' && ['up', 'failed'].includes(String(event['result'])) && isTextOrNone(event['why']) && isDomain(event['dom0']) && Array.isArray(event['domus']) && event['domus'].every((domu: unknown) => isDomain(domu) && isText((domu as { name?: unknown }).name)),
};

export interface Received { readonly run: string; readonly events: readonly ReportedEvent[] }

/** Null when any of it is not what a run says, or speaks of more than one run. */
export function receivedEvents(body: string): Received | null {
  const events: ReportedEvent[] = [];
  for (const line of body.split('\n')) {
    if (line === '') continue;
    const event = receivedEvent(line);
    if (event === null) return null;
    events.push(event);
  }
  const [first] = events;
  return first === undefined || events.some(({ run }) => run !== first.run) ? null : { run: first.run, events };
}

/** One line, as it was sent or kept. */
export function receivedEvent(line: string): ReportedEvent | null {
  try {
    const event = JSON.parse(line) as Record<string, unknown> | null;
    if (event === null || typeof event !== 'object' || !Number.isSafeInteger(event['seq']) || !isText(event['type']) || !isText(event['time']) || !isText(event['run']) || !RUN.test(String(event['run'])) || Number.isNaN(Date.parse(String(event['time'])))) return null;
    const fits = Object.hasOwn(SHAPES, String(event['type'])) ? SHAPES[String(event['type'])] : undefined;
    return fits === undefined || fits(event) ? event as unknown as ReportedEvent : null;
  } catch {
    return null;
  }
}

/**
 * A run's events and its host's reports have numbers of their own: a report may come before the last of a run that is resumed later.
 * After a power cut a run may have lost its last events, which were received: what it says then has numbers that are known, and a
 * later time than everything that is known.
 */
export class Numbers {
  #run = 0;
  #latestMs = 0;
  #host = 0;
  copy(): Numbers {
    const same = new Numbers();
    [same.#run, same.#latestMs, same.#host] = [this.#run, this.#latestMs, this.#host];
    return same;
  }
  /** Is it new? Then it counts as received. */
  take({ seq, type, time }: ReportedEvent): boolean {
    if (type === 'host.report') {
      if (seq <= this.#host) return false;
      this.#host = seq;
      return true;
    }
    const timeMs = Date.parse(time);
    if (seq <= this.#run && timeMs <= this.#latestMs) return false;
    this.#run = seq;
    this.#latestMs = Math.max(this.#latestMs, timeMs);
    return true;
  }
}
