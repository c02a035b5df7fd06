/**
 * What the tests of hints have in common: an error that stops an install is met, what its hint says is done, and the
 * same leads on. `hint` names the code, so that `coverage.test.ts` knows that it has been followed.
 */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { XenwrightError } from '../../src/errors.ts';

/** A test of one code. `skip`: why it cannot be here; it is printed. */
export function hint(
  code: string,
  what: string,
  run: () => Promise<void>,
  { skip = null, timeoutMs }: { readonly skip?: string | null; readonly timeoutMs?: number } = {},
): void {
  if (skip !== null) process.stderr.write(`Skipped (hint of ${code}): ${skip}\n`);
  test.skipIf(skip !== null)(`${code}: ${what}`, run, timeoutMs);
}

/** What is thrown; its code must be this one, and its hint must say this. */
export async function stopped(
  code: string,
  says: string | RegExp,
  work: () => Promise<unknown> | unknown,
): Promise<XenwrightError & { readonly hint: string }> {
  const thrown = await (async () => await work())().then(
    () => new Error('nothing has stopped it'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof XenwrightError)) throw thrown;
  expect(thrown).toMatchObject({
    code,
    hint: typeof says === 'string' ? expect.stringContaining(says) : expect.stringMatching(says),
  });
  return thrown as XenwrightError & { readonly hint: string };
}

/** The words of a command as a shell makes them. */
export function wordsOf(command: string): string[] {
  return execFileSync('sh', ['-c', `for word in ${command}; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

/** What stands behind two spaces in a hint is typed as it stands. */
export function commandsOf(text: string): string[] {
  return text
    .split(/ {2}/)
    .slice(1)
    .map((part) => part.replace(/;$/, '').trim())
    .filter((part) => /^[a-z]/.test(part) && !part.endsWith(':'));
}

export function typed(command: string): void {
  execFileSync('sh', ['-c', command], { stdio: 'ignore' });
}
