import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readDomuList } from '../../../../src/host/domus/list.ts';
import { IMPORT_TEXT } from '../../../assets.ts';
import { refusal, rescueHosts } from './hosts.ts';
import {
  canMount,
  inImage,
  PROGRAMS,
  reason,
  run,
  worldIn,
  writeFilesystem,
  type RescueHost,
} from './stand-in-host.ts';

const host = rescueHosts();
const TRUSTED = { ...PROGRAMS, proc: '/', sys: '/', dev: '/', run: '/', 'usr/sbin': '/' } as const;

describe.skipIf(!canMount)(`the files of a DomU (${reason})`, () => {
  it('are changed from Dom0, and everything is as it was afterwards', async () => {
    const { rescue, image, said, leftovers } = host({ 'etc/fstab': 'nonsense\n' });
    expect(await rescue({ files: true, command: 'echo UUID=1 / ext4 >etc/fstab' }), said()).toBe(0);
    expect(inImage(image, '/etc/fstab')).toBe('UUID=1 / ext4\n');
    expect(leftovers()).toEqual([]);
  });
  it('are in one hand: no configuration, the lock held, a note for the starter', async () => {
    const { rescue, config, home, said, leftovers } = host();
    const looks = `{ ls ${config} ${home}/notes; flock --nonblock ${home}/starts/web1.lock true || echo locked; cat ${home}/starts/web1.json; } >${home}/seen 2>&1`;
    expect(await rescue({ files: true, command: looks }), said()).toBe(0);
    const seen = readFileSync(join(home, 'seen'), 'utf8');
    for (const one of ['No such file', 'web1.json', 'locked', '"stopped":true']) expect(seen).toContain(one);
    expect(existsSync(join(home, 'starts', 'web1.json'))).toBe(false);
    expect(leftovers()).toEqual([]);
  });
  it('are those of a guest that was stopped first, by its number', async () => {
    const { rescue, home, xlLog, said } = host();
    writeFileSync(join(home, 'up', 'web1'), '7');
    expect(await rescue({ files: true, command: 'true' }), said()).toBe(0);
    expect(xlLog()).toContain('shutdown 7');
    expect(xlLog()).not.toContain('destroy');
  });
  it('are found in a partition, without a name for it; the guest’s other partitions lie where its table says', async () => {
    const { rescue, image, home, said, leftovers } = host();
    const [root, boot] = [join(home, 'root.img'), join(home, 'boot.img')];
    writeFilesystem(boot, { 'etc/hostname': '!' }, '8M');
    const uuid = run('blkid', '-p', '-s', 'UUID', '-o', 'value', boot).trim();
    writeFilesystem(root, { 'etc/fstab': `UUID=${uuid} /boot ext4 ro 0 2\n`, boot: '/' });
    run('truncate', '--size', '40M', image);
    run('sh', '-c', `printf 'label: gpt\\nsize=8M\\nsize=24M\\n' | sfdisk --quiet "$1"`, 'sh', image);
    run('dd', `if=${boot}`, `of=${image}`, 'bs=1M', 'seek=1', 'conv=notrunc', 'status=none');
    run('dd', `if=${root}`, `of=${image}`, 'bs=1M', 'seek=9', 'conv=notrunc', 'status=none');
    expect(await rescue({ files: true, command: `cat etc/hostname boot/vmlinuz >${home}/seen` }), said()).toBe(0);
    expect(readFileSync(join(home, 'seen'), 'utf8')).toBe('web1\nkernel');
    expect(leftovers()).toEqual([]);
  });
  it('are those of a guest that somebody made by hand, too', async () => {
    const { rescue, config, image, home, said } = host();
    run('rm', join(home, 'domus', 'web1.json'));
    writeFileSync(config, `name = "web1"\ndisk = ['format=raw, vdev=xvda, access=rw, target=${image}']\n`);
    expect(await rescue({ files: true, command: `cat etc/hostname >${home}/seen` }), said()).toBe(0);
    expect(readFileSync(join(home, 'seen'), 'utf8')).toBe('web1\n');
    expect(existsSync(config)).toBe(true);
  });
  it('are on a device as well as in an image', async () => {
    const { rescue, image, home, record, said } = host();
    const device = run('losetup', '--find', '--show', image).trim();
    try {
      record({ volumes: [{ use: 'root', device, mount: '/' }] });
      expect(await rescue({ files: true, command: `cat /proc/self/mountinfo >${home}/seen` }), said()).toBe(0);
      expect(readFileSync(join(home, 'seen'), 'utf8')).toMatch(new RegExp(`${home}/work/web1/root .* ext4 ${device} `));
    } finally {
      run('losetup', '--detach', device);
    }
  });
  it('are not started with the host meanwhile, even if its configuration lies where those are that are', async () => {
    const { rescue, image, home, said } = host();
    const auto = join(home, 'etc-xen', 'auto');
    run('mkdir', auto);
    const config = join(auto, 'web1.cfg');
    writeFileSync(
      join(home, 'domus', 'web1.json'),
      JSON.stringify({ name: 'web1', config, volumes: [{ use: 'root', device: image, mount: '/' }] }),
    );
    writeFileSync(config, 'name = "web1"\n');
    expect(await rescue({ files: true, command: `echo ${auto}/* >${home}/seen` }), said()).toBe(0);
    // What a shell does not find there, xendomains does not start.
    expect(readFileSync(join(home, 'seen'), 'utf8')).toBe(`${auto}/*\n`);
    expect(readFileSync(config, 'utf8')).toBe('name = "web1"\n');
  });
  it('include its data disks', async () => {
    const { rescue, image, home, record, said, leftovers } = host({ srv: '/' });
    const data = join(home, 'data.img');
    writeFilesystem(data, { 'letters/one': 'dear' }, '8M');
    record({
      volumes: [
        { use: 'data', device: data, mount: '/srv' },
        { use: 'root', device: image, mount: '/' },
      ],
    });
    expect(await rescue({ files: true, command: `cat srv/letters/one >${home}/seen` }), said()).toBe(0);
    expect(readFileSync(join(home, 'seen'), 'utf8')).toBe('dear');
    expect(leftovers()).toEqual([]);
  });
  it('are closed although a program stays behind there: it is named and ended', async () => {
    const { rescue, said, leftovers } = host();
    expect(
      await rescue({ files: true, command: 'sleep 1000 & until grep -q sleep /proc/$!/comm; do :; done' }),
      said(),
    ).toBe(0);
    expect(said()).toMatch(/still at work in there were ended: sleep \(\d+\)/);
    expect(leftovers()).toEqual([]);
  });
  it('are closed when the command fails, which is exit 5', async () => {
    const { rescue, leftovers } = host();
    expect(await refusal(rescue({ files: true, command: 'exit 3' }))).toMatch(/^5 rescue-failed: .*exit code 3/);
    expect(leftovers()).toEqual([]);
  });
});

