/**
 * The command line as a whole, by the bundle: whatever is wrong with the arguments of any command is told before a
 * file, a server, a tool or the system's packages are touched. The list of commands and of their options is the
 * program's own: a new one is tested, too.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { minimalText } from '../profile/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-command-line-'));
const [bundle, calls, tools, work] = ['xenwright.mjs', 'calls', 'tools', 'work'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];
/** Found before the system's own: each writes down that it was called. */
const TOOLS = [
  'apt-get',
  'apt-cache',
  'apt-config',
  'dnf',
  'dpkg-query',
  'mmdebstrap',
  'qemu-system-x86_64',
  'qemu-img',
  'lsblk',
  'blkid',
  'lvm',
  'mdadm',
  'openssl',
  'ssh-keygen',
  'mount',
  'xorriso',
];

beforeAll(async () => {
  const { buildBundle } = (await import(new URL('../../src/setup/bundle.mjs', import.meta.url).href)) as {
    buildBundle(outfile: string): Promise<void>;
  };
  await buildBundle(bundle);
  mkdirSync(tools);
  mkdirSync(work);
  for (const tool of TOOLS) {
    writeFileSync(join(tools, tool), `#!/bin/sh\necho "${tool} $*" >> ${calls}\nexit 1\n`);
    chmodSync(join(tools, tool), 0o755);
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
async function run(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [bundle, ...args], {
    cwd: work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${tools}:${process.env['PATH']}`,
      HOME: work,
      XENWRIGHT_SETS_UP: '1',
      NODE_COMPILE_CACHE: join(folder, 'cache'),
    },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return { code, out, err };
}
const touched = (): readonly string[] => [
  ...(existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
  ...readdirSync(work),
];

/** Arguments with which nothing is wrong; none of the files is there. `null`: it takes any number of them. */
const COMMANDS: Readonly<
  Record<string, { readonly args: readonly string[]; readonly surplus: readonly string[] | null }>
> = {
  '': { args: [], surplus: ['x'] },
  wizard: { args: [], surplus: ['x'] },
  install: { args: ['p.yaml'], surplus: ['--replay', 'events.ndjson'] },
  check: { args: ['p.yaml'], surplus: ['x'] },
  plan: { args: ['p.yaml'], surplus: ['x'] },
  facts: { args: [], surplus: ['x'] },
  schema: { args: [], surplus: ['x'] },
  profile: { args: ['hash', 'p.yaml'], surplus: ['x'] },
  boot: { args: ['x.img'], surplus: null },
  rehearse: { args: ['p.yaml'], surplus: ['x'] },
  attach: { args: ['x.img'], surplus: ['x'] },
  medium: { args: [], surplus: ['x'] },
  domu: { args: [], surplus: ['x'] },
  help: { args: [], surplus: ['x'] },
  'medium build': { args: [], surplus: ['x'] },
  'medium copy': { args: ['a.iso', 'b.iso'], surplus: ['x'] },
  'medium verify': { args: ['a.iso'], surplus: ['x'] },
  'medium serve': { args: ['www'], surplus: ['x'] },
  host: { args: [], surplus: ['x'] },
  'host status': { args: [], surplus: ['x'] },
  'host restart': { args: [], surplus: ['x'] },
  'host upgrade': { args: [], surplus: ['x'] },
  'host watch': { args: [], surplus: ['x'] },
  'domu add': { args: ['p.yaml'], surplus: null },
  'domu list': { args: [], surplus: ['x'] },
  'domu start': { args: ['web1'], surplus: null },
  'domu stop': { args: ['web1'], surplus: null },
  'domu restart': { args: ['web1'], surplus: null },
  'domu console': { args: ['web1'], surplus: ['x'] },
  'domu log': { args: ['web1'], surplus: ['x'] },
  'domu set': { args: ['web1', 'memory=1G'], surplus: null },
  'domu remove': { args: ['web1'], surplus: ['web2'] },
  'domu adopt': { args: ['web1'], surplus: ['web2'] },
  'domu disown': { args: ['web1'], surplus: ['web2'] },
  'domu rescue': { args: ['web1'], surplus: ['web2'] },
  'domu backup': { args: ['web1', '--to', '/nowhere/x'], surplus: ['x', 'y'] },
  'domu restore': { args: ['/nowhere/x'], surplus: ['x'] },
  'domu copy': { args: ['web1', 'web2'], surplus: ['x'] },
  'domu snapshot': { args: ['revert', 'web1', 'one'], surplus: ['x'] },
  quickstart: { args: [], surplus: ['x'] },
  'install-behind': { args: [], surplus: ['x'] },
  'medium-session': { args: ['--console', 'tty1'], surplus: ['x'] },
  agent: { args: ['--port', '/dev/none'], surplus: ['x'] },
};
const names = Object.keys(COMMANDS);
const wordsOf = (command: string): string[] => command.split(' ').filter((word) => word !== '');

/** A value of each option that is none. */
const BAD: Readonly<Record<string, string>> = {
  '--command': '',
  '--sha256': 'abc',
  '--pubkey': '',
  '--tls-fingerprint': '00',
  '--allow-clear': '',
  '--as': 'foo=1',
  '--image': 'host.img:20',
  '--ui': 'foo',
  '--state': '',
  '--facts': '--set',
  '--set': 'host.hostname',
  '--only': 'a b',
  '--jobs': '0',
  '--report': 'somewhere',
  '--replay': '',
  '--format': 'xml',
  '--of': 'plan',
  '--key': '',
  '--firmware': 'coreboot',
  '--memory': 'much',
  '--timeout': '-1',
  '--transcript': '',
  '--keep': '',
  '--bundle': '',
  '--profile': 'ftp://x/p.yaml',
  '--machine': '',
  '--demo-seconds': 'x',
  '--output': '',
  '--netboot': '',
  '--keyboard': '1',
  '--lang': 'xx',
  '--serial': 'COM1',
  '--bases': 'ftp://x/p.yaml',
  '--pool': '',
  '--on-error': 'panic',
  '--map': '',
  '--listen': 'here:there',
  '--secret-file': '',
  '--post-to': '',
  '--console': '../x',
  '--port': '',
  '--lines': '0',
  '--store': '',
  '--vcpus': '0',
  '--disk': '10',
  '--release': 'a b',
  '--bridge': '',
  '--copy-of': '../x',
  '--label': '../x',
  '--to': '',
  '--size': 'much',
};

/** `--jobs <n>` and its like, by the help of a command. */
const valueOptions = (help: string): string[] =>
  [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+[0-9]*) <[^\n]*?>/gm)].map(([, option]) => option ?? '');

/** In turn, a few at a time. */
async function forEach<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) await act(one);
    }),
  );
}

test('every command that the help lists is looked at here, but for those that are not supported yet', async () => {
  const listed = async (group: string): Promise<string[]> => {
    const [, list = ''] = (await run('help', ...wordsOf(group))).out.split('\nCommands:\n');
    const entries = list
      .split(/\n(?= {2}[a-z])/)
      .map((entry) => entry.replaceAll(/\s+/g, ' ').trim())
      .filter((entry) => !entry.includes('(not supported yet)'));
    return entries.map((entry) => `${group} ${entry.split(' ')[0]}`.trim());
  };
  expect(
    [...(await listed('')), ...(await listed('medium')), ...(await listed('domu')), ...(await listed('host'))].filter(
      (name) => name !== '' && !names.includes(name),
    ),
  ).toEqual([]);
});

test('a word too many is refused by every command, and so is an option that there is none of', async () => {
  const wrong: string[] = [];
  await forEach(names, async (command) => {
    const { args, surplus } = COMMANDS[command] ?? { args: [], surplus: null };
    const before = surplus === null ? null : await run(...wordsOf(command), ...args, ...surplus);
    if (
      before !== null &&
      (before.code !== 2 ||
        before.out !== '' ||
        !/too many arguments|unknown command 'x'|takes no SOURCE/.test(before.err))
    )
      wrong.push(`${command}, a word too many: ${JSON.stringify(before)}`);
    const unknown = await run(...wordsOf(command), ...args, '--no-such-option');
    if (unknown.code !== 2 || unknown.out !== '' || !unknown.err.includes('--no-such-option'))
      wrong.push(`${command}, an option: ${JSON.stringify(unknown)}`);
  });
  expect(wrong).toEqual([]);
  expect(touched()).toEqual([]);
}, 120_000);

test('the value of every option of every command is looked at first, and the option is named', async () => {
  const cases: { readonly command: string; readonly option: string }[] = [];
  await forEach(names, async (command) => {
    for (const option of valueOptions((await run('help', ...wordsOf(command))).out)) cases.push({ command, option });
  });
  expect(cases.length).toBeGreaterThan(70);
  expect(cases.filter(({ option }) => BAD[option] === undefined)).toEqual([]);
  const wrong: string[] = [];
  await forEach(cases, async ({ command, option }) => {
    const { args } = COMMANDS[command] ?? { args: [] };
    const { code, out, err } = await run(...wordsOf(command), ...args, option, BAD[option] ?? '');
    if (code !== 2 || out !== '' || !err.includes(option))
      wrong.push(`${command} ${option}: ${JSON.stringify({ code, out, err })}`);
  });
  expect(wrong).toEqual([]);
  expect(touched()).toEqual([]);
}, 180_000);

test.each([
  [['install']],
  [['install', 'p.yaml', '--facts', 'f.json']],
  [['install', 'p.yaml', '--as', 'serial=1']],
  [['install', 'p.yaml', '--ui', 'panes']],
  [['install', 'p.yaml', 'ftp://x/y']],
  [['check', '']],
  [['profile', 'eat', 'p.yaml']],
  [['profile', 'sign', 'p.yaml']],
  [['profile', 'verify', 'p.yaml']],
  [['profile', 'hash', 'p.yaml', '--key', 'k']],
  [['boot', 'x.img', '--console']],
  [['boot']],
  [['attach', '--ui', 'panes']],
  [['medium', 'copy', 'ftp://x/y.iso', 'y.iso']],
  [['medium', 'eat']],
  [['medium']],
  [['domu', 'eat']],
  [['medium', 'help', 'x']],
  [['help', 'eat']],
  [['--machine', 'x']],
  [['--demo', '--machine', 'no-such-machine']],
  [['quickstrat']],
  [['--demo', 'install', 'p.yaml']],
  [['--image', 'x.img', 'install', 'p.yaml']],
  [['--profile', 'p.yaml', 'check', 'p.yaml']],
  [['network', 'switch', '--x']],
  [['capture']],
  [['domu', 'remove']],
  [['domu', 'set', 'web1']],
  [['domu', 'set', 'web1', 'memory']],
  [['domu', 'start']],
  [['domu', 'stop', 'web1', '--all']],
])('%j is wrong usage, and nothing is touched', async (args) => {
  expect(await run(...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/./) });
  expect(touched()).toEqual([]);
});

test('--version says which it is, and needs nothing', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  expect(touched()).toEqual([]);
});

test('help is given for every command, hidden ones too', async () => {
  await forEach(
    names.filter((name) => name !== ''),
    async (command) => {
      const { code, out } = await run('help', ...wordsOf(command));
      expect([
        code,
        out.startsWith(`Usage: xenwright ${command}`),
        (await run(...wordsOf(command), '--help')).out === out,
      ]).toEqual([0, true, true]);
    },
  );
  expect(touched()).toEqual([]);
}, 60_000);

test('what only looks asks for no package and no tool that would install one', async () => {
  const home = join(folder, 'looks');
  mkdirSync(home);
  const [good, facts] = [join(home, 'good.yaml'), join(home, 'facts.json')];
  writeFileSync(good, minimalText);
  writeFileSync(facts, readFileSync('test/machines/sata-ssd-and-hdd.json', 'utf8'));
  const looks = [
    ['check', good],
    ['check', good, '--facts', facts],
    ['plan', good, '--facts', facts],
    ['plan', good, '--image', join(home, 'x.img')],
    ['facts'],
    ['schema'],
    ['profile', 'hash', good],
    ['profile', 'redact', good],
    ['install', good, '--image', join(home, 'x.img'), '--dry-run'],
  ];
  for (const args of looks) expect([args, (await run(...args)).code]).toEqual([args, expect.toBeOneOf([0, 4])]);
  expect(touched().filter((line) => /^(apt-get|dnf|dpkg-query|mmdebstrap|qemu)/.test(line))).toEqual([]);
  rmSync(calls, { force: true });
}, 60_000);
