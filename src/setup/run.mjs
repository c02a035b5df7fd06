/** `npm test` and its siblings: checks and tests by name, in the project's own Node. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { handOver } from './child.mjs';
import { recordStep, resultsOf } from './count.mjs';
import { ensure } from './ensure.mjs';
import { artifacts, modules, node, root } from './paths.mjs';
import { scriptLinters } from './scripts.mjs';
import { runMain, say, Trouble } from './trouble.mjs';

/** What each name runs, in order, and the packages it needs. */
const SETS = {
  check: { steps: ['format', 'types', 'lint', 'unused'], purposes: [], build: false },
  unit: { steps: ['unit'], purposes: ['test'], build: true },
  test: { steps: ['format', 'types', 'lint', 'unused', 'scripts', 'unit'], purposes: ['test'], build: true },
  lab: { steps: ['lab'], purposes: ['test', 'image', 'lab', 'medium', 'sea'], build: true },
  // On a bare Debian 12, whose nodejs is 18, what CI does on a bare Debian 13.
  bare: { steps: ['bare'], purposes: ['bare'], build: false },
  'lab-full': {
    steps: ['bare', 'lab-full'],
    purposes: ['test', 'image', 'lab', 'medium', 'sea', 'package'],
    build: true,
  },
  pictures: { steps: ['pictures'], purposes: ['test'], build: false },
  docs: { steps: ['docs'], purposes: [], build: false },
  bench: { steps: ['bench'], purposes: ['test', 'image'], build: true },
};

/** Tests of files that are made of the sources: pictures of screens; schemas, and the lists of fields. */
const PUBLISHED = { pictures: 'test/pictures', docs: 'test/profile/published.test.ts' };

const [name = 'test', ...more] = process.argv.slice(2);
await runMain(async () => {
  const set = SETS[name];
  if (set === undefined)
    throw new Trouble(`there is no set of checks called ${name}; there are ${Object.keys(SETS).join(', ')}`, {
      exit: 2,
    });
  mkdirSync(artifacts, { recursive: true });
  // Who names files means these alone.
  const steps = more.length > 0 ? set.steps.filter((step) => step !== 'bare' || name === 'bare') : set.steps;
  for (const step of steps) rmSync(resultsOf(step), { force: true });
  await ensure({ purposes: set.purposes, build: set.build, develops: true });
  const failed = [];
  for (const step of steps) {
    const started = Date.now();
    const code = await runStep(step);
    say(
      `${step}: ${code === 0 ? 'passed' : `failed (exit code ${code})`} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
    if (code !== 0) failed.push(step);
    if (code >= 128) return code;
  }
  return failed.length === 0 ? 0 : 1;
});

async function runStep(step) {
  if (step === 'types')
    return recordStep(
      step,
      await handOver(node, [join(modules, 'typescript', 'bin', 'tsc'), '-p', root], { cwd: root }),
    );
  if (step === 'lint')
    return recordStep(
      step,
      await handOver(
        node,
        [join(modules, 'oxlint', 'bin', 'oxlint'), '--deny-warnings', 'src', 'components', 'test', 'assets'],
        { cwd: root },
      ),
    );
  if (step === 'format')
    return recordStep(step, await handOver(node, [join(modules, 'oxfmt', 'bin', 'oxfmt'), '--check'], { cwd: root }));
  // Files, exports and dependencies that nothing uses.
  if (step === 'unused')
    return recordStep(step, await handOver(node, [join(modules, 'knip', 'bin', 'knip.js')], { cwd: root }));
  // Scripts that run on other systems, and those of the project itself.
  if (step === 'scripts') {
    const codes = [];
    for (const [linter, ...words] of scriptLinters()) codes.push(await handOver(linter, words, { cwd: root }));
    return recordStep(step, codes.find((code) => code !== 0) ?? 0);
  }
  if (step === 'bare')
    return await handOver(
      process.execPath,
      [
        join(root, 'src/setup/bare-tree.mjs'),
        name === 'bare' ? (more[0] ?? 'trixie') : 'bookworm',
        '--',
        'sh',
        '-c',
        'node test/bare/stranger.mjs && npm test',
      ],
      { cwd: root },
    );
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsOf(step)}`];
  // What is made of the sources and published with them: its own tests, told to write it anew.
  if (PUBLISHED[step] !== undefined)
    return await handOver(node, [join(modules, 'vitest', 'vitest.mjs'), 'run', PUBLISHED[step], '--update', ...more], {
      cwd: root,
    });
  const environment = { ...process.env, XENWRIGHT_TESTS: step };
  return await handOver(node, [join(modules, 'vitest', 'vitest.mjs'), 'run', ...reporters, ...more], {
    cwd: root,
    env: environment,
  });
}
