/**
 * Keeps test/lab/ledger.md: what does not fit into CI runs in batches, each file alone on an idle machine, and how it
 * went is written down. Usage: node test/lab/ledger.mjs [PATTERN...], each a part of a file's path; without any: every
 * *.full file and every bench.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from '../../src/setup/ensure.mjs';
import { node } from '../../src/setup/paths.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LEDGER = join(root, 'test/lab/ledger.md');
const HEAD = `# Ledger of the lab

What does not run in CI: every \`*.full\` file and every bench, each run alone. \`node test/lab/ledger.mjs [PATTERN…]\` runs them and
writes their rows anew; a row is of the newest run of its file.

| file | commit | date | seconds | result |
|---|---|---|---|---|
`;

await ensure({ purposes: ['bare', 'test', 'image', 'lab', 'medium', 'sea', 'package'], build: true, develops: true });
const patterns = process.argv.slice(2);
const files = [...listed('test/lab', '.full.test.ts'), ...listed('test/bench', '.test.ts')].filter(
  (file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)),
);
for (const file of files) note(file, run(file));

function listed(folder, end) {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function run(file) {
  const folder = mkdtempSync(join(tmpdir(), 'xw-ledger-'));
  const output = join(folder, 'results.json');
  const began = Date.now();
  process.stdout.write(`${file}\n`);
  spawnSync(
    node,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${output}`,
      file,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, XENWRIGHT_TESTS: file.startsWith('test/bench/') ? 'bench' : 'lab-full' },
    },
  );
  const seconds = Math.round((Date.now() - began) / 1000);
  const results = parse(output);
  rmSync(folder, { recursive: true });
  return { seconds, result: words(results) };
}

function parse(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** `3 of 4: the name of what failed`. */
function words(results) {
  if (results === null) return 'did not run';
  const tests = results.testResults.flatMap(({ assertionResults }) => assertionResults);
  const [passed, failed, skipped] = ['passed', 'failed', 'pending'].map((status) =>
    tests.filter((one) => one.status === status),
  );
  const told =
    failed.length > 0
      ? `: red: ${failed.map(({ title }) => title).join('; ')}`
      : results.success === true
        ? ''
        : ': did not load';
  return `${passed.length} of ${tests.length - skipped.length}${skipped.length > 0 ? ` (${skipped.length} skipped)` : ''}${told}`.replaceAll(
    '|',
    '/',
  );
}

function note(file, { seconds, result }) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const rows = rowsOf().filter((row) => !row.startsWith(`| ${file} |`));
  rows.push(`| ${file} | ${commit} | ${new Date().toISOString().slice(0, 10)} | ${seconds} | ${result} |`);
  writeFileSync(
    LEDGER,
    `${HEAD}${rows
      .sort()
      .map((row) => `${row}\n`)
      .join('')}`,
  );
}

function rowsOf() {
  try {
    return readFileSync(LEDGER, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| test/'));
  } catch {
    return [];
  }
}
