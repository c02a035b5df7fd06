/** `xenwright domu set` as it is called: configuration, record and profile change together, what can while it runs. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { domuSet } from '../../../src/commands/domu/set/run.ts';
import { checkProfile } from '../../../src/check/check.ts';
import { say } from '../../../src/i18n/phrase.ts';
import { translator } from '../../../src/i18n/t.ts';
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
const set = async (...words: string[]): Promise<number> => await setWith({}, ...words);
const setWith = async (options: { dryRun?: true }, ...words: string[]): Promise<number> =>
  await domuSet(
    'web1',
    words,
    options,
    io,
    { power: host.power, words: (message) => say(message, translator('en')) },
    host.world,
  );
const config = (): string => host.text('/etc/xen/web1.cfg') ?? '';
const told = (): string => said + host.told.join('\n');

beforeEach(() => {
  start();
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  host.close();
});

describe('one that does not run', () => {
  it('has its configuration, its record and the kept profile changed, and nothing of others', async () => {
    const before = host.state;
    expect(await set('memory=1G', 'vcpus=2', 'order=7', 'stopTimeout=30s')).toBe(0);
    expect(config()).toMatch(/^memory = 1024\nmaxmem = 1024\nvcpus = 2$/m);
    expect(host.recordOf('web1')).toMatchObject({ order: 7, stopTimeoutSeconds: 30, name: 'web1' });
    expect(host.profile.domus).toMatchObject([
      { memoryMiB: 1024, vcpus: 2, order: 7 },
      { name: 'db1', memoryMiB: 512 },
    ]);
    expect(host.xl).toEqual([]);
    expect(host.pending).toBeNull();
    expect(await set('memory=512M', 'vcpus=1', 'order=50', 'stopTimeout=2m')).toBe(0);
    expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
  });

  it('starts with the host, or no longer: xl’s folder says so, too', async () => {
    expect(await set('autostart=false')).toBe(0);
    expect(host.text('/etc/xen/auto/web1.cfg')).toBeNull();
    expect(host.recordOf('web1')).toMatchObject({ autostart: false });
    expect(await set('autostart=true')).toBe(0);
    expect(host.text('/etc/xen/auto/web1.cfg')).toBe(config());
  });

  it('keeps what was written by hand in its configuration', async () => {
    host.put(
      '/etc/xen/web1.cfg',
      config()
        .replace('vcpus = 1', 'vcpus = 1 # one is enough')
        .replace(/^disk = \[ (.*) \]$/m, 'disk = [ $1, "/srv/cd.iso,,hdc,cdrom" ]\ncpu_weight = 300'),
    );
    expect(await set('memory=1G', 'disks.logs.size=1G', 'disks.logs.mount=/var/log/app')).toBe(0);
    expect(config()).toContain('cpu_weight = 300');
    expect(config()).toContain('# one is enough');
    expect(config()).toMatch(/"\/dev\/vg_xen1\/web1-logs,raw,xvdd,rw", "\/srv\/cd.iso,,hdc,cdrom" \]/);
    expect(told()).toContain('disk in /etc/xen/web1.cfg: what was added there by hand stays');
  });

  it('is told that it is like that already', async () => {
    const before = host.state;
    expect(await set('memory=0.5G')).toBe(0);
    expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
  });

  it('with --dry-run shows what would be done, and does none of it', async () => {
    const before = host.state;
    expect(await setWith({ dryRun: true }, 'memory=1G', 'disks.srv.size=2G')).toBe(0);
    expect(said).toContain('lvextend -L 2048m vg_xen1/web1-srv  # what is added is zeroed first');
    expect(said).toContain('install -m 0640 /dev/stdin /etc/xen/web1.cfg  # memory = 1024; maxmem = 1024');
    expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
  });
});

describe('what is wrong', () => {
  it('is told all at once, in the words that were used, and nothing is changed', async () => {
    const before = host.state;
    expect(await set('memory=64M', 'vcpus=0', 'colour=red', 'disks.swap.size=1G', 'network.0.addresses=dhcp4')).toBe(3);
    expect(told()).toContain('memory: 64 MiB is too little for Debian (at least 192M)');
    expect(told()).toMatch(/vcpus: /);
    for (const key of ['colour', 'disks.swap.size', 'network.0.addresses'])
      expect(told()).toContain(`web1: ${key} cannot be changed later; these can: memory, memoryMax`);
    expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
  });

  it.each([
    [['disks.srv.size=512M'], 'web1-srv has 1024 MiB: disks are never made smaller'],
    [['disks.root.size=3G', 'disks.srv.size=2G'], 'one disk at a time'],
    [['disks.new.size=1G'], 'disks.data[1].mount'],
    [['disks.new.size=rest', 'disks.new.mount=/x'], 'new: give it a size'],
    [['memoryMax=256M'], 'memoryMax: memoryMax is 256 MiB: less than memory'],
    [['options.memory=3'], 'options.memory'],
    [['options.vncpasswd=geheim'], 'options.vncpasswd cannot be changed later'],
    [['vcpus=['], 'vcpus'],
  ])('%j is refused', async (words, why) => {
    const before = host.state;
    expect(await set(...words)).toBe(3);
    expect(told()).toContain(why);
    expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
  });

  it('more than the group has, or a name that is taken, stops before anything is written', async () => {
    const before = host.state;
    await expect(set('disks.srv.size=30G')).rejects.toMatchObject({ code: 'change-refused', exit: 4 });
    host.xen.put('lv/web1-logs', '100\n');
    await expect(set('disks.logs.size=1G', 'disks.logs.mount=/x')).rejects.toMatchObject({ code: 'change-refused' });
    rmSync(join(host.xen.home, 'lv/web1-logs'));
    expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
  });

  it('nobody of that name, one made by hand, and one that is being rescued', async () => {
    host.put('/etc/xen/mail.cfg', 'name = "mail"\nmemory = 1\n');
    const call = async (name: string): Promise<number> =>
      await domuSet(name, ['memory=1G'], {}, io, { power: host.power, words: () => '' }, host.world);
    await expect(call('web9')).rejects.toMatchObject({ code: 'no-such-domu', exit: 2 });
    await expect(call('mail')).rejects.toMatchObject({ message: expect.stringContaining('domu adopt mail') });
    host.put('/var/lib/xenwright/rescue/web1.json', JSON.stringify({ name: 'web1', config: '/etc/xen/web1.cfg' }));
    await expect(call('web1')).rejects.toMatchObject({ message: expect.stringContaining('rescue web1 --close') });
  });
});

describe('one that runs', () => {
  beforeEach(() => {
    start(['domus.web1.memoryMax=2G', 'domus.web1.vcpusMax=4']);
    host.run('web1', 7);
    host.xen.put('static-max', '2048');
    host.xen.put('most-cpus', '4');
  });

  it('gets memory and CPUs up to its maxima at once', async () => {
    expect(await set('memory=1G', 'vcpus=3')).toBe(0);
    expect(host.xl).toEqual(['mem-set web1 1024m', 'vcpu-set web1 3']);
    expect(told()).toContain('web1: has 1024 MiB now');
    expect(told()).not.toContain('restart');
    expect(config()).toMatch(/^memory = 1024\nmaxmem = 2048\nvcpus = 3\nmaxvcpus = 4$/m);
  });

  it('is told what waits for a restart', async () => {
    expect(await set('memory=2304M', 'memoryMax=3G', 'vcpus=2', 'onCrash=destroy')).toBe(0);
    expect(host.xl).toEqual(['vcpu-set web1 2']);
    expect(told()).toContain('takes effect after  xenwright domu restart web1:  memory, memoryMax, onCrash');
  });

  it('has a new disk attached and is told what is left to do inside', async () => {
    expect(await set('disks.logs.size=1G', 'disks.logs.mount=/var/log/app')).toBe(0);
    expect(host.calls).toEqual([
      'lvcreate -y -W y -Z y -L 1024m -n web1-logs vg_xen1',
      'blkdiscard --zeroout --offset=0 --length=1073741824 /dev/vg_xen1/web1-logs',
      expect.stringMatching(/^mke2fs .* -L web1-logs \/dev\/vg_xen1\/web1-logs$/),
    ]);
    expect(host.xl).toEqual(['block-attach web1 /dev/vg_xen1/web1-logs,raw,xvdd,rw']);
    expect(told()).toMatch(/Then, in web1:\n {2}mkdir -p \/var\/log\/app\n {2}echo 'UUID=\S+ \/var\/log\/app ext4 /);
    expect(host.recordOf('web1')).toMatchObject({
      volumes: expect.arrayContaining([expect.objectContaining({ name: 'web1-logs' })]),
    });
  });

  it('has a disk made larger, with zeros, and is told how its filesystem grows', async () => {
    expect(await set('disks.srv.size=3G')).toBe(0);
    expect(host.calls).toEqual([
      'lvcreate -q -y -W n -L 2048m -n web1-srv.growing vg_xen1',
      'blkdiscard --zeroout /dev/vg_xen1/web1-srv.growing',
      'lvremove -q -y vg_xen1/web1-srv.growing',
      'lvextend -y -L 3072m vg_xen1/web1-srv /dev/sda4:100-199',
    ]);
    expect(host.volumes['web1-srv']).toBe(3072);
    expect(told()).toContain('resize2fs /dev/xvdc');
  });

  it('keeps the change where xl refuses its part, and the exit code says so', async () => {
    renameSync(join(host.xen.home, 'bin/xl'), join(host.xen.home, 'bin/xl-real'));
    host.xen.put(
      'bin/xl',
      `#!/bin/sh\n[ "$1" = mem-set ] && { echo 'libxl: error: no' >&2; exit 1; }\nexec HOME/bin/xl-real "$@"\n`.replace(
        'HOME',
        host.xen.home,
      ),
      0o755,
    );
    expect(await set('memory=1G')).toBe(5);
    expect(told()).toContain('could not be changed while it runs');
    expect(host.profile.domus[0]?.memoryMiB).toBe(1024);
  });
});

describe('cut off or failing', () => {
  it('a disk that cannot grow leaves all as it was', async () => {
    const before = host.state;
    host.xen.put('lvextend-fails', '');
    await expect(set('memory=1G', 'disks.srv.size=2G')).rejects.toMatchObject({ code: 'command-failed', exit: 5 });
    expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
  });

  it('a file that somebody changes meanwhile is theirs, and all goes back', async () => {
    const { world } = host;
    const made = {
      ...world,
      run: async (...given: Parameters<typeof world.run>) => {
        if (given[0][0] === 'mke2fs')
          host.put('/etc/xenwright/profile.yaml', `# mine\n${host.text('/etc/xenwright/profile.yaml') ?? ''}`);
        return await world.run(...given);
      },
    };
    const call = domuSet(
      'web1',
      ['memory=1G', 'disks.a.size=1G', 'disks.a.mount=/a'],
      {},
      io,
      { power: host.power, words: () => '' },
      made,
    );
    await expect(call).rejects.toMatchObject({ code: 'change-clash' });
    expect(host.volumes).not.toHaveProperty('web1-a');
    expect(config()).toContain('memory = 512');
    expect(host.text('/etc/xenwright/profile.yaml')).toMatch(/^# mine/);
    expect(host.pending).toBeNull();
  });

  it.each([
    ['settings', ['memory=1G', 'order=3', 'autostart=false', 'network.0.antispoof=true']],
    ['a new disk', ['disks.logs.size=1G', 'disks.logs.mount=/l', 'memory=1G']],
    ['a larger disk', ['disks.srv.size=3G']],
  ])(
    'killed anywhere, %s come to their end with the next command',
    async (_, words) => {
      await set(...words);
      const [whole, effects] = [host.state, host.effects];
      expect(effects).toBeGreaterThan(3);
      for (let kill = 0; kill < effects; kill++) {
        start();
        const before = host.state;
        host.killAt = kill;
        await expect(set(...words)).rejects.toThrow(Killed);
        host.killAt = Number.POSITIVE_INFINITY;
        if (host.pending === null) expect(JSON.parse(host.state)).toEqual(JSON.parse(before));
        expect(await set(...words)).toBe(0);
        expect(JSON.parse(host.state)).toEqual(JSON.parse(whole));
      }
    },
    120_000,
  );
});

it('the profile is true afterwards: what is planned of it is what the host has', async () => {
  await set('memory=1G', 'vcpus=2', 'disks.logs.size=1G', 'disks.logs.mount=/l');
  expect(checkProfile(host.profile, null).filter(({ severity }) => severity === 'error')).toEqual([]);
  const again = new KeptHost();
  again.put('/etc/xenwright/profile.yaml', host.text('/etc/xenwright/profile.yaml') ?? '');
  expect(again.profile).toEqual(host.profile);
  again.close();
});
