/**
 * One folder for everything that tests make in the temporary one, gone when they end: a killed or failed test leaves
 * nothing behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Vitest's global setup: gives the taking down. Short, since sockets lie in it. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'xwt-'));
  process.env['TMPDIR'] = folder;
  // Should a test have left a mount in it, nothing is deleted through that.
  return () => {
    execFileSync('rm', ['-rf', '--one-file-system', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
}
