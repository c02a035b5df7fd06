/**
 * Which tests run: XENWRIGHT_TESTS is unit (default), lab, lab-full or bench. Tests of the lab start virtual machines,
 * one after another.
 */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;
const SETS = {
  unit: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/lab/**', 'test/pty/**', 'test/bench/**'],
    fileParallelism: true,
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
  lab: {
    include: ['test/lab/**/*.test.ts', 'test/pty/**/*.test.{ts,tsx}'],
    exclude: ['test/lab/**/*.full.test.ts'],
    fileParallelism: false,
    testTimeout: 45 * MINUTE_MS,
    hookTimeout: 45 * MINUTE_MS,
  },
  'lab-full': {
    include: ['test/lab/**/*.test.ts', 'test/pty/**/*.test.{ts,tsx}'],
    exclude: [],
    fileParallelism: false,
    testTimeout: 180 * MINUTE_MS,
    hookTimeout: 180 * MINUTE_MS,
  },
  bench: {
    include: ['test/bench/**/*.test.ts'],
    exclude: [],
    fileParallelism: false,
    testTimeout: 60 * MINUTE_MS,
    hookTimeout: 60 * MINUTE_MS,
  },
} as const;

const name = process.env['XENWRIGHT_TESTS'] ?? 'unit';
const set = SETS[name as keyof typeof SETS];
if (set === undefined) throw new Error(`XENWRIGHT_TESTS=${name}: there are ${Object.keys(SETS).join(', ')}`);

/** Programs that the bundle carries as text (src/assets.d.ts): what esbuild does with { type: 'text' }. */
const textFiles = {
  name: 'text-files',
  enforce: 'pre',
  load: (id: string) =>
    /\/assets\/.*\.(sh|py|service|cfg|cjs|txt)$/.test(id)
      ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`
      : null,
} as const;

export default defineConfig({
  plugins: [textFiles],
  test: {
    ...set,
    include: [...set.include],
    exclude: ['node_modules/**', ...set.exclude],
    passWithNoTests: true,
    bail: 0,
    setupFiles: name.startsWith('lab') ? ['test/lab/support/tidy.ts'] : [],
    globalSetup: ['test/temporary-folder.ts'],
  },
});
