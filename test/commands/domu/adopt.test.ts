/** `xenwright domu adopt` and `disown`: one that was made by hand is looked after, and nothing of it is changed. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { domuAdopt } from '../../../src/commands/domu/adopt/run.ts';
import { domuDisown } from '../../../src/commands/domu/disown/run.ts';
import { domuRemove } from '../../../src/commands/domu/remove/run.ts';
import { domuSet } from '../../../src/commands/domu/set/run.ts';
import { reasonsAgainst } from '../../../src/host/domus/fit.ts';
import { readHost } from '../../../src/host/domus/host.ts';
import { rescueTarget } from '../../../src/host/domus/rescue/target.ts';
import { readKnown } from '../../../src/host/domus/running.ts';
import { readDomuList } from '../../../src/host/domus/list.ts';
import { say } from '../../../src/i18n/phrase.ts';
import { translator } from '../../../src/i18n/t.ts';
import { planOfAdded } from '../../../src/plan/added-domus.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { CommandIo } from '../../../src/system/process/process-io.ts';
import { KeptHost } from '../../host/domus/change/kept-host.ts';

const MAIL = `# since 2019
name = "mail"
uuid = "0b7e2d0c-2f5e-4c43-9f0c-3a54a7f0a001"
memory = 384  # enough
vcpus = 1
disk = [ 'phy:/dev/vg/mail,xvda,w', 'file:/srv/mail.qcow2,xvdb,w' ]
vif = [ 'bridge=xenbr0,ip=192.0.2.25' ]
on_reboot = "restart"
`;
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
const bench = () => ({
  power: host.power,
  words: (message: Parameters<typeof say>[0]) => say(message, translator('en')),
});
const adopt = async (name = 'mail'): Promise<number> => await domuAdopt(name, {}, io, bench(), host.world);
const set = async (...words: string[]): Promise<number> => await domuSet('mail', words, {}, io, bench(), host.world);

beforeEach(() => {
  host = new KeptHost();
  said = '';
  host.put('/etc/xen/mail.cfg', MAIL);
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  host.close();
});

it('gives it a record, and takes it away again; the rest stays to the letter', async () => {
  const before = host.state;
  expect(await adopt()).toBe(0);
  expect(host.recordOf('mail')).toMatchObject({
    adopted: true,
    uuid: '0b7e2d0c-2f5e-4c43-9f0c-3a54a7f0a001',
    config: '/etc/xen/mail.cfg',
    autostart: false,
    address: '192.0.2.25',
    volumes: [
      { device: '/dev/vg/mail', use: 'root' },
      { device: '/srv/mail.qcow2', use: 'data' },
    ],
  });
  expect(host.text('/etc/xen/mail.cfg')).toBe(MAIL);
  expect(said).toContain('mail: adopted; it starts with the host: no');
  expect((await readDomuList(host.port)).domus.find(({ name }) => name === 'mail')).toMatchObject({ by: 'xenwright' });
  expect(await adopt()).toBe(0);
  expect(await domuDisown('mail', {}, io, bench(), host.world)).toBe(0);
  expect(host.state).toBe(before);
});

it('set changes its memory, CPUs and start, in its own configuration as it was written', async () => {
  await adopt();
  expect(await set('memory=512M', 'memoryMax=1G', 'vcpus=2', 'autostart=true', 'order=3', 'onCrash=preserve')).toBe(0);
  expect(host.text('/etc/xen/mail.cfg')).toBe(
    `${MAIL.replace('384', '512').replace('vcpus = 1', 'vcpus = 2')}maxmem = 1024\non_crash = "preserve"\n`,
  );
  expect(host.recordOf('mail')).toMatchObject({ autostart: true, order: 3, adopted: true });
  expect(host.text('/etc/xen/auto/mail.cfg')).toBe(host.text('/etc/xen/mail.cfg'));
  expect(await set('autostart=false')).toBe(0);
  expect(host.text('/etc/xen/auto/mail.cfg')).toBeNull();
});

it('set refuses what is not Xenwright’s to change, and tells of wrong values', async () => {
  await adopt();
  const before = host.state;
  expect(await set('disks.root.size=9G', 'memory=1', 'options.cpu_weight=3')).toBe(3);
  expect(said).toContain('mail: disks.root.size cannot be changed later');
  expect(said).toContain('mail: options.cpu_weight cannot be changed later');
  expect(said).toMatch(/^memory: /m);
  expect(host.state).toBe(before);
});

it('while it runs, memory goes up to what it was created with', async () => {
  host.put('/etc/xen/mail.cfg', `${MAIL}maxmem = 1024\n`);
  await adopt();
  host.run('mail', 9);
  host.xen.put('static-max', '1024');
  expect(await set('memory=768M')).toBe(0);
  expect(host.xl).toEqual(['mem-set mail 768m']);
});

it('a rescue finds its disks where its configuration has them, in their formats', async () => {
  const before = await rescueTarget(host.port, 'mail');
  await adopt();
  expect(await rescueTarget(host.port, 'mail')).toEqual(before);
});

it('others can still be added, and it is not removed with its disks', async () => {
  await adopt();
  const { records, facts } = await readHost(host.port);
  const whole = buildPlan(host.profile, facts(null));
  const now = {
    isDom0: true,
    whyWithoutXen: null,
    freeMemoryMiB: null,
    domains: [],
    volumes: [],
    freeMiB: null,
    storeFreeMiB: null,
  };
  const wanted = { added: [], whole, plan: planOfAdded(whole, []), now, missing: [], isResumed: true, records };
  expect(records.map(({ name }) => name)).toContain('mail');
  expect(reasonsAgainst(wanted)).toEqual([]);
  const before = host.state;
  await expect(domuRemove('mail', {}, io, bench(), host.world)).rejects.toMatchObject({
    message: expect.stringContaining('xenwright domu disown mail'),
  });
  expect(host.state).toBe(before);
});

it('is refused where another has its disk, somebody uses it, or nothing is known of it', async () => {
  host.put('/etc/xen/other.cfg', 'name = "other"\nmemory = 1\ndisk = [ "/dev/vg/mail,raw,xvda,rw" ]\n');
  await expect(adopt()).rejects.toMatchObject({
    exit: 4,
    message: expect.stringContaining('/dev/vg/mail is in use: other'),
  });
  host.put('/etc/xen/other.cfg', '');
  host.users.set('/dev/vg/mail', ['/mnt']);
  await expect(adopt()).rejects.toMatchObject({
    exit: 4,
    message: expect.stringContaining('/dev/vg/mail is in use: /mnt'),
  });
  host.run('stranger', 12);
  await expect(adopt('stranger')).rejects.toMatchObject({ code: 'change-refused' });
  await expect(domuDisown('web1', {}, io, bench(), host.world)).rejects.toMatchObject({
    message: expect.stringContaining('it was not adopted'),
  });
  expect((await readKnown(host.port)).find(({ name }) => name === 'mail')?.by).toBe('config');
});
