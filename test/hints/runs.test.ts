/**
 * Hints of runs that have stopped, followed to their end: `install` itself, with its state, journal, lock and image;
 * only the actions are pretended. The commands that it prints are typed as they stand.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import en from '../../locales/en.json' with { type: 'json' };
import { install } from '../../src/commands/install.ts';
import type { InstallOptions } from '../../src/install/install-options.ts';
import { XenwrightError } from '../../src/errors.ts';
import type { DiskFacts, Facts } from '../../src/facts/facts.ts';
import type { Action } from '../../src/plan/action.ts';
import { imageFacts } from '../plan/host.ts';
import { minimalText } from '../profile/fixtures.ts';
import { commandsOf, hint, stopped, typed, wordsOf } from './hint.ts';

/** What an action meets; null: nothing. */
let fault: ((action: Action) => unknown) | null = null;
let ran: string[] = [];
let facts: Facts = imageFacts();
const target = {
  executor: {
    run: async (action: Action) => {
      ran.push(action.id);
      const met = fault?.(action);
      if (met !== undefined && met !== null && met !== false) throw met;
    },
  },
  close: async () => undefined,
};

vi.mock('../../src/system/run/install-targets.ts', async (original) => ({
  ...(await original<object>()),
  localMachine: () => target,
  applianceTarget: () => target,
}));
// What is printed is read from where other consoles get it.
vi.mock('../../src/system/process/output.ts', async (original) => ({
  ...(await original<object>()),
  openOutput: () => ({ write: () => undefined, close: async () => undefined }),
}));
vi.mock('../../src/install/target-facts.ts', async (original) => ({
  ...(await original<object>()),
  targetFacts: async () => facts,
}));
vi.mock('../../src/install/tools.ts', () => ({
  toolsToLook: async () => undefined,
  toolsToBuild: async () => undefined,
  toolsToRead: async () => undefined,
}));
vi.mock('../../src/install/finish-machine.ts', () => ({
  finishMachine: async () => undefined,
  endAfterFailure: async () => undefined,
}));
vi.mock('../../src/system/disk/work-space.ts', async (original) => ({
  ...(await original<object>()),
  workspace: async () => undefined,
  leaveWorkspace: async () => undefined,
}));
// Nothing is formatted, so nothing can be mounted.
vi.mock('../../src/system/disk/target-copy.ts', async (original) => ({
  ...(await original<object>()),
  copyPlace: () => null,
}));

const folder = mkdtempSync(join(tmpdir(), 'xw hints-'));
const image = join(folder, 'host.img');
const state = join(folder, 'state');
const isRoot = process.getuid?.() === 0;
const ownDisks = isRoot ? null : 'only root can lock a disk of this machine';
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  [fault, ran, facts] = [null, [], imageFacts()];
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  for (const path of [image, `${image}.xenwright`, state, `${state}-anew`, `${state}.before`])
    rmSync(path, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly err: string;
  /** What it says to go on with. */
  readonly goOn: string;
}

async function run(
  options: Partial<InstallOptions> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  let [printed, err] = ['', ''];
  const code = await install(
    ['p.yaml'],
    {
      image: [image],
      set: [],
      ui: 'plain',
      mirror: (text) => {
        printed += text;
      },
      ...options,
    },
    {
      readText: async (source) => files[source] ?? minimalText,
      out: () => undefined,
      err: (text) => {
        err += text;
      },
      interactive: false,
    },
  );
  return { code, printed, err, goOn: /^Go on with: (.*)$/m.exec(printed)?.[1] ?? '' };
}

/** Types a command of install or of the shell. */
async function type(command: string): Promise<Ended | null> {
  const [program, verb, ...words] = wordsOf(command);
  if (program !== 'xenwright') {
    typed(command);
    return null;
  }
  expect([verb, words[0]]).toEqual(['install', 'p.yaml']);
  const after = (name: string): string[] => words.flatMap((word, index) => (words[index - 1] === name ? [word] : []));
  expect(
    words.filter((word) => word.startsWith('--') && !['--set', '--image', '--state', '--resume'].includes(word)),
  ).toEqual([]);
  const [named] = after('--state');
  return await run({
    image: after('--image'),
    set: after('--set'),
    resume: words.includes('--resume'),
    ...(named === undefined ? {} : { state: named }),
  });
}
const onOwnDisks = (): Partial<InstallOptions> => {
  facts = { ...imageFacts(), kind: 'machine' };
  return { image: [], state };
};
const met =
  (code: string, exit = 5, at = 'host/disk/partition') =>
  (action: Action): unknown =>
    action.id === at && new XenwrightError({ code, exit, message: `${code} is met` });
