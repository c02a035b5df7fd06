/** Disks that are files: kept where their filesystem can share blocks, refused where it cannot. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canMount, reason, refusal, run } from './images.ts';
import { SnapshotHost } from './stand-in-host.ts';

const ID = '20260301-102030';
let host: SnapshotHost;
beforeEach(() => {
  host = new SnapshotHost();
});
afterEach(() => {
  host.close();
});

describe.skipIf(!canMount)(`on btrfs (${reason})`, () => {
  let mount = '';
  beforeEach(() => {
    run('truncate', '--size', '200M', join(host.home, 'btrfs.img'));
    run('mkfs.btrfs', '--quiet', join(host.home, 'btrfs.img'));
    mount = join(host.home, 'srv');
    mkdirSync(mount);
    run('mount', '-o', 'loop', join(host.home, 'btrfs.img'), mount);
    for (const name of ['root', 'data']) writeFileSync(join(mount, `${name}.img`), `${name} as it was`);
    // With a record, so that its configuration is written in this folder and not in /etc/xen of the machine.
    host.own('mail');
    host.config('mail', `disk = [ "${mount}/root.img,raw,xvda,rw", "${mount}/data.img,raw,xvdb,rw" ]\n`);
  });
  afterEach(() => {
    run('umount', mount);
  });

  it('a snapshot is there at once, can be gone back to more than once, and is deleted', async () => {
    expect(await host.snapshot(['create', 'mail'], { label: 'one' })).toBe(0);
    for (const _time of [1, 2]) {
      writeFileSync(join(mount, 'root.img'), 'since then');
      expect(await host.snapshot(['revert', 'mail', 'one'])).toBe(0);
      expect(readFileSync(join(mount, 'root.img'), 'utf8')).toBe('root as it was');
    }
    expect(host.watches).toBe(0);
    expect(await host.snapshot(['delete', 'mail', 'one'])).toBe(0);
    expect(run('ls', mount)).toBe('data.img\nroot.img\n');
  });
});

describe('elsewhere', () => {
  it('it is refused with the reason, and nothing stays', async () => {
    writeFileSync(join(host.home, 'root.img'), 'as it was');
    host.config('mail', `disk = [ "${host.home}/root.img,raw,xvda,rw" ]\n`);
    const said = await refusal(host.snapshot(['create', 'mail']));
    expect(said).toContain('cannot share blocks');
    expect(host.exists(`root.img.s${ID}`)).toBe(false);
    expect(host.exists(`notes/mail/${ID}`)).toBe(false);
  });
});
