/** Snapshots have all disks of one instant, are found, are gone back to, and leave nothing behind where they fail. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepLock } from '../../../../src/system/files/kept-lock.ts';
import { refusal } from '../rescue/hosts.ts';
import { SnapshotHost } from './stand-in-host.ts';

const ID = '20260301-102030';
let host: SnapshotHost;
beforeEach(() => {
  host = new SnapshotHost();
  host.web1();
});
afterEach(() => {
  host.close();
});

const configText = (): string => readFileSync(join(host.home, 'etc-xen/web1.cfg'), 'utf8');
const noteText = (): string => host.xen.read(`notes/web1/${ID}/snapshot.json`);

describe('creating', () => {
  it('keeps every disk but swap of one instant: the guest stands still meanwhile', async () => {
    host.run('web1', 7);
    expect(await host.snapshot(['create', 'web1'], { label: 'before' })).toBe(0);
    expect(host.said).toBe(`web1: snapshot ${ID} (as after a power failure)\n`);
    expect(host.changes).toEqual([
      `lvcreate --yes --snapshot --name web1-root.s${ID} --size 8388608b --addtag xenwright.snapshot xw/web1-root`,
      `lvcreate --yes --snapshot --name web1-srv.s${ID} --size 8388608b --addtag xenwright.snapshot xw/web1-srv`,
      'pause web1',
      'unpause web1',
    ]);
    expect(JSON.parse(noteText())).toMatchObject({ name: 'web1', label: 'before', phase: 'whole' });
    expect(host.xen.read(`notes/web1/${ID}/domu.cfg`)).toBe(configText());
    expect(host.xen.read(`notes/web1/${ID}/profile.yaml`)).toContain('name: web1');
    expect(host.watches).toBe(1);
  });

  it('says of a DomU that is stopped that its snapshot is clean, and holds nobody', async () => {
    expect(await host.snapshot(['create', 'web1'])).toBe(0);
    expect(host.said).toContain('the DomU was stopped');
    expect(host.changes.join('\n')).not.toContain('pause');
  });

  it('takes a fifth of a large disk, or what is asked for', async () => {
    host.volume('web1-root', 'x', 4);
    const all = host.volumes();
    host.setVolumes({ ...all, 'web1-root': { ...all['web1-root'], size: 1400 * 2 ** 20 } });
    expect(await host.snapshot(['create', 'web1'], { dryRun: true })).toBe(0);
    expect(host.said).toContain(`--size ${280 * 2 ** 20}b`);
    expect(await host.snapshot(['create', 'web1'], { dryRun: true, size: '100M' })).toBe(0);
    expect(host.said).toContain(`--size ${100 * 2 ** 20}b`);
    expect(host.changes).toEqual([]);
  });

  it('lets the guest go on, and leaves nothing, where one of its disks cannot be kept', async () => {
    host.run('web1', 7);
    host.xen.put('lvm-fails', 'web1-srv');
    expect(await refusal(host.snapshot(['create', 'web1']))).toMatch(/^5 command-failed/);
    expect(host.changes.slice(-2)).toEqual(['pause web1', 'unpause web1']);
    expect(Object.keys(host.volumes())).toEqual(['web1-root', 'web1-srv', 'web1-swap']);
    expect(noteText()).toBe('');
  });

  it('removes what a run that was cut off has left, and no volume that is none of its own', async () => {
    await host.snapshot(['create', 'web1']);
    const note = JSON.parse(noteText()) as object;
    host.xen.put(`notes/web1/${ID}/snapshot.json`, JSON.stringify({ ...note, phase: 'making' }));
    const all = host.volumes();
    host.setVolumes({ ...all, [`web1-srv.s${ID}`]: { ...all[`web1-srv.s${ID}`], tags: '' } });
    host.at = new Date('2026-03-01T11:00:00Z');
    expect(await host.snapshot(['create', 'web1'])).toBe(0);
    expect(Object.keys(host.volumes())).not.toContain(`web1-root.s${ID}`);
    expect(Object.keys(host.volumes())).toContain(`web1-srv.s${ID}`);
    expect(noteText()).toBe('');
  });

  it('refuses without room in the volume group', async () => {
    expect(await refusal(host.snapshot(['create', 'web1'], { size: '1500M' }))).toContain(
      'xw has 2024 MiB free, the snapshot takes 3000 MiB',
    );
    expect(host.changes).toEqual([]);
  });

  it.each([
    ['a qcow2 image', 'disk = [ "/srv/web1.qcow2,qcow2,xvda,rw" ]\n', 'is a qcow2 image'],
    ['a disk that is not there', 'disk = [ "/nowhere/web1.img,raw,xvda,rw" ]\n', 'does not exist'],
    ['no disk', '', 'names no disk'],
  ])('refuses a DomU with %s', async (_what, lines, words) => {
    host.config('hand', lines);
    expect(await refusal(host.snapshot(['create', 'hand']))).toContain(words);
  });

  it('does not begin while somebody else has the DomU in hand, or beside a label that is taken', async () => {
    const lock = await keepLock(join(host.home, 'state/web1.lock'), 100);
    expect(await refusal(host.snapshot(['create', 'web1']))).toContain('somebody else');
    await lock?.release();
    await host.snapshot(['create', 'web1'], { label: 'one' });
    expect(await refusal(host.snapshot(['create', 'web1'], { label: 'one' }))).toContain(
      'has a snapshot with the label',
    );
  });
});

describe('listing and deleting', () => {
  it('says how full each is, and which is lost', async () => {
    await host.snapshot(['create', 'web1'], { label: 'one' });
    const all = host.volumes();
    host.setVolumes({ ...all, [`web1-srv.s${ID}`]: { ...all[`web1-srv.s${ID}`], used: '71.30' } });
    await host.snapshot(['list']);
    expect(host.said).toBe(`web1  ${ID}  the DomU was stopped  71 % full  one\n`);
    host.setVolumes({ ...all, [`web1-srv.s${ID}`]: { ...all[`web1-srv.s${ID}`], attr: 'swi-I-s---' } });
    await host.snapshot(['list', 'web1']);
    expect(host.said).toContain('lost');
  });

  it('deletes one by its label, with all that was made for it', async () => {
    await host.snapshot(['create', 'web1'], { label: 'one' });
    expect(await host.snapshot(['delete', 'web1', 'one'], { dryRun: true })).toBe(0);
    expect(host.said).toContain(`lvremove --yes xw/web1-root.s${ID}`);
    expect(await host.snapshot(['delete', 'web1', 'one'])).toBe(0);
    expect(Object.keys(host.volumes())).toEqual(['web1-root', 'web1-srv', 'web1-swap']);
    await host.snapshot(['list']);
    expect(host.said).toBe('There are no snapshots.\n');
    expect(await refusal(host.snapshot(['delete', 'web1', 'one']))).toMatch(/^2 snapshot-unknown/);
  });
});

describe('going back', () => {
  const change = (): void => {
    host.write('web1-root', 'root since then');
    host.write('web1-srv', 'data since then');
    host.config('web1', 'vcpus = 8\n');
    writeFileSync(
      join(host.home, 'etc-xen/profile.yaml'),
      '# mine\nversion: 1\ndomus:\n  - name: web1\n    memory: 9G\n',
    );
  };

  it('stops the DomU, and brings back disks, configuration and profile; the snapshot is used up', async () => {
    const before = configText();
    await host.snapshot(['create', 'web1']);
    change();
    host.run('web1', 7);
    expect(await host.snapshot(['revert', 'web1', ID])).toBe(0);
    expect(host.content('web1-root')).toBe('root as it was');
    expect(host.content('web1-srv')).toBe('data as it was');
    expect(configText()).toBe(before);
    expect(host.xen.read('etc-xen/profile.yaml')).toBe(
      '# mine\nversion: 1\ndomus:\n  - name: web1\n    memory: 384M\n',
    );
    expect(host.exists('up/web1')).toBe(false);
    expect(host.said).toContain('used up');
    expect(noteText()).toBe('');
    expect(host.xen.note('web1')).toMatchObject({ stopped: true, why: 'it was stopped' });
  });

  it('cut off in the middle leaves a DomU that nobody can start, and the same command finishes it', async () => {
    await host.snapshot(['create', 'web1']);
    change();
    host.xen.put('lvm-fails', '--merge');
    expect(await refusal(host.snapshot(['revert', 'web1', ID]))).toMatch(/^5 command-failed/);
    expect(host.exists('etc-xen/web1.cfg')).toBe(false);
    expect(host.xen.note('web1')['why']).toContain('reverted');
    expect(await refusal(host.snapshot(['delete', 'web1', ID]))).toMatch(/^4 snapshot-reverting/);
    host.xen.put('lvm-fails', 'nothing');
    // One of the two was merged before.
    host.xen.run(join(host.home, 'bin/lvconvert'), ['--merge', `xw/web1-root.s${ID}`]);
    expect(await host.snapshot(['revert', 'web1', ID])).toBe(0);
    expect(host.content('web1-root')).toBe('root as it was');
    expect(host.content('web1-srv')).toBe('data as it was');
    expect(host.exists('etc-xen/web1.cfg')).toBe(true);
  });

  it('gives other snapshots of its disks the room that going back takes of them', async () => {
    await host.snapshot(['create', 'web1'], { size: '40M' });
    host.at = new Date('2026-03-01T11:00:00Z');
    await host.snapshot(['create', 'web1'], { size: '8M' });
    const all = host.volumes();
    host.setVolumes({ ...all, [`web1-root.s${ID}`]: { ...all[`web1-root.s${ID}`], used: '50.00' } });
    await host.snapshot(['revert', 'web1', ID], { dryRun: true });
    expect(host.said).toContain('lvextend --size +50331648b xw/web1-root.s20260301-110000');
    expect(host.said.split('\n').at(-2)).toBe(`lvconvert --yes --merge xw/web1-root.s${ID} xw/web1-srv.s${ID}`);
  });

  it('is refused where the snapshot is lost, or a disk was grown since', async () => {
    await host.snapshot(['create', 'web1']);
    const all = host.volumes();
    host.setVolumes({ ...all, 'web1-root': { ...all['web1-root'], size: 16 * 2 ** 20 } });
    expect(await refusal(host.snapshot(['revert', 'web1', ID]))).toContain('another size');
    host.setVolumes({ ...all, [`web1-srv.s${ID}`]: { ...all[`web1-srv.s${ID}`], used: '100.00' } });
    expect(await refusal(host.snapshot(['revert', 'web1', ID]))).toContain('is lost');
    expect(host.exists('etc-xen/web1.cfg')).toBe(true);
  });
});
