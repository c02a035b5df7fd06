/** What the consoles show when an unattended install has failed. Pure. */
import { EXIT } from '../../errors.ts';

export interface Failure { readonly code: string; readonly exit: number; readonly message: string; readonly command: string | null; readonly lastLines: readonly string[]; readonly hint: string | null }

const KINDS: Readonly<Record<number, string>> = {
  [EXIT.fault]: "a fault of Xenwright's own", [EXIT.usage]: 'wrong usage', [EXIT.profile]: 'the profile is invalid', [EXIT.refused]: 'refused on this machine', [EXIT.action]: 'an action failed',
  [EXIT.source]: 'a source could not be reached or verified', [EXIT.interrupted]: 'interrupted',
};
/** Fits on 80×24 with the keys below. */
const MOST_LINES = 12;

export function failureText({ code, exit, message, command, lastLines, hint }: Failure, logPath: string): string {
  return [
    '', `FAILED: ${message} [${code}]`, `  exit ${exit}: ${KINDS[exit] ?? 'unknown'}`,
    ...(command === null ? [] : [`  command: ${command}`]), ...lastLines.slice(-MOST_LINES).map((line) => `  | ${line}`),
    ...(hint === null ? [] : [`  hint: ${hint}`]), `  log: ${logPath}`, '',
  ].join('\n');
}
