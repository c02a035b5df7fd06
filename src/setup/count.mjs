/** Counts what the checks and tests of a run gave, for the one closing line of CI. Run as a script it prints that line. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifacts } from './paths.mjs';

export function resultsOf(step) {
  return join(artifacts, `results-${step}.json`);
}

/** Types, lint and their like have no test count: each is one check. */
export function recordStep(step, code) {
  writeFileSync(
    resultsOf(step),
    JSON.stringify({ numPassedTests: code === 0 ? 1 : 0, numFailedTests: code === 0 ? 0 : 1, testResults: [] }),
  );
  return code;
}

/** Sums steps; one that left no results, or a file of tests that did not even load, counts as one failure. */
export function countResults(texts) {
  let [passed, failed] = [0, 0];
  for (const text of texts) {
    const results = parse(text);
    if (results === null) {
      failed += 1;
      continue;
    }
    passed += results.numPassedTests ?? 0;
    failed +=
      (results.numFailedTests ?? 0) +
      (results.testResults ?? []).filter(
        (file) => file.status === 'failed' && (file.assertionResults ?? []).every(({ status }) => status !== 'failed'),
      ).length;
  }
  return { passed, failed };
}

/** What failed, by file and name, each with the first lines of why: the rest of a long run's output is seldom kept. */
export function failuresOf(step, text) {
  const results = parse(text);
  if (results === null) return [`${step}: left no results`];
  const files = (results.testResults ?? []).filter(({ status }) => status === 'failed');
  if (files.length === 0) return (results.numFailedTests ?? 0) > 0 ? [`${step}: failed`] : [];
  return files.flatMap(({ name, message, assertionResults = [] }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0) return [`${step}: ${name}\n${beginning(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) => `${step}: ${name}: ${fullName}\n${beginning(failureMessages?.join('\n'))}`,
    );
  });
}

function beginning(message = '') {
  return message
    .split('\n')
    .slice(0, 12)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join('\n');
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const steps = process.argv.slice(2);
  const texts = steps.map((step) => (existsSync(resultsOf(step)) ? readFileSync(resultsOf(step), 'utf8') : ''));
  for (const failure of steps.flatMap((step, at) => failuresOf(step, texts[at]))) process.stdout.write(`${failure}\n`);
  const { passed, failed } = countResults(texts);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