describe.skipIf(!canMount)(`the system of a DomU (${reason})`, () => {
  it('runs commands with no right to restart the host, and no trace of ours stays in it', async () => {
    const { rescue, image, said, leftovers } = host({ ...TRUSTED, 'etc/resolv.conf': 'nameserver 192.0.2.1\n' });
    const command = [
      'exec >/etc/seen',
      'while read -r line; do case $line in CapBnd*) echo "$line" ;; esac; done </proc/self/status',
      'reboot 2>&1',
      'systemctl -f reboot 2>&1',
      '/usr/sbin/policy-rc.d; echo "policy $?"',
      'echo b >/proc/sysrq-trigger; echo b | cat >/proc/sysrq-trigger',
      'echo /dev/*',
      'cat /etc/resolv.conf',
    ].join('\n');
    expect(await rescue({ trusted: true, command }), said()).toBe(0);
    const seen = inImage(image, '/etc/seen') ?? '';
    const bounds = BigInt(`0x${/CapBnd:\s*([0-9a-f]+)/.exec(seen)?.[1]}`);
    // linux/capability.h: CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_BOOT, CAP_SYS_TIME, CAP_MKNOD.
    for (const bit of [16n, 17n, 22n, 25n, 27n]) expect((bounds >> bit) & 1n, String(bit)).toBe(0n);
    expect(seen).toContain('reboot: not in a rescue');
    expect(seen).toContain('systemctl reboot: not in a rescue');
    expect(seen).toContain('policy 101');
    expect(seen).toContain('/dev/fd /dev/full /dev/null /dev/ptmx /dev/pts /dev/random /dev/shm');
    expect(seen).toContain(readFileSync('/etc/resolv.conf', 'utf8'));
    expect(inImage(image, '/etc/resolv.conf')).toBe('nameserver 192.0.2.1\n');
    expect(inImage(image, '/usr/sbin/policy-rc.d')).toBeNull();
    expect(leftovers()).toEqual([]);
  });
  it.each(['/', '/etc', '..', '/dev/null'])(
    'whose /proc is a link to %s is not entered, and Dom0 has no mount of it',
    async (to) => {
      const { rescue, leftovers } = host({ ...TRUSTED, proc: `->${to}` });
      const before = readFileSync('/proc/self/mountinfo', 'utf8');
      expect(await refusal(rescue({ trusted: true, command: 'true' }))).toMatch(
        /^5 rescue-failed: .*\/proc is no plain/,
      );
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before);
      expect(leftovers()).toEqual([]);
    },
  );
  it('whose links lead out writes nothing on Dom0', async () => {
    const outside = host();
    const { rescue, said, leftovers } = host({
      ...TRUSTED,
      'etc/resolv.conf': `->${outside.home}/resolv.conf`,
      'usr/sbin/policy-rc.d': `->${outside.home}/policy`,
      'etc/fstab': `->${outside.config}`,
    });
    expect(await rescue({ trusted: true, command: 'true' }), said()).toBe(0);
    expect(['resolv.conf', 'policy'].filter((name) => existsSync(join(outside.home, name)))).toEqual([]);
    expect([...outside.leftovers(), ...leftovers()]).toEqual([]);
  });
});

