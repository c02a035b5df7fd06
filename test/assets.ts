/** Programs of assets, as tests run them: the very files. */
import { join } from 'node:path';
import { ROOT } from './program.ts';

/** The path of a file of assets, e.g. `host/domus.py`. */
export function asset(path: string): string {
  return join(ROOT, 'assets', path);
}

/** Options of Node.js for a test's own program that imports sources: what the bundle does with files of assets. */
export const IMPORT_TEXT = ['--experimental-import-text', '--disable-warning=ExperimentalWarning'] as const;