/** The hint of an error, as it is thrown: `test/i18n/translate-events.test.ts` compares them. */
const hintOf = (code: string): string => JSON.stringify((en.errors as Readonly<Record<string, unknown>>)[code]);

/** Where the change does not show in the plan it is an unfinished run; both say how to begin again. */
const startedAgain = async (again: () => Promise<Ended>): Promise<XenwrightError & { readonly hint: string }> => {
  const thrown = (await again().catch((error: unknown) => error)) as { readonly code?: string };
  return await stopped(thrown.code === 'unfinished-run' ? 'unfinished-run' : 'other-plan', 'start anew', () => {
    throw thrown;
  });
};
/** The hint asks for another profile. On both kinds of target the next start says how to begin again, and that works. */
const CHANGES: readonly (readonly [code: string, says: RegExp, set: string])[] = [
  ['group-exists', /another name in storage\.volumeGroup/, 'host.storage.volumeGroup=other'],
  ['volume-too-small', /give the root a larger size/, 'domus.web1.disks={root: {size: 9G}}'],
  ['grub-missing', /add grub-pc-bin to host\.packages/, 'host.packages=[grub-pc-bin]'],
  ['timezone-unknown', /./, 'timezone=Europe/Paris'],
  ['mirror-stale', /source\.mirror/, 'host.source.mirror=http://kept.example.org/debian'],
  ['mirror-failed', /source\.mirror/, 'host.source.mirror=http://reached.example.org/debian'],
  ['mirror-not-trusted', /source\.keyring/, 'host.source.mirror=http://signed.example.org/debian'],
  [
    'keyring-missing',
    /source\.keyring|apt-get install debian-archive-keyring/,
    'host.source.mirror=http://signed.example.org/debian',
  ],
  ['medium-unreadable', /host\.source\.mirror/, 'host.source.mirror=http://beside.example.org/debian'],
];
for (const [index, [code, says, set]] of CHANGES.entries()) {
  // The way back is the same for all of them; on own disks it takes its time.
  for (const [kind, options, skip] of [
    ['an image', () => ({}), null],
    ['own disks', onOwnDisks, ownDisks] as const,
  ].slice(0, index < 2 ? 2 : 1) as [string, () => Partial<InstallOptions>, string | null][]) {
    hint(
      code,
      `another profile, into ${kind}`,
      async () => {
        expect(hintOf(code)).toMatch(says);
        const given = options();
        fault = met(code);
        expect((await run(given)).code).toBe(5);
        fault = null;
        const { hint: way } = await startedAgain(async () => await run({ ...given, set: [set] }));
        const [command = ''] = commandsOf(way);
        const ended = (await type(command)) ?? (await run({ ...given, set: [set] }));
        expect([ended.code, ran.filter((id) => id === 'host/disk/partition').length]).toEqual([0, 2]);
      },
      { skip },
    );
  }
}

/**
 * The cause is mended elsewhere; the command at the end of what was printed goes on, with every word that the plan
 * depends on.
 */
async function goneOn(code: string, given: Partial<InstallOptions>): Promise<void> {
  fault = met(code, 5, 'dom0/root/write');
  const failed = await run({ ...given, set: ["host.files=[{ path: /etc/motd, content: 'it''s new' }]"] });
  expect(failed.code).toBe(5);
  // Bases are in no store here, so they are built again where one looks for them.
  const finished = new Set(ran.filter((id) => id !== 'dom0/root/write' && !id.startsWith('base/')));
  [fault, ran] = [null, []];
  const ended = await type(failed.goOn);
  expect([ended?.code, ran.includes('dom0/root/write'), ran.filter((id) => finished.has(id))]).toEqual([0, true, []]);
}
for (const code of [
  'command-failed',
  'command-not-found',
  'command-timeout',
  'disk-full',
  'device-missing',
  'mount-busy',
  'partition-missing',
  'partition-differs',
  'medium-gone',
  'medium-changed',
  'appliance-lost',
  'watchdog',
  'journal-failed',
  'disk-held',
  'disk-mounted',
  'disk-in-use',
  'volume-differs',
  'boot-unsound',
  'medium-write-failed',
  'mirror-failed',
  'group-exists',
])
  hint(code, 'gone on with, into an image', async () => await goneOn(code, {}));