describe.skipIf(!canMount)(`a data disk whose place in the guest (${reason})`, () => {
  it.each([
    ['is a link out of it', { srv: '->/tmp' }, ''],
    ['is a place of the kernel', { srv: '/', proc: '/' }, '/proc'],
    ['is nonsense of many megabytes', { srv: '/' }, 'x'.repeat(3_000_000)],
    ['climbs out of it', { srv: '/', tmp: '/' }, '/../../../../tmp'],
  ])('%s is mounted inside of it or not at all', async (_name, tree, place) => {
    const { home, image } = host();
    const made = host();
    const data = join(home, 'data.img');
    writeFilesystem(data, { one: 'x' }, '8M');
    const uuid = run('blkid', '-p', '-s', 'UUID', '-o', 'value', data).trim();
    writeFilesystem(image, {
      ...tree,
      ...(place === '' ? {} : { 'etc/fstab': `UUID=${uuid} ${place} ext4 defaults 0 2\n` }),
    });
    made.record({
      volumes: [
        { use: 'root', device: image, mount: '/' },
        { use: 'data', device: data, mount: '/srv' },
      ],
    });
    const seen = join(home, 'seen');
    expect(await made.rescue({ files: true, command: `cat /proc/self/mountinfo >${seen}` }), made.said()).toBe(0);
    const places = readFileSync(seen, 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '');
    const ours = places.filter((at) => at.startsWith(`${made.home}/work/web1/root/`));
    expect(ours.every((at) => !at.includes('..') && !at.endsWith('/proc'))).toBe(true);
    expect(places.filter((at) => at === '/tmp')).toEqual(
      readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .map((line) => line.split(' ')[4] ?? '')
        .filter((at) => at === '/tmp'),
    );
  });
});

/** How far a rescue is, by what can be seen of it. */
const PHASES: Readonly<Record<string, (host: RescueHost) => boolean>> = {
  'is asked for': ({ xlLog }) => xlLog() !== '',
  'has the lock': ({ home }) => existsSync(join(home, 'starts', 'web1.lock')),
  'has written down what it does': ({ home }) => existsSync(join(home, 'notes', 'web1.json')),
  'has moved the configuration aside': ({ config }) => existsSync(`${config}.in-rescue`),
  'has made its namespaces': ({ home }) => existsSync(join(home, 'work', 'web1')),
  'has a loop, or had one': ({ image, home }) => run('losetup', '--associated', image) !== '' || isMounted(home),
  'has the disk mounted': ({ home }) => isMounted(home),
};
const isMounted = (home: string): boolean =>
  run('sh', '-c', 'cat /proc/[0-9]*/mountinfo 2>/dev/null || true').includes(join(home, 'work'));
