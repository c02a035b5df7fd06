/** `xenwright domu remove` as it is called: what is lost is named, data stays and comes back, one that is used stays. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { domuRemove } from '../../../src/commands/domu/remove/run.ts';
import type { RemoveOptions } from '../../../src/commands/domu/remove/command.ts';
import { checkProfile } from '../../../src/check/check.ts';
import { readHost } from '../../../src/host/domus/host.ts';
import { reasonsAgainst } from '../../../src/host/domus/fit.ts';
import { say } from '../../../src/i18n/phrase.ts';
import { translator } from '../../../src/i18n/t.ts';
import { planOfAdded } from '../../../src/plan/added-domus.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { readAdded } from '../../../src/profile/added-domus.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import type { CommandIo } from '../../../src/system/process/process-io.ts';
import { Killed, KeptHost } from '../../host/domus/change/kept-host.ts';

let host: KeptHost;
let said = '';
const io: CommandIo = {
  readText: async () => '',
  out: (text) => {
    said += text;
  },
  err: (text) => {
    said += text;
  },
  interactive: false,
};
const start = (changes: readonly string[] = []): void => {
  host?.close();
  host = new KeptHost(changes);
  said = '';
};
const remove = async (name: string, options: RemoveOptions = {}): Promise<number> =>
  await domuRemove(
    name,
    options,
    io,
    { power: host.power, words: (message) => say(message, translator('en')) },
    host.world,
  );

beforeEach(() => {
  start();
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  host.close();
});

/** What `domu add` would plan of the fragment that a removal has left. */
async function planOfReturn(name: string) {
  const fragment = host.text(`/etc/xenwright/removed/${name}.yaml`) ?? '';
  const { given, findings } = readAdded(
    host.text('/etc/xenwright/profile.yaml') ?? '',
    'kept',
    loadProfile(fragment, 'fragment'),
  );
  const facts = (await readHost(host.port)).facts(null);
  const added = given ?? [];
  const whole = buildPlan({ ...host.profile, domus: [...host.profile.domus, ...added] }, facts);
  return { findings, added, whole, plan: planOfAdded(whole, [name]) };
}

