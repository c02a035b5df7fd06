/** A backup is whole or is not there, whatever happens on the way to it; its snapshot is gone afterwards. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { domuBackup } from '../../../../src/commands/domu/backup/run.ts';
import { inEnglish } from '../../../../src/i18n/english.ts';
import { parseDestination } from '../../../../src/host/domus/backup/destination.ts';
import { refusal } from '../snapshot/images.ts';
import { SnapshotHost } from '../snapshot/stand-in-host.ts';

let host: SnapshotHost;
let said = '';
beforeEach(() => {
  host = new SnapshotHost();
  host.web1();
  said = '';
  // The other side: its commands are run here, in a folder of its own.
  host.xen.put(
    'bin/ssh',
    `#!/bin/sh\necho "$*" >>${host.home}/ssh-log\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c "$1"\n`,
    0o755,
  );
});
afterEach(() => {
  host.close();
});

async function backup(name: string, file: string | undefined, to?: string, more: object = {}): Promise<number> {
  const say = (text: string): void => {
    said += text;
  };
  const io = { readText: async () => '', out: say, err: say, interactive: false };
  const options = { ...(to === undefined ? {} : { to }), ...more };
  return await domuBackup(name, file, options, io, { world: host.world, words: inEnglish });
}
const at = (name: string): string => join(host.home, name);
const snapshots = (): string[] => Object.keys(host.volumes()).filter((name) => name.includes('.s'));

describe('to a file', () => {
  it('has disks, configuration, record and profile, for root alone; the snapshot is gone', async () => {
    host.run('web1', 7);
    expect(await backup('web1', undefined, at('web1.domu'))).toBe(0);
    expect(said).toBe(`web1: written to ${at('web1.domu')} (as after a power failure)\n`);
    const { stdout } = spawnSync(
      'sh',
      ['-c', 'stat -c %a "$1"; zstd -dc "$1" | tar -xO manifest.json', 'sh', at('web1.domu')],
      { encoding: 'utf8' },
    );
    expect(stdout.split('\n')[0]).toBe('600');
    expect(JSON.parse(stdout.slice(4))).toMatchObject({
      name: 'web1',
      texts: [{ file: 'domu.cfg' }, { file: 'record.json' }, { file: 'profile.yaml' }],
      disks: [
        { guestDevice: 'xvda', name: 'root' },
        { guestDevice: 'xvdb', name: 'srv' },
      ],
      swaps: [{ guestDevice: 'xvdc', name: 'swap' }],
    });
    expect(snapshots()).toEqual([]);
    expect(readdirSync(at('notes/web1'))).toEqual([]);
    expect(await backup('verify', at('web1.domu'))).toBe(0);
    expect(said).toContain(`is whole: web1 of 2026-03-01T10:20:30.000Z, 2 disks`);
  });

  it('never replaces one, and leaves nothing where the disk cannot be read', async () => {
    writeFileSync(at('web1.domu'), 'precious');
    expect(await refusal(backup('web1', undefined, at('web1.domu')))).toMatch(/^4 backup-exists/);
    expect(readFileSync(at('web1.domu'), 'utf8')).toBe('precious');
    const all = host.volumes();
    host.setVolumes({ ...all, 'web1-srv': { ...all['web1-srv'], size: 16 * 2 ** 20 } });
    await expect(backup('web1', undefined, at('other.domu'))).rejects.toThrow('ends at');
    expect(readdirSync(host.home).filter((name) => name.startsWith('other'))).toEqual([]);
    expect(snapshots()).toEqual([]);
  });

  it('removes first what one that was cut off has left', async () => {
    host.xen.put('other.domu.part', 'half');
    await host.snapshot(['create', 'web1']);
    const note = 'notes/web1/20260301-102030/snapshot.json';
    host.xen.put(note, host.xen.read(note).replace('"isPassing": false', '"isPassing": true'));
    host.at = new Date('2026-03-01T11:00:00Z');
    expect(await backup('web1', undefined, at('other.domu'))).toBe(0);
    expect(snapshots()).toEqual([]);
    expect(existsSync(at('other.domu.part'))).toBe(false);
  });

  it('--dry-run shows the commands', async () => {
    expect(await backup('web1', undefined, at('web1.domu'), { dryRun: true })).toBe(0);
    expect(said.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'lvcreate',
      'lvcreate',
      'lvremove',
      'lvremove',
      '',
    ]);
    expect(existsSync(at('web1.domu'))).toBe(false);
  });
});

describe('by ssh', () => {
  const to = (name: string): string => `ssh://root@nas:2222${at(name)}`;

  it('the file gets its name when all of it is there', async () => {
    expect(await backup('web1', undefined, to("it's.domu"))).toBe(0);
    expect(await backup('verify', at("it's.domu"))).toBe(0);
    expect(host.xen.read('ssh-log').split('\n')[0]).toMatch(/^-T -p 2222 -- root@nas umask 077;/);
    expect(existsSync(at("it's.domu.part"))).toBe(false);
  });

  it('a connection that breaks leaves nothing that looks like a backup', async () => {
    host.xen.put(
      'bin/ssh',
      '#!/bin/sh\nhead -c 100 >/dev/null\necho "Connection reset by peer" >&2\nexit 255\n',
      0o755,
    );
    expect(await refusal(backup('web1', undefined, to('web1.domu')))).toMatch(/^5 backup-unsent: .* root@nas/);
    expect(existsSync(at('web1.domu'))).toBe(false);
    expect(snapshots()).toEqual([]);
  });

  it('one that looks like the end of what was sent is seen', async () => {
    host.xen.put(
      'bin/ssh',
      `#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\ncase $1 in umask*) head -c 1000 >${at('web1.domu.part')}; cat >/dev/null ;; *) exec sh -c "$1" ;; esac\n`,
      0o755,
    );
    expect(await refusal(backup('web1', undefined, to('web1.domu')))).toMatch(/^5 /);
    expect(existsSync(at('web1.domu'))).toBe(false);
    expect(existsSync(at('web1.domu.part'))).toBe(false);
  });

  it('never replaces what is there', async () => {
    host.xen.put('web1.domu', 'precious');
    expect(await refusal(backup('web1', undefined, to('web1.domu')))).toMatch(/^4 backup-exists/);
    expect(host.xen.read('web1.domu')).toBe('precious');
  });
});

describe('a place', () => {
  it.each([
    'ssh://-oProxyCommand=x/y',
    'ssh://nas',
    'ssh://nas/',
    'ssh://nas:99999/x',
    'ssh://ro ot@nas/x',
    'http://nas/x',
    'ssh://nas/a\nb',
  ])('%j is none', (text) => {
    expect(() => parseDestination(text)).toThrow('not a place for a backup');
  });

  it('is a path, or one on another host', () => {
    expect(parseDestination('web1.domu')).toEqual({ kind: 'file', path: 'web1.domu' });
    expect(parseDestination('ssh://[fe80::1]:22/a b')).toEqual({
      kind: 'ssh',
      login: 'fe80::1',
      port: 22,
      path: '/a b',
    });
  });
});