const started = (home: string, command: string): ReturnType<typeof spawn> =>
  spawn(
    process.execPath,
    [...IMPORT_TEXT, join(import.meta.dirname, 'one-rescue.ts'), home, JSON.stringify({ files: true, command })],
    { stdio: 'ignore' },
  );
/** As `domu list` says it. */
const states = async (home: string): Promise<unknown[]> =>
  (await readDomuList(worldIn(home).port)).domus.map(({ name, state }) => [name, state]);
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await setTimeout(5);
};

describe.skipIf(!canMount)(`a rescue that is killed (${reason})`, () => {
  const PATIENCE = { timeout: 120_000 };
  it.each(Object.keys(PHASES))('when it %s leaves one owner; --close gives it back', PATIENCE, async (phase) => {
    const made = host();
    const { home, rescue, leftovers, image, said } = made;
    const child = started(home, 'sleep 1000');
    await until(() => PHASES[phase]?.(made) === true);
    child.kill('SIGKILL');
    // No mount is left in any namespace, so nobody else has the disk.
    await until(() => !isMounted(home));
    expect(await rescue({ close: true }), said()).toBe(0);
    expect(leftovers()).toEqual([]);
    expect(await rescue({ files: true, command: 'true' }), said()).toBe(0);
    expect(run('e2fsck', '-fn', image)).toContain('Pass 5');
  });
  it('while it waits for the guest leaves the guest alone; --close gives the configuration back', async () => {
    const { home, record, rescue, leftovers, config, xlLog } = host();
    record({ stopTimeoutSeconds: 1000 });
    for (const file of ['up/web1', 'stuck']) writeFileSync(join(home, file), '7');
    const child = started(home, 'true');
    await until(() => existsSync(`${config}.in-rescue`) && xlLog().includes('shutdown 7'));
    child.kill('SIGKILL');
    await setTimeout(100);
    expect(await rescue({ close: true })).toBe(0);
    expect(leftovers()).toEqual([]);
    expect(xlLog()).not.toContain('destroy');
  });
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    'by %s while it waits puts everything back itself',
    async (signal) => {
      const { home, record, leftovers, config, xlLog } = host();
      record({ stopTimeoutSeconds: 1000 });
      for (const file of ['up/web1', 'stuck']) writeFileSync(join(home, file), '7');
      const child = started(home, 'true');
      await until(() => existsSync(`${config}.in-rescue`) && xlLog().includes('shutdown 7'));
      child.kill(signal);
      await until(() => child.exitCode !== null || child.signalCode !== null);
      expect(leftovers()).toEqual([]);
    },
  );
  it('by SIGTERM in the middle of the work closes the disk itself', async () => {
    const { home, leftovers } = host();
    const child = started(home, `touch ${home}/there; sleep 1000`);
    await until(() => existsSync(join(home, 'there')));
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null || child.signalCode !== null);
    expect(leftovers()).toEqual([]);
  });
  it('is gone on with by the next one', async () => {
    const { home, rescue, leftovers, said } = host();
    const child = started(home, 'sleep 1000');
    await until(() => isMounted(home));
    child.kill('SIGKILL');
    await until(() => !isMounted(home));
    expect(await states(home)).toEqual([['web1', 'in-rescue']]);
    expect(await rescue({ files: true, command: 'true' }), said()).toBe(0);
    expect(await states(home)).toEqual([['web1', 'stopped']]);
    expect(said()).toMatch(/To start it: {2}xenwright domu start web1\n$/);
    expect(said()).toContain('An earlier rescue of web1 was cut off');
    expect(leftovers()).toEqual([]);
  });
  it('gives back a guest that somebody made by hand, which is known by its configuration alone', async () => {
    const { home, rescue, config, image } = host();
    run('rm', join(home, 'domus', 'web1.json'));
    writeFileSync(config, `name = "web1"\ndisk = ['${image},raw,xvda,rw']\n`);
    const child = started(home, 'sleep 1000');
    await until(() => isMounted(home));
    child.kill('SIGKILL');
    await until(() => !isMounted(home));
    expect(await states(home)).toEqual([['web1', 'in-rescue']]);
    expect(await rescue({ close: true })).toBe(0);
    expect(await states(home)).toEqual([['web1', 'stopped']]);
    expect(readFileSync(config, 'utf8')).toContain(image);
  });
});