describe.each(['lvm', 'plain'])('with layout %s', (layout) => {
  beforeEach(() => {
    start([`host.storage.layout=${layout}`]);
  });

  it('says what is lost and what stays, and leaves the data with the way back', async () => {
    expect(await remove('web1')).toBe(0);
    expect(said).toMatch(
      /^Removing web1. What is lost for good:\n {2}\S+web1-root\S* \(2048 MiB\)\n {2}\S+web1-swap\S* \(256 MiB\)\n {2}\/etc\/xen\/web1.cfg\n {2}\/etc\/xenwright\/domus\/web1.json\nWhat stays:\n {2}\S+web1-srv\S* \(1024 MiB\)\nweb1: removed\n/,
    );
    expect(said).toContain('xenwright domu add /etc/xenwright/removed/web1.yaml');
    for (const path of ['/etc/xen/web1.cfg', '/etc/xen/auto/web1.cfg', '/etc/xenwright/domus/web1.json'])
      expect(host.text(path)).toBeNull();
    expect(host.profile.domus.map(({ name }) => name)).toEqual(['db1']);
    expect(checkProfile(host.profile, null).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(host.recordOf('db1')).not.toBeNull();
    expect(host.pending).toBeNull();
  });

  it('the data comes back with domu add: those disks are opened, none of them is made or wiped', async () => {
    await remove('web1');
    const { findings, added, whole, plan } = await planOfReturn('web1');
    expect(findings).toEqual([]);
    const of = (name: string) => plan.actions.filter(({ params }) => JSON.stringify(params).includes(name));
    expect([...new Set(of('web1-srv').map(({ kind }) => kind))].toSorted()).toEqual(['storage.open', 'tree.files']);
    expect(of('web1-root').map(({ kind }) => kind)).toContain('storage.make');
    // Dom0's kernel reads nothing that the earlier guest wrote.
    expect(
      plan.actions.flatMap(({ params }) => ('tree' in params ? (params.tree?.mounts ?? []) : [])).map(({ at }) => at),
    ).not.toContain('/srv');
    const now = {
      isDom0: true,
      whyWithoutXen: null,
      freeMemoryMiB: null,
      domains: [],
      volumes: ['web1-srv'],
      freeMiB: 100_000,
      storeFreeMiB: null,
    };
    const wanted = { added, whole, plan, records: [], now, missing: [], isResumed: false };
    expect(reasonsAgainst(wanted)).toEqual([]);
    host.put('/etc/xenwright/removed/web1.json', '');
    const without = await planOfReturn('web1');
    expect(reasonsAgainst({ ...wanted, ...without })).toMatchObject([{ id: 'domu-unfit.lines.volumeThere' }]);
  });
});

it('with its data, everything of it goes; later, too', async () => {
  expect(await remove('web1', { withData: true })).toBe(0);
  expect(Object.keys(host.volumes)).toEqual(['db1-root']);
  expect(host.text('/etc/xenwright/removed/web1.yaml')).toBeNull();
  start();
  await remove('web1');
  expect(Object.keys(host.volumes)).toEqual(['db1-root', 'web1-srv']);
  expect(await remove('web1', { withData: true })).toBe(0);
  expect(Object.keys(host.volumes)).toEqual(['db1-root']);
  expect(host.text('/etc/xenwright/removed/web1.yaml')).toBeNull();
  await expect(remove('web1', { withData: true })).rejects.toMatchObject({ code: 'no-such-domu' });
});

it('with --dry-run shows the commands, and runs none', async () => {
  const before = host.state;
  expect(await remove('web1', { dryRun: true })).toBe(0);
  expect(said).toContain('lvremove -y vg_xen1/web1-root\n');
  expect(said).not.toContain('lvremove -y vg_xen1/web1-srv');
  expect(host.state).toBe(before);
});

describe('is refused, and nothing is changed, for one', () => {
  const refuses = async (why: string, options: RemoveOptions = {}): Promise<void> => {
    const before = host.state;
    await expect(remove('web1', options)).rejects.toMatchObject({ exit: 4, message: expect.stringContaining(why) });
    expect(host.state).toBe(before);
  };
  it('that runs', async () => {
    host.run('web1', 7);
    await refuses('xenwright domu stop web1');
  });
  it('whose xl is just starting it again', async () => {
    host.xen.put('fate/web1.1', 'rm -f up/web1\nsleep 5\n');
    host.xen.run(`${host.xen.home}/bin/xl`, ['create', '/etc/xen/web1.cfg']);
    await host.xen.until(() => host.xen.read('up/web1') === '');
    await refuses('xenwright domu stop web1');
  });
  it('whose memory was saved', async () => {
    host.put('/saved/web1', '');
    await refuses('saved/web1');
  });
  it('that is being rescued', async () => {
    host.put('/var/lib/xenwright/rescue/web1.json', JSON.stringify({ name: 'web1', config: '/etc/xen/web1.cfg' }));
    await refuses('rescue web1 --close');
  });
  it('whose disk somebody uses', async () => {
    host.users.set('/dev/vg_xen1/web1-root', ['/mnt']);
    await refuses('/dev/vg_xen1/web1-root is in use: /mnt');
  });
  it('whose disks have snapshots, which would be lost unsaid', async () => {
    host.xen.put('snapshots', '  web1-before web1-root\n  db1-before db1-root\n');
    await refuses('/dev/vg_xen1/web1-root has snapshots, which would be lost with it: web1-before');
  });
  it('whose record names other disks than the profile', async () => {
    host.put('/etc/xenwright/domus/web1.json', JSON.stringify({ ...host.recordOf('web1'), volumes: [] }));
    await refuses('its record does not fit');
  });
});

it('with --force one that runs is switched off first', async () => {
  host.run('web1', 7);
  expect(await remove('web1', { force: true })).toBe(0);
  expect(host.xl).toEqual(['destroy web1']);
  expect(Object.keys(host.volumes)).toEqual(['db1-root', 'web1-srv']);
});

it.each([
  ['keeping its data', {}],
  ['with its data', { withData: true as const }],
])(
  'killed anywhere, %s, it is removed by the next command',
  async (_, options) => {
    await remove('web1', options);
    const [whole, effects] = [host.state, host.effects];
    expect(effects).toBeGreaterThan(5);
    for (let kill = 0; kill < effects; kill++) {
      start();
      const before = host.state;
      host.killAt = kill;
      await expect(remove('web1', options)).rejects.toThrow(Killed);
      host.killAt = Number.POSITIVE_INFINITY;
      if (host.pending === null) expect(host.state).toBe(before);
      // The next one may be any: it says what it finishes first, and that there is no such DomU any more.
      await remove('web1', options).catch((error: unknown) =>
        expect(error).toMatchObject({ exit: expect.any(Number) }),
      );
      expect(host.state).toBe(whole);
    }
  },
  120_000,
);

it('one that fails half way is gone on with', async () => {
  host.xen.put('bin/lvremove', '#!/bin/sh\necho "in use" >&2; exit 5\n', 0o755);
  await expect(remove('web1')).rejects.toMatchObject({ code: 'command-failed' });
  expect(host.pending).not.toBeNull();
  host.xen.put('bin/lvremove', `#!/bin/sh\nrm "${host.xen.home}/lv/$(basename "$2")"\n`, 0o755);
  await expect(remove('web1')).rejects.toMatchObject({ exit: expect.any(Number) });
  expect(said).toContain('A change of web1 that was cut off is completed first.');
  expect(Object.keys(host.volumes)).toEqual(['db1-root', 'web1-srv']);
  expect(host.profile.domus.map(({ name }) => name)).toEqual(['db1']);
});
