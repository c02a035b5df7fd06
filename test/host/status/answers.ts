/** Answers of tools, and findings as one line, for the tests of `host status`. */
import type { StatusFinding } from '../../../src/host/status/finding.ts';
import type { Answer } from '../../../src/host/status/port.ts';
import { inEnglish } from '../../../src/i18n/english.ts';

export const LATE: Answer = { kind: 'late' };
export const MISSING: Answer = { kind: 'missing' };

export function said(text: string, exitCode = 0, trouble = ''): Answer {
  return { kind: 'said', exitCode, text, trouble };
}

/** `critical raid.degraded: md0 is …` */
export function short({ state, id, message }: StatusFinding): string {
  return `${state} ${id}: ${inEnglish(message)}`;
}
