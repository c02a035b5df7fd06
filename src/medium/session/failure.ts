/** What the consoles show when an unattended install has failed. Pure. */
import { EXIT } from '../../errors.ts';

export interface Failure { readonly code: string; readonly exit: number; readonly message: string; readonly command: string | null; readonly lastLines: readonly string[]; readonly hint: string | null }

const KINDS: Readonly<Record<number, string>> = {
  [EXIT.fault]: "a fault of Xenwright's own", [EXIT.usage]: 'wrong usage', [EXIT.profile]: 'the profile is invalid', [EXIT.refused]: 'refused on this machine', [EXIT.action]: 'an action failed',
  [EXIT.source]: 'a source could not be reached or verified', [EXIT.interrupted]: 'interrupted',
};
/** Where the failure itself has none. */
const HINTS: Readonly<Record<number, string>> = {
  [EXIT.fault]: 'report it with the log', [EXIT.usage]: "look at the words of the kernel's command line", [EXIT.profile]: 'correct what the lines above name; xenwright check says the same on your desk',
  [EXIT.refused]: 'the lines above say what does not fit: disks, memory or firmware', [EXIT.action]: "the last lines are the command's own; to try again goes on from there",
  [EXIT.source]: 'look at the server, the network, the signature and the certificate', [EXIT.interrupted]: 'to try again goes on from there',
};
/** Fits on 80×24 with the keys below. */
const MOST_LINES = 12;

export function failureText({ code, exit, message, command, lastLines, hint: ownHint }: Failure, logPath: string): string {
  const hint = ownHint ?? HINTS[exit];
  return [
    '', `FAILED: ${message} [${code}]`, `  exit ${exit}: ${KINDS[exit] ?? 'unknown'}`,
    ...(command === null ? [] : [`  command: ${command}`]), ...lastLines.slice(-MOST_LINES).map((line) => `  | ${line}`),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]), `  log: ${logPath}`, '',
  ].join('\n');
}
