import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

// The set-up step is plain JavaScript: it is imported without types.
const load = async (name: string): Promise<Record<string, (...args: never[]) => unknown>> => await import(new URL(`../../src/setup/${name}.mjs`, import.meta.url).href);
const folder = mkdtempSync(join(tmpdir(), 'xenwright-setup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a command line needs', () => {
  test.each([
    [['install', 'a.yaml', '--image', 'x.img'], ['image']],
    [['install', 'a.yaml', '--image=x.img:8G'], ['image']],
    [['install', 'a.yaml'], ['disks']],
    [['install', 'a.yaml', '--dry-run'], []],
    [['rehearse', 'a.yaml'], ['image']],
    [['boot', '--help'], []],
    [['--image', 'x.img', '--demo'], []],
    [['check', 'a.yaml'], []],
    [[], []],
  ])('%j needs %j', async (args, purposes) => {
    const { purposesOf } = await load('ensure');
    expect(purposesOf?.(args as never)).toEqual(purposes);
  });
});

describe('the count in the closing line', () => {
  test('sums tests, and a file that did not load is a failure', async () => {
    const { countResults } = await load('count');
    const good = JSON.stringify({ numPassedTests: 5, numFailedTests: 0, testResults: [{ status: 'passed', assertionResults: [] }] });
    const broken = JSON.stringify({ numPassedTests: 2, numFailedTests: 1, testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }, { status: 'failed', assertionResults: [] }] });
    expect(countResults?.([good, broken] as never)).toEqual({ passed: 7, failed: 2 });
  });
  test('a step without results is a failure', async () => {
    const { countResults } = await load('count');
    expect(countResults?.(['', '{"numPass'] as never)).toEqual({ passed: 0, failed: 2 });
  });
});

describe('node_modules', () => {
  const write = (name: string, packages: object): string => { writeFileSync(join(folder, name), JSON.stringify({ packages })); return join(folder, name); };
  test.each([
    ['the same versions', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['a missing one', {}, false],
  ])('%s', async (_, present, expected) => {
    const { isInstalled } = await load('node-modules');
    const wanted = write('lock.json', { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/other-system': { version: '1.0.0', optional: true } });
    expect(isInstalled?.(wanted as never, write('present.json', present) as never)).toBe(expected);
  });
  test('a record that is not there or torn counts as not installed', async () => {
    const { isInstalled } = await load('node-modules');
    writeFileSync(join(folder, 'torn.json'), '{"packages": {');
    expect(isInstalled?.('package-lock.json' as never, join(folder, 'torn.json') as never)).toBe(false);
    expect(isInstalled?.('package-lock.json' as never, join(folder, 'absent.json') as never)).toBe(false);
  });
});

describe('progress of apt', () => {
  test.each([
    ['Get:3 http://deb.example/debian trixie/main amd64 libatomic1 amd64 14.2.0-19 [9300 B]', 'fetching libatomic1'],
    ['Setting up libatomic1:amd64 (14.2.0-19) ...', 'setting up libatomic1:amd64'],
    ['Reading package lists...', null],
  ])('%s', async (line, expected) => {
    const { aptProgress } = await load('packages');
    expect(aptProgress?.(line as never)).toBe(expected);
  });
});

test('packages that are not installed are found out', async () => {
  const { missingPackages } = await load('packages');
  expect(missingPackages?.(['dpkg', 'no-such-package-at-all'] as never)).toEqual(['no-such-package-at-all']);
});

test.each([['x86-64', { arch: 'arm64' }, /x86-64/], ['Node 20', { version: '18.19.0' }, /20 or newer/]])('a system without %s is told why, with exit code 4', (_, fake, message) => {
  const script = join(folder, 'fake.mjs');
  writeFileSync(script, `Object.defineProperty(process, 'arch', { value: ${JSON.stringify('arch' in fake ? fake.arch : 'x64')} });
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: ${JSON.stringify('version' in fake ? fake.version : '20.0.0')} } });
process.argv = [process.argv[0], 'xenwright', '--help'];
await import(${JSON.stringify(new URL('../../src/setup/xenwright.mjs', import.meta.url).href)});\n`);
  let failure = { status: 0, stderr: '' };
  try { execFileSync(process.execPath, [script], { encoding: 'utf8', stdio: 'pipe' }); } catch (error) { failure = error as typeof failure; }
  expect(failure.status).toBe(4);
  expect(failure.stderr).toMatch(message);
});

test.each([['SIGTERM', 7], ['SIGHUP', 8]] as const)('%s reaches the command, whose exit code is handed back', async (signal, expected) => {
  const script = join(folder, `hand-over-${signal}.mjs`);
  // Whatever it started ends with it: a process left behind holds the test worker's own standard error open.
  writeFileSync(script, `import { handOver } from ${JSON.stringify(new URL('../../src/setup/child.mjs', import.meta.url).href)};
process.exitCode = await handOver('sh', ['-c', 'sleep 20 & trap "kill $!; exit 7" TERM; trap "kill $!; exit 8" HUP; echo ready; wait']);\n`);
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const code = new Promise((resolve) => parent.once('exit', resolve));
  await new Promise((resolve) => parent.stdout.once('data', resolve));
  parent.kill(signal);
  expect(await code).toBe(expected);
});

test('a command that dies of a signal ends with 128 and its number', async () => {
  const { handOver } = await load('child');
  expect(await handOver?.('sh' as never, ['-c', 'kill -KILL $$'] as never)).toBe(137);
});
