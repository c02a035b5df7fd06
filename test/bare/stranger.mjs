/**
 * What a stranger types first, on a machine with git, Node.js and npm and nothing else (see src/setup/bare-tree.mjs):
 * run there, on that machine's own Node.js, before anything else. Nothing may be installed that running at all does not
 * need, until an install asks.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const profiles = readdirSync(join(root, 'assets/profiles'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `assets/profiles/${name}`);
/** The image's machine has another card, and another disk, than those that these name. */
const CHANGES = {
  'routed-hoster.yaml': ['host.network.bridges[0].uplinks=[{name: enp0s3}]'],
  'static-vlan.yaml': [
    'host.storage.disks=[{largest: true}]',
    'host.network.bridges[0].uplinks=[{name: enp0s3}]',
    'host.network.bridges[1].uplinks=[{name: enp0s3}]',
  ],
};
/** The project's own Node.js needs this; all else comes with a command that uses it. */
const TO_RUN_AT_ALL = ['libatomic1'];
const MINUTE_MS = 60_000;
const results = [];

/** `npm start -- ARGS`; `until`: it is interrupted, as by Ctrl-C, once this has been said. */
async function npmStart(args, { until, limitMs = 5 * MINUTE_MS } = {}) {
  const child = spawn('npm', ['start', '--silent', '--', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said = { out: '', err: '', code: null, interrupted: false };
  const hear = (name) => (chunk) => {
    said[name] += chunk;
    if (until === undefined || said.interrupted || !until.test(said.out + said.err)) return;
    said.interrupted = true;
    process.kill(-child.pid, 'SIGINT');
  };
  child.stdout.setEncoding('utf8').on('data', hear('out'));
  child.stderr.setEncoding('utf8').on('data', hear('err'));
  const clock = setTimeout(() => {
    process.kill(-child.pid, 'SIGKILL');
  }, limitMs);
  // As a shell tells it: npm hands its own signal on to itself.
  said.code = await new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
  clearTimeout(clock);
  return said;
}

function installed() {
  return execFileSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.endsWith(' installed'))
    .map((line) => line.split(' ')[0]);
}

function same(seen, wanted, what, said) {
  if (JSON.stringify(seen) !== JSON.stringify(wanted))
    throw new Error(
      `${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}${said === undefined ? '' : `\n${said.out.slice(-2000)}${said.err.slice(-2000)}`}`,
    );
}

async function step(name, work) {
  const began = Date.now();
  let why = null;
  try {
    await work();
  } catch (error) {
    why = error.stack;
  }
  results.push({ name, why });
  process.stdout.write(
    `${why === null ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n${why === null ? '' : `${why}\n`}`,
  );
}

const before = installed();
const added = () => installed().filter((name) => !before.includes(name));

await step('the first start of all installs what running needs, and nothing else', async () => {
  const said = await npmStart(['--version'], { limitMs: 10 * MINUTE_MS });
  same(said.code, 0, 'exit code', said);
  same(said.out, `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`, 'standard output', said);
  same(added(), TO_RUN_AT_ALL, 'packages installed');
});
await step('--help and schema answer', async () => {
  for (const [args, words] of [
    [['--help'], 'install'],
    [['install', '--help'], '--image'],
    [['schema'], '"$schema"'],
  ]) {
    const said = await npmStart(args);
    same([said.code, said.out.includes(words)], [0, true], args.join(' '), said);
  }
});
for (const path of profiles) {
  await step(`check and plan of ${path}`, async () => {
    const checked = await npmStart(['check', path]);
    same(checked.code, 0, 'exit code of check', checked);
    const changes = CHANGES[path.split('/').at(-1)] ?? [];
    const planned = await npmStart([
      'plan',
      path,
      '--image',
      'host.img',
      ...changes.flatMap((change) => ['--set', change]),
    ]);
    same([planned.code, planned.out.includes('[host/finish]')], [0, true], 'plan', planned);
  });
}
await step('what is typed wrongly is said, and nothing is installed for it', async () => {
  for (const args of [
    ['install', '--ui', 'foo', 'x'],
    ['check', profiles[0], profiles[1]],
    ['boot'],
    ['medium', 'build', '--surplus'],
    ['check', profiles[0], '--as', 'foo=1'],
  ]) {
    const said = await npmStart(args);
    same([said.code, said.err !== ''], [2, true], args.join(' '), said);
  }
});
await step('a profile without the field it needs is refused with its place', async () => {
  writeFileSync(join(root, 'bad.yaml'), 'version: 1\nhost: { hostname: xen1, storage: { disks: [] } }\n');
  const said = await npmStart(['check', 'bad.yaml']);
  same([said.code, `${said.out}${said.err}`.includes('bad.yaml:2:')], [3, true], 'check bad.yaml', said);
});
await step('none of all this installed a package', () => {
  same(added(), TO_RUN_AT_ALL, 'packages installed');
});
await step('quickstart brings its tools without a question, and begins to build; Ctrl-C ends it in order', async () => {
  const said = await npmStart(['quickstart'], { until: /Build the common stage/, limitMs: 10 * MINUTE_MS });
  same([said.interrupted, said.code], [true, 130], 'interrupted, exit code', said);
  const have = installed();
  same(
    ['qemu-system-x86', 'mmdebstrap', 'gpgv'].filter((name) => !have.includes(name)),
    [],
    'tools that are missing',
    said,
  );
});

mkdirSync(join(root, 'test/artifacts'), { recursive: true });
const failed = results.filter(({ why }) => why !== null);
writeFileSync(
  join(root, 'test/artifacts/results-bare.json'),
  JSON.stringify({
    numPassedTests: results.length - failed.length,
    numFailedTests: failed.length,
    // As src/setup/count.mjs reads it, for the names before the closing line.
    testResults: failed.map(({ name, why }) => ({
      name: 'test/bare/stranger.mjs',
      status: 'failed',
      assertionResults: [{ fullName: name, status: 'failed', failureMessages: [why] }],
    })),
  }),
);
process.exitCode = failed.length === 0 ? 0 : 1;
