/** DomUs are started once, stopped when asked, and switched off only where that is wished. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCommands, startDomus } from '../../../src/host/domus/start.ts';
import { stopDomus, type StopWish } from '../../../src/host/domus/stop.ts';
import { chosen, readTargets, wordFor } from '../../../src/host/domus/targets.ts';
import { StandInHost } from './stand-in-host.ts';

let host: StandInHost;
beforeEach(() => {
  host = new StandInHost();
});
afterEach(() => {
  host.close();
});

const start = async (...names: string[]): Promise<boolean> =>
  await startDomus(chosen(await readTargets(host.port), names), host.power);
const stop = async (wish: Partial<StopWish>, ...names: string[]): Promise<boolean> =>
  await stopDomus(chosen(await readTargets(host.port), names), { force: false, seconds: null, ...wish }, host.power);

describe('starting', () => {
  it('has the host’s own starter start those of Xenwright, and says when they are up', async () => {
    host.own('web1');
    host.own('web2');
    expect(await start('web1', 'web2')).toBe(true);
    expect(host.done.toSorted()).toEqual(['create web1.cfg', 'create web2.cfg']);
    expect(host.told).toEqual(['Starting web1, web2.', 'web1: up', 'web2: up']);
    expect(host.xen.note('web1')).toMatchObject({ created: true });
  }, 60_000);

  it('says why one of them is not up, and what to do', async () => {
    host.own('broken');
    expect(await start('broken')).toBe(false);
    expect(host.told.join('\n')).toContain('broken: not up: xl create: libxl: error: not enough memory');
    expect(host.told.at(-1)).toBe(
      '  see  xenwright domu log broken  or  xenwright domu console broken;  xenwright domu rescue broken  opens its disk',
    );
  }, 60_000);

  it('starts by hand what was made by hand, one after another, and the others where one fails', async () => {
    host.config('broken');
    host.config('mail');
    expect(await start('broken', 'mail')).toBe(false);
    expect(host.done).toEqual(['create broken.cfg', 'create mail.cfg']);
    expect(host.told.join('\n')).toContain('not enough memory');
    expect(host.told.at(-1)).toBe('mail: running (it does not report whether it is up)');
  });

  it('starts apart from its session what leaves a process of xl behind there, but for what has a unit of its own', async () => {
    host.xen.put(
      'bin/systemd-run',
      `#!/bin/sh\necho "$*" | sed 's, -- .*,,' >>${host.xen.home}/scopes\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n`,
      0o755,
    );
    host.config('mail');
    host.own('web1');
    const scope = (description: string): string =>
      `--scope --quiet --collect --description=${description} --property=KillMode=process --property=Before=xenwright-domus.service xendomains.service\n`;
    // A host of an earlier version.
    host.units = { isSystemd: true, hasDomuUnits: false };
    expect(await start('web1', 'mail')).toBe(true);
    expect(host.xen.read('scopes')).toBe(scope('DomUs') + scope('DomU mail'));
    for (const name of ['web1', 'mail', '../scopes']) rmSync(join(host.xen.home, 'up', name));
    host.units = { isSystemd: true, hasDomuUnits: true };
    const targets = chosen(await readTargets(host.port), ['mail', 'web1']);
    expect(startCommands(targets, host.power).map((argv) => argv.slice(0, 2).join(' '))).toEqual([
      `${host.power.scripts.starter} start`,
      `${host.power.scripts.check} web1`,
      'systemd-run --scope',
    ]);
    expect(await startDomus(targets, host.power)).toBe(true);
    expect(host.xen.read('scopes')).toBe(scope('DomU mail'));
  }, 60_000);

  it('leaves alone what runs, and what its own xl is just starting again', async () => {
    host.config('mail');
    host.run('mail', 7);
    expect(await start('mail')).toBe(true);
    expect(host.told).toEqual(['mail: already running']);
    host.config('restarting');
    host.xen.fate('restarting', 1, ['rm -f up/restarting', 'sleep 3', 'echo 9 >up/restarting', 'sleep 1']);
    host.xen.run(`${host.xen.home}/bin/xl`, ['create', '/etc/xen/restarting.cfg']);
    await host.xen.until(() => host.xen.read('up/restarting') === '');
    await start('restarting');
    expect(host.done.filter((line) => line.includes('restarting'))).toHaveLength(1);
    expect(host.told.join('\n')).toMatch(/restarting: xl is already starting it \(process \d+\)/);
  }, 60_000);

  it('does not start beside another user of a disk, or over a saved image', async () => {
    host.config('mail', 'disk = [ "/dev/vg/mail,raw,xvda,rw", "/srv/cd.iso,,xvdc,ro" ]\n');
    host.own('web1');
    host.config('web1', 'disk = [ "/dev/vg/web1,raw,xvda,rw" ]\n');
    host.config('kept');
    host.users.set('/dev/vg/mail', ['/mnt']);
    host.users.set('/srv/cd.iso', ['loop:loop0']);
    host.users.set('/dev/vg/web1', ['xen:other']);
    host.xen.put('saved/kept', '');
    expect(await start('mail', 'web1', 'kept')).toBe(false);
    expect(host.done).toEqual([]);
    const told = host.told.join('\n');
    expect(told).toContain('mail: not up: /dev/vg/mail is in use: /mnt');
    expect(told).toContain('umount /mnt');
    expect(told).toContain('web1: not up: /dev/vg/web1 is in use: xen:other');
    expect(told).toContain('kept: not up: its memory was saved');
  });

  it.each([['of Xenwright’s', 'own'] as const, ['made by hand', 'config'] as const])(
    'refuses one %s that is being rescued, with the way out, and starts the others',
    async (_whose, make) => {
      host[make]('web1');
      host.rescue('web1');
      host.config('mail');
      expect(await start('web1', 'mail')).toBe(false);
      expect(host.done).toEqual(['create mail.cfg']);
      expect(host.told[0]).toBe(
        'web1: not up: it is being rescued; when nobody works in it any more, close that:  xenwright domu rescue web1 --close',
      );
    },
  );

  it('waits a moment for what lets go of a disk', async () => {
    host.config('mail', 'disk = [ "/dev/vg/mail,raw,xvda,rw" ]\n');
    const [targets, { power }] = [chosen(await readTargets(host.port), ['mail']), host];
    let looks = 0;
    const usersOf = async (): Promise<ReadonlyMap<string, readonly string[]>> =>
      new Map([['/dev/vg/mail', (looks += 1) < 3 ? ['xen:7'] : []]]);
    expect(await startDomus(targets, { ...power, usersOf })).toBe(true);
    expect([looks, host.done]).toEqual([3, ['create mail.cfg']]);
  });

  it('does not start where xl does not say what runs', async () => {
    host.config('mail');
    const targets = chosen(await readTargets(host.port), ['mail']);
    const { power } = host;
    const silent = { ...power, port: { ...power.port, ask: async () => ({ why: 'no xl' }) } };
    expect(await startDomus(targets, silent)).toBe(false);
    expect(host.told.join('\n')).toContain('mail: not up: xl does not answer');
    expect(host.done).toEqual([]);
  });

  it('says of one that only runs that nothing can start it', async () => {
    expect(await startDomus([{ name: 'gone', known: null, domain: null }], host.power)).toBe(false);
    expect(host.told.at(-1)).toContain('no configuration on this host');
  });
});

describe('stopping', () => {
  it('asks all of them, and waits until they are down', async () => {
    host.own('web1');
    host.config('mail');
    host.run('web1', 5);
    host.run('mail', 6);
    expect(await stop({}, 'web1', 'mail')).toBe(true);
    expect(host.done).toEqual(['shutdown mail', 'shutdown web1']);
    expect(host.told).toEqual([
      'mail: asked to shut down; waiting up to 120 s',
      'mail: stopped',
      'web1: asked to shut down; switched off if still running after 1 s',
      'web1: stopped',
    ]);
    expect(host.xen.note('web1')).toMatchObject({ stopped: true });
  }, 60_000);

  it('leaves running what was made by hand and does not go down, and says what switches it off', async () => {
    host.config('stuck');
    host.run('stuck', 5);
    expect(await stop({ seconds: 1 }, 'stuck')).toBe(false);
    expect(host.done).toEqual(['shutdown stuck']);
    expect(host.told.at(-1)).toBe(
      'stuck: still running after 1 s; to switch it off:  xenwright domu stop --force stuck',
    );
  });

  it('does not switch off one of Xenwright’s either where a time was given, and tries it no more', async () => {
    host.own('stuck');
    host.run('stuck', 5);
    expect(await stop({ seconds: 1 }, 'stuck')).toBe(false);
    expect(host.done).toEqual(['shutdown stuck']);
    expect(host.xen.note('stuck')).toMatchObject({ stopped: true, created: false });
  });

  it('switches off at once where that is wished, or after the time that was given', async () => {
    host.config('stuck');
    host.run('stuck', 5);
    expect(await stop({ force: true, seconds: 1 }, 'stuck')).toBe(true);
    host.run('stuck', 6);
    expect(await stop({ force: true }, 'stuck')).toBe(true);
    expect(host.done).toEqual(['shutdown stuck', 'destroy stuck', 'destroy stuck']);
    expect(host.told.filter((line) => line === 'stuck: switched off')).toHaveLength(2);
  });

  it('waits for one that restarts, and shuts that down', async () => {
    host.config('back');
    host.xen.fate('back', 1, [
      'rm -f up/back',
      'sleep 1',
      'echo 9 >up/back',
      'while [ -e up/back ]; do sleep 0.1; done',
    ]);
    host.xen.run(`${host.xen.home}/bin/xl`, ['create', '/etc/xen/back.cfg']);
    await host.xen.until(() => host.xen.read('up/back') === '');
    expect(await stop({}, 'back')).toBe(true);
    expect(host.done).toEqual(['create back.cfg', 'shutdown back']);
  }, 60_000);

  it('says of one that is being rescued that it is, and leaves its note and its lock to the rescue', async () => {
    host.own('web1');
    host.rescue('web1');
    host.xen.put('state/web1.json', 'of the rescue');
    expect(await stop({}, 'web1')).toBe(true);
    expect(await stop({ force: true }, 'web1')).toBe(true);
    expect(host.told.slice(0, 2)).toEqual([
      expect.stringMatching(/^web1: it is being rescued; .*:  xenwright domu rescue web1 --close$/),
      'web1: was not running',
    ]);
    expect([host.done, host.xen.read('state/web1.json')]).toEqual([[], 'of the rescue']);
  });

  it('asks one whose rescue waits for it, without the starter, which would wait for the rescue', async () => {
    host.own('web1');
    host.run('web1', 5);
    host.rescue('web1');
    expect(await stop({}, 'web1')).toBe(true);
    expect(host.done).toEqual(['shutdown web1']);
    expect(host.xen.read('state/web1.json')).toBe('');
  });

  it('says of those that do not run that they did not', async () => {
    host.config('mail');
    expect(await stop({}, 'mail')).toBe(true);
    expect(host.told).toEqual(['mail: was not running']);
    expect(host.done).toEqual([]);
  });
});

describe('names', () => {
  it('that nobody has are refused before anything is done, with the nearest', async () => {
    host.config('mail');
    await expect(start('mail', 'mial')).rejects.toMatchObject({
      code: 'no-such-domu',
      exit: 2,
      message: expect.stringContaining('did you mean mail?'),
    });
    await expect(start('xyzzy')).rejects.toMatchObject({ hint: expect.stringContaining('domu list') });
    expect(host.done).toEqual([]);
  });

  it.each([
    ['web1', 'web1'],
    ['--help', '7'],
    ['12', '7'],
    ['a b', '7'],
  ])('%j is %j to xl', (name, word) => {
    expect(wordFor({ name, number: 7 })).toBe(word);
  });

  it('are nobody’s without Xen', async () => {
    host.isDom0 = false;
    await expect(start('mail')).rejects.toMatchObject({ code: 'no-xen', exit: 4 });
  });
});