hint('command-failed', 'gone on with, onto own disks', async () => await goneOn('command-failed', onOwnDisks()), {
  skip: ownDisks,
});

hint('other-plan', 'what was given by --set is said again by the command that goes on', async () => {
  const set = ['timezone=Europe/Paris', 'host.storage.volumeGroup=mine'];
  fault = met('command-failed');
  const { goOn } = await run({ set });
  fault = null;
  expect((await type(goOn))?.code).toBe(0);
});

hint('need-failed', 'what it needs is done first, by the command that goes on', async () => {
  fault = met('command-failed', 5, 'host/disk/release');
  const { printed, goOn } = await run();
  expect(printed).toContain('what they need is not done');
  fault = null;
  expect((await type(goOn))?.code).toBe(0);
});
hint('interrupted', 'the command that goes on', async () => {
  fault = (action) => {
    if (action.id === 'host/disk/partition') process.emit('SIGINT');
    return null;
  };
  const { code, goOn } = await run();
  fault = null;
  expect([code, (await type(goOn))?.code]).toEqual([130, 0]);
});
hint('internal-fault', 'reported, and gone on with when it is mended', async () => {
  fault = (action) => action.id === 'host/disk/partition' && new TypeError('undefined is not a function');
  const { code, goOn, printed } = await run();
  expect(printed).toContain('please report it');
  fault = null;
  expect([code, (await type(goOn))?.code]).toEqual([5, 0]);
});

