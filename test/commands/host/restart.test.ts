/** `xenwright host restart`: what it says first, what it refuses, whom it stops, and who comes back how. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hostRestart } from '../../../src/commands/host/restart/run.ts';
import type { Bench } from '../../../src/commands/domu/power.ts';
import type { RestartPort } from '../../../src/host/restart/restart.ts';
import { say } from '../../../src/i18n/phrase.ts';
import { translator } from '../../../src/i18n/t.ts';
import type { CommandIo } from '../../../src/system/process/process-io.ts';
import { asset } from '../../assets.ts';
import { StandInHost } from '../../host/domus/stand-in-host.ts';

let host: StandInHost;
let bench: Bench;
let said = '';
/** What the next start finds, and whether there is one. */
let [list, isRestarted] = [null as string | null, false];
const take = (text: string): void => {
  said += text;
};
const io: CommandIo = { readText: async () => '', out: take, err: take, interactive: false };
const port = (more: Partial<RestartPort> = {}): RestartPort => ({
  hasList: true,
  faults: async () => [],
  writeList: async (text) => {
    list = text;
  },
  reboot: async () => {
    isRestarted = true;
  },
  ...more,
});

beforeEach(() => {
  host = new StandInHost();
  bench = { power: host.power, words: (message) => say(message, translator('en')) };
  [said, list, isRestarted] = ['', null, false];
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  host.close();
});

/** One that starts with the host, one that does not, one by hand, and one that nobody knows. */
function everyKind(): void {
  host.own('web1');
  host.own('spare', { autostart: false });
  host.config('mail');
  for (const [index, name] of ['web1', 'spare', 'mail', 'stranger'].entries()) host.run(name, 5 + index);
}

describe('host restart', () => {
  test('stops everybody, and brings back what ran', async () => {
    everyKind();
    host.own('off', { autostart: false });
    expect(await hostRestart({}, io, bench, port())).toBe(0);
    expect(host.done.toSorted()).toEqual(['shutdown mail', 'shutdown spare', 'shutdown stranger', 'shutdown web1']);
    expect(list).toMatch(/^config \S+\/mail\.cfg\nown spare\n$/);
    expect(isRestarted).toBe(true);
    expect(said).toBe(
      'The host restarts. These DomUs are stopped: mail, spare, web1, stranger.\n' +
        '  with the host:  web1\n  started again, as they run now:  mail, spare\n  not started again:  stranger\n',
    );
  }, 60_000);

  test('leaves the list before anybody is stopped: a power cut in between takes nothing away', async () => {
    host.own('spare', { autostart: false });
    host.run('spare', 5);
    let stoppedThen: readonly string[] = ['not asked'];
    const noting = port({
      writeList: async (text) => {
        if (text !== null) stoppedThen = host.done;
        list = text;
      },
    });
    await hostRestart({}, io, bench, noting);
    expect(stoppedThen).toEqual([]);
  }, 60_000);

  test('does not restart while a DomU still runs, and leaves no list', async () => {
    host.config('stuck');
    host.run('stuck', 5);
    expect(await hostRestart({ timeout: '1' }, io, bench, port())).toBe(5);
    expect({ list, isRestarted }).toEqual({ list: null, isRestarted: false });
    expect(host.told.at(-1)).toContain('The host is not restarted');
    expect(await hostRestart({ timeout: '1', force: true }, io, bench, port())).toBe(0);
    expect(isRestarted).toBe(true);
  }, 60_000);

  test('is refused before anything is stopped where the next start would be without Xen', async () => {
    everyKind();
    const faulty = port({ faults: async () => ['Xen is not the default in grub.cfg'] });
    await expect(hostRestart({}, io, bench, faulty)).rejects.toMatchObject({
      code: 'restart-refused',
      exit: 4,
      message: expect.stringContaining('Xen is not the default in grub.cfg') as unknown,
    });
    expect(host.done).toEqual([]);
    expect(await hostRestart({ force: true }, io, bench, faulty)).toBe(0);
  }, 60_000);

  test('is refused while a guest is being rescued, also with --force', async () => {
    host.own('web1');
    host.rescue('web1');
    await expect(hostRestart({ force: true }, io, bench, port())).rejects.toMatchObject({
      code: 'restart-refused',
      message: expect.stringContaining('xenwright domu rescue web1 --close') as unknown,
    });
  });

  test('says of a host that Xenwright did not install what does not come back', async () => {
    host.config('mail');
    host.run('mail', 5);
    expect(await hostRestart({}, io, bench, port({ hasList: false }))).toBe(0);
    expect(said).toContain('  not started again:  mail\n');
    expect(list).toBeNull();
  }, 60_000);

  test('prints its commands with --dry-run', async () => {
    host.config('mail');
    host.run('mail', 5);
    expect(await hostRestart({ dryRun: true }, io, bench, port())).toBe(0);
    expect(said).toBe('xl shutdown mail\nsystemctl reboot\n');
    expect(host.done).toEqual([]);
  });

  test('wants root', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    await expect(hostRestart({}, io, bench, port())).rejects.toMatchObject({ code: 'needs-root', exit: 4 });
  });
});

describe('the next start', () => {
  const home = mkdtempSync(join(tmpdir(), 'xw-bring-back-'));
  const at = join(home, 'var/lib/xenwright/bring-back');
  /** What is run for a list. */
  function brought(text: string): string[] {
    mkdirSync(join(home, 'var/lib/xenwright'), { recursive: true });
    writeFileSync(at, text);
    writeFileSync(join(home, 'done'), '');
    for (const tool of ['xl', 'starter']) {
      writeFileSync(join(home, tool), `#!/bin/sh\necho "${tool} $*" >>${home}/done\n`);
      chmodSync(join(home, tool), 0o755);
    }
    spawnSync('sh', [asset('host/bring-back.sh')], {
      env: { PATH: `${home}:/usr/bin:/bin`, XENWRIGHT_ROOT: home, XENWRIGHT_STARTER: join(home, 'starter') },
    });
    return readFileSync(join(home, 'done'), 'utf8').trimEnd().split('\n');
  }

  test('starts those of Xenwright together, those made by hand by their files, and that once', () => {
    expect(brought('config /etc/xen/my mail.cfg\nown spare\nown db1\n')).toEqual([
      'xl create /etc/xen/my mail.cfg',
      'starter start spare db1',
    ]);
    expect(existsSync(at)).toBe(false);
  });

  test('takes no option and no path for a name', () => {
    expect(brought('own --help\nown ../x\nown a b\nconfig relative.cfg\nelse x\n')).toEqual(['']);
  });
});
