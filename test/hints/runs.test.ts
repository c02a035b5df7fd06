/** Hints of runs that have stopped, followed to their end: gone on with, begun again, or with another profile. */
import { image, met, onOwnDisks, ownDisks, pretended, run, state, type, type Ended } from './pretended-install.ts';
import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import en from '../../locales/en.json' with { type: 'json' };
import type { XenwrightError } from '../../src/errors.ts';
import type { DiskFacts } from '../../src/facts/facts.ts';
import type { InstallOptions } from '../../src/install/install-options.ts';
import { commandsOf, hint, stopped } from './hint.ts';

/** The hint of an error, as it is thrown: `test/i18n/translate-events.test.ts` compares them. */
const hintOf = (code: string): string => JSON.stringify((en.errors as Readonly<Record<string, unknown>>)[code]);

/** Where the change does not show in the plan it is an unfinished run; both say how to begin again. */
const startedAgain = async (again: () => Promise<Ended>): Promise<XenwrightError & { readonly hint: string }> => {
  const thrown = (await again().catch((error: unknown) => error)) as { readonly code?: string };
  return await stopped(thrown.code === 'unfinished-run' ? 'unfinished-run' : 'other-plan', 'start over', () => {
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
        pretended.fault = met(code);
        expect((await run(given)).code).toBe(5);
        pretended.fault = null;
        const { hint: way } = await startedAgain(async () => await run({ ...given, set: [set] }));
        const [command = ''] = commandsOf(way);
        const ended = (await type(command)) ?? (await run({ ...given, set: [set] }));
        expect([ended.code, pretended.ran.filter((id) => id === 'host/disk/partition').length]).toEqual([0, 2]);
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
  pretended.fault = met(code, 5, 'dom0/root/write');
  const failed = await run({ ...given, set: ["host.files=[{ path: /etc/motd, content: 'it''s new' }]"] });
  expect(failed.code).toBe(5);
  // Bases are in no store here, so they are built again where one looks for them; and each run starts its appliance,
  // and looks for the package of its own program.
  const isAgain = (id: string): boolean =>
    ['dom0/root/write', 'host/appliance', 'host/tools'].includes(id) || id.startsWith('base/');
  const finished = new Set(pretended.ran.filter((id) => !isAgain(id)));
  pretended.fault = null;
  pretended.ran = [];
  const ended = await type(failed.goOn);
  expect([
    ended?.code,
    pretended.ran.includes('dom0/root/write'),
    pretended.ran.filter((id) => finished.has(id)),
  ]).toEqual([0, true, []]);
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
  pretended.fault = met('command-failed');
  const { goOn } = await run({ set });
  pretended.fault = null;
  expect((await type(goOn))?.code).toBe(0);
});

hint('need-failed', 'what it needs is done first, by the command that goes on', async () => {
  pretended.fault = met('command-failed', 5, 'host/disk/release');
  const { printed, goOn } = await run();
  expect(printed).toContain('what they need is not done');
  pretended.fault = null;
  expect((await type(goOn))?.code).toBe(0);
});
hint('interrupted', 'the command that goes on', async () => {
  pretended.fault = (action) => {
    if (action.id === 'host/disk/partition') process.emit('SIGINT');
    return null;
  };
  const { code, goOn } = await run();
  pretended.fault = null;
  expect([code, (await type(goOn))?.code]).toEqual([130, 0]);
});
hint('internal-fault', 'reported, and gone on with when it is mended', async () => {
  pretended.fault = (action) => action.id === 'host/disk/partition' && new TypeError('undefined is not a function');
  const { code, goOn, printed } = await run();
  expect(printed).toContain('please report it');
  pretended.fault = null;
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
        pretended.fault = met('command-failed');
        await run(given);
        pretended.fault = null;
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
hint(
  'other-machine',
  'another folder, or the disk is back',
  async () => {
    const given = onOwnDisks();
    const here = pretended.facts;
    pretended.fault = met('command-failed');
    await run(given);
    pretended.fault = null;
    const [disk] = here.disks as [DiskFacts];
    pretended.facts = { ...here, disks: [{ ...disk, serial: 'another', byId: '/dev/disk/by-id/virtio-another' }] };
    await stopped('other-machine', '--state', async () => await run({ ...given, resume: true }));
    expect((await run({ ...given, state: `${state}-anew` })).code).toBe(0);
    pretended.facts = here;
    expect((await run({ ...given, resume: true })).code).toBe(0);
  },
  { skip: ownDisks },
);