for (const [kind, options, skip] of [
  ['an image', () => ({}), null],
  ['own disks', onOwnDisks, ownDisks],
] as const) {
  hint(
    'unfinished-run',
    `gone on with, or begun anew, into ${kind}`,
    async () => {
      const given = options();
      for (const anew of [false, true]) {
        fault = met('command-failed');
        await run(given);
        fault = null;
        const { hint: way } = await stopped('unfinished-run', 'go on with --resume', async () => await run(given));
        const ended = !anew
          ? await run({ ...given, resume: true })
          : ((await type(commandsOf(way)[0] ?? '')) ?? (await run(given)));
        expect(ended.code).toBe(0);
        rmSync(image, { force: true });
        rmSync(`${image}.xenwright`, { recursive: true, force: true });
        rmSync(state, { recursive: true, force: true });
      }
    },
    { skip },
  );
}
hint('already-installed', 'an image is removed with its state', async () => {
  await run();
  const { hint: way } = await stopped(
    'already-installed',
    'if you mean it',
    async () => await run({ set: ['host.storage.volumeGroup=other'] }),
  );
  await type(commandsOf(way)[0] ?? '');
  expect((await run({ set: ['host.storage.volumeGroup=other'] })).code).toBe(0);
});
hint('image-exists', 'it is removed, or another file is named', async () => {
  writeFileSync(image, '');
  const { hint: way } = await stopped('image-exists', 'name another file', async () => await run());
  expect((await run({ image: [join(folder, 'other.img')] })).code).toBe(0);
  await type(commandsOf(way)[0] ?? '');
  expect((await run()).code).toBe(0);
});
hint('image-too-small', 'it gets its size back, or goes', async () => {
  for (const way of [0, 1]) {
    fault = met('command-failed');
    await run();
    fault = null;
    truncateSync(image, 1024);
    const { hint: says } = await stopped('image-too-small', 'truncate', async () => await run({ resume: true }));
    const [truncate = '', remove = ''] = commandsOf(says);
    typed(way === 0 ? truncate : remove);
    expect((await run({ resume: way === 0 })).code).toBe(0);
    for (const path of [image, `${image}.xenwright`]) rmSync(path, { recursive: true, force: true });
  }
});
hint('not-an-image', 'a file is named', async () => {
  fault = met('command-failed');
  await run();
  fault = null;
  rmSync(image);
  execFileSync('mkdir', [image]);
  await stopped('not-an-image', 'name a file', async () => await run({ resume: true }));
  rmSync(image, { recursive: true });
  expect((await run({ resume: true })).code).toBe(0);
});
hint('disk-in-use', 'the program that has the image open is ended', async () => {
  fault = met('command-failed');
  await run();
  fault = null;
  const child = spawn(
    process.execPath,
    ['-e', `require('fs').openSync(${JSON.stringify(image)}, 'r+'); console.log('open'); setTimeout(() => {}, 60_000)`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  ran = [];
  const { hint: way } = await stopped('disk-in-use', `kill ${child.pid}`, async () => await run({ resume: true }));
  expect(ran).toEqual([]);
  typed(/kill \d+/.exec(way)?.[0] ?? '');
  await ended;
  expect((await run({ resume: true })).code).toBe(0);
});
hint('target-locked', 'the other run ends', async () => {
  let second: Promise<unknown> = Promise.resolve();
  fault = (action) => {
    if (action.id === 'host/disk/partition')
      second = stopped('target-locked', 'wait for it to end', async () => await run());
    return null;
  };
  const first = await run();
  await second;
  fault = null;
  expect([first.code, existsSync(`${image}.lock`), (await run()).code]).toEqual([0, false, 0]);
});
hint('needs-root', 'the same command as root', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  await stopped('needs-root', 'as root', async () => await run());
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  expect((await run()).code).toBe(0);
});
hint('plan-changed', 'nothing was written, and installed again it is', async () => {
  const background = {
    planHash: '0'.repeat(64),
    answers: new Map<string, string>(),
    opened: () => undefined,
    listening: () => undefined,
    isWatched: () => false,
  };
  await stopped('plan-changed', 'nothing was written; install again', async () => await run({ background }));
  expect(existsSync(image)).toBe(false);
  expect((await run()).code).toBe(0);
});
hint('usage', 'the name of a domain that is there', async () => {
  await stopped('usage', 'web1', async () => await run({ only: 'web' }));
  expect((await run({ only: 'web1' })).code).toBe(0);
});
hint('bad-facts', 'facts of the machine in question', async () => {
  const { targetFacts } = await vi.importActual<typeof import('../../src/install/target-facts.ts')>(
    '../../src/install/target-facts.ts',
  );
  const { loadProfile } = await import('../../src/profile/load.ts');
  const profile = loadProfile(minimalText, 'p.yaml', []).profile;
  if (profile === null) throw new Error('the profile is unsound');
  const read = async (text: string): Promise<Facts> =>
    await targetFacts(
      profile,
      { image: [], facts: 'f.json' },
      { readText: async () => text, out: () => undefined, err: () => undefined, interactive: false },
    );
  await stopped('bad-facts', 'xenwright facts > facts.json', async () => await read('{}'));
  expect((await read(JSON.stringify(imageFacts()))).version).toBe(1);
});
hint('bad-image', 'written like the example', async () => {
  const { parseImage } = await import('../../src/commands/option-values.ts');
  const { hint: says } = await stopped('bad-image', 'host.img:20G', () => parseImage('host.img:20X'));
  expect(parseImage(/like (\S+)/.exec(says)?.[1] ?? '')).toEqual({ file: 'host.img', sizeMiB: 20_480 });
});
hint('bad-seconds', 'written like the example', async () => {
  const { demoSeconds } = await import('../../src/commands/option-values.ts');
  const { hint: says } = await stopped('bad-seconds', '--demo-seconds 30', () => demoSeconds('soon'));
  expect(demoSeconds(/--demo-seconds (\S+)/.exec(says)?.[1] ?? '')).toBe('30');
});
hint('same-storage', 'another file is named, and nothing was written', async () => {
  const profile = join(process.cwd(), 'p.yaml');
  await stopped('same-storage', 'name another file', async () => await run({ image: [profile] }));
  expect(existsSync(profile)).toBe(false);
  expect((await run()).code).toBe(0);
});
hint('no-rule-fits', 'unmatched: continue', async () => {
  const text = (more: string): string =>
    `${minimalText}${more}hosts:\n  - { match: { hostname: nobody }, set: { host: { hostname: other } } }\n`;
  const options = { dryRun: true, as: ['hostname=somebody'] };
  await stopped('no-rule-fits', 'unmatched: continue', async () => await run(options, { 'p.yaml': text('') }));
  expect((await run(options, { 'p.yaml': text('unmatched: continue\n') })).code).toBe(0);
});
hint(
  'other-machine',
  'another folder, or the disk is back',
  async () => {
    const given = onOwnDisks();
    const here = facts;
    fault = met('command-failed');
    await run(given);
    fault = null;
    const [disk] = here.disks as [DiskFacts];
    facts = { ...here, disks: [{ ...disk, serial: 'another', byId: '/dev/disk/by-id/virtio-another' }] };
    await stopped('other-machine', '--state', async () => await run({ ...given, resume: true }));
    expect((await run({ ...given, state: `${state}-anew` })).code).toBe(0);
    facts = here;
    expect((await run({ ...given, resume: true })).code).toBe(0);
  },
  { skip: ownDisks },
);
