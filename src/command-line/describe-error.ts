/** What a person reads on standard error when a command could not do what it was asked. */
import { english } from '../i18n/english.ts';
import { XenwrightError } from '../errors.ts';

/** The error with its code, the command that failed, its last lines and the hint; of a fault where it came from. */
export function describeError(error: unknown): string {
  if (!(error instanceof XenwrightError))
    return `xenwright: ${english('cli.fault', { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) })}\n${english('cli.internalFault')}\n`;
  const lines = [`xenwright: ${error.message} [${error.code}]`];
  if (error.command !== undefined) lines.push(`  ${english('run.command', { command: error.command })}`);
  for (const line of error.lastLines) lines.push(`  | ${line}`);
  if (error.hint !== undefined) lines.push(`  ${english('run.hint', { hint: error.hint })}`);
  return `${lines.join('\n')}\n`;
}
