/** Events as plain text lines for terminals without cursor control, logs of CI systems and serial lines. */
import type { TextKey } from '../i18n/keys.ts';
import { english } from '../i18n/english.ts';
import type { DomainResult, EventError, RunEvent } from '../engine/events.ts';
import { cleanText } from '../clean-text.ts';
import { Estimate } from './estimate.ts';
import { formatSeconds } from '../i18n/seconds.ts';

/**
 * Progress of one action is shown every 10 %, but not more often than every 5 s, and at least every 30 s while it
 * moves.
 */
const PROGRESS_EVERY_MS = 5_000;
const PROGRESS_STEP = 10;
const PROGRESS_AT_LEAST_MS = 30_000;
/** The code of what did not fail but was stopped with its run. */
export const INTERRUPTED = 'interrupted';
const NEED_FAILED = 'need-failed';

/**
 * A consumer that writes text. Each line: wall clock (UTC), domain, what happens. What commands and guests have said
 * does not draw on the terminal.
 */
export function plainConsumer(out: (text: string) => void): (event: RunEvent) => void {
  const estimate = new Estimate();
  const show = linesOf(estimate, (text) => out(cleanText(text)));
  // A resumed run first ends what a kill has left open: only its start says what these actions are called.
  let unnamed: RunEvent[] | null = [];
  return (event) => {
    estimate.follow(event);
    if (unnamed !== null && event.type === 'action.finished') {
      unnamed.push(event);
      return;
    }
    show(event);
    for (const early of unnamed ?? []) show(early);
    unnamed = null;
  };
}

/** Writes the lines of each event; `estimate` has followed the run up to it. */
function linesOf(estimate: Estimate, write: (text: string) => void): (event: RunEvent) => void {
  let undone = 0;
  const dueProgress = progressPace();
  const line = (event: RunEvent, domain: string, text: string): void =>
    write(`${event.time.slice(11, 19)} ${domain.padEnd(8)} ${text}\n`);

  return (event) => {
    switch (event.type) {
      case 'run.started':
        line(event, 'run', startedText(event));
        break;
      case 'action.started':
        line(event, estimate.domainOf(event.id), estimate.titleOf(event.id));
        break;
      case 'action.progress': {
        const percent = dueProgress(event);
        if (percent === null) break;
        line(event, estimate.domainOf(event.id), progressText(estimate, event, percent));
        break;
      }
      case 'action.finished':
        // One failure may leave many undone: they are counted, not listed.
        if (event.result === 'skipped' && event.error?.code === NEED_FAILED) {
          undone += 1;
          break;
        }
        line(event, estimate.domainOf(event.id), finishedText(estimate, event));
        if (event.result === 'failed' && event.error !== undefined && event.error.code !== INTERRUPTED)
          write(errorText(event.error));
        break;
      case 'domain.finished':
        line(
          event,
          event.domain,
          `${resultText(event.result)}${event.addresses.length > 0 ? `, ${event.addresses.join(' ')}` : ''}`,
        );
        break;
      case 'run.finished':
        if (undone > 0) line(event, 'run', english('run.undone', { count: undone }));
        line(event, 'run', endedText(event));
        break;
      case 'action.output':
        if (event.stream === 'notice') line(event, estimate.domainOf(event.id), event.text);
        break;
    }
  };
}

/** Percent, when they are to be shown again; null when that would be too often. */
function progressPace(): (event: RunEvent & { type: 'action.progress' }) => number | null {
  const shown = new Map<string, { atMs: number; percent: number }>();
  return ({ id, time, done, total }) => {
    const percent = total > 0 ? Math.floor((done / total) * 100) : 0;
    const nowMs = Date.parse(time);
    const last = shown.get(id) ?? { atMs: 0, percent: -PROGRESS_STEP };
    const sinceMs = nowMs - last.atMs;
    if (sinceMs < PROGRESS_EVERY_MS || percent === last.percent) return null;
    if (percent - last.percent < PROGRESS_STEP && sinceMs < PROGRESS_AT_LEAST_MS) return null;
    shown.set(id, { atMs: nowMs, percent });
    return percent;
  };
}

function progressText(
  estimate: Estimate,
  { id, done, total, unit }: RunEvent & { type: 'action.progress' },
  percent: number,
): string {
  return english('runText.progress', { title: estimate.titleOf(id), percent, done, total, unit });
}

function endedText({ result, seconds, exit }: RunEvent & { type: 'run.finished' }): string {
  return english('runText.endedExit', { result: resultText(result), time: formatSeconds(seconds), exit });
}

function startedText(event: RunEvent & { type: 'run.started' }): string {
  const { length } = event.actions;
  return english(event.resumed ? 'runText.resumed' : 'runText.started', {
    host: event.hostname,
    plan: event.planHash.slice(0, 12),
    left: length - (event.finished?.length ?? 0),
    count: length,
  });
}

function finishedText(estimate: Estimate, event: RunEvent & { type: 'action.finished' }): string {
  const title = estimate.titleOf(event.id);
  const time = formatSeconds(event.seconds);
  if (event.result === 'skipped')
    return event.error === undefined
      ? english('runText.skipped', { title })
      : english('runText.skippedBecause', { title, reason: event.error.message });
  if (event.error?.code === INTERRUPTED) return english('runText.stopped', { title, time });
  if (event.result === 'failed') return english('runText.failed', { title, time });
  const { secondsLeft, percent } = estimate;
  return secondsLeft === null || percent >= 100
    ? english('runText.done', { title, time, percent })
    : english('runText.doneLeft', { title, time, percent, left: formatSeconds(secondsLeft) });
}

const RESULTS = {
  done: 'runText.results.done',
  failed: 'runText.results.failed',
  interrupted: 'runText.results.interrupted',
  skipped: 'runText.results.skipped',
} as const satisfies Readonly<Record<string, TextKey>>;

/** How a run, or a domain of it, ended. */
export function resultText(result: DomainResult | 'interrupted'): string {
  return english(RESULTS[result]);
}

/** A failure as people need it: code, message, the command line, its last lines, what to do. */
export function errorText(error: EventError): string {
  const lines = [`  ${error.message.replaceAll('\n', '\n  ')} [${error.code}]`];
  if (error.command !== undefined) lines.push(`  ${english('run.command', { command: error.command })}`);
  for (const text of error.lastLines ?? []) lines.push(`  | ${text}`);
  if (error.hint !== undefined) lines.push(`  ${english('run.hint', { hint: error.hint })}`);
  return `${lines.join('\n')}\n`;
}
