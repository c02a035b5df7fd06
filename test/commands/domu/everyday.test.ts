/** `xenwright domu list|start|stop|restart|console|log` as they are called: what they refuse, show and tell. */
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanText } from '../../../src/clean-text.ts';
import { domuConsole } from '../../../src/commands/domu/console/run.ts';
import { domuList } from '../../../src/commands/domu/list/run.ts';
import { domuLog } from '../../../src/commands/domu/log/run.ts';
import type { Bench } from '../../../src/commands/domu/power.ts';
import { domuRestart } from '../../../src/commands/domu/restart/run.ts';
import { domuStart } from '../../../src/commands/domu/start/run.ts';
import { domuStop } from '../../../src/commands/domu/stop/run.ts';
import { say } from '../../../src/i18n/phrase.ts';
import { translator } from '../../../src/i18n/t.ts';
import { followLog, lastLines, openLog } from '../../../src/system/files/last-lines.ts';
import type { CommandIo } from '../../../src/system/process/process-io.ts';
import { StandInHost } from '../../host/domus/stand-in-host.ts';

let host: StandInHost;
let bench: Bench;
let said = '';
const io = (interactive = false): CommandIo => ({
  readText: async () => '',
  out: (text) => {
    said += text;
  },
  err: (text) => {
    said += text;
  },
  interactive,
});
beforeEach(() => {
  host = new StandInHost();
  bench = { power: host.power, words: (message) => say(message, translator('en')) };
  said = '';
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  host.close();
});

describe('start, stop and restart', () => {
  it('show the commands with --dry-run, and run none', async () => {
    host.own('web1');
    host.config('mail');
    host.run('mail', 5);
    expect(await domuStart(['web1', 'mail'], { dryRun: true }, io(), bench)).toBe(0);
    expect(said).toMatch(/^\S+domus\.py start web1\n\S+first-boot\.py web1\n$/);
    said = '';
    expect(await domuStop(['mail'], { dryRun: true, force: true, timeout: '5' }, io(), bench)).toBe(0);
    expect(said).toBe('xl shutdown mail\nxl destroy mail\n');
    said = '';
    await domuRestart(['mail'], { dryRun: true }, io(), bench);
    expect(said).toBe('xl shutdown mail\nxl create /etc/xen/mail.cfg\n');
    expect(host.done).toEqual([]);
  });

  it('with --all start what starts with the host, and stop what runs', async () => {
    host.own('web1');
    host.own('spare', { autostart: false });
    expect(await domuStart([], { all: true }, io(), bench)).toBe(0);
    host.run('stranger', 9);
    expect(await domuStop([], { all: true }, io(), bench)).toBe(0);
    expect(host.done).toEqual(['create web1.cfg', 'shutdown stranger', 'shutdown web1']);
  }, 60_000);

  it('restart stops, then starts; who cannot be started again is not stopped', async () => {
    host.config('mail');
    host.run('mail', 5);
    host.run('stranger', 9);
    expect(await domuRestart(['mail', 'stranger'], {}, io(), bench)).toBe(5);
    expect(host.done).toEqual(['shutdown mail', 'create mail.cfg']);
    expect(host.told.join('\n')).toContain('stranger: not up: it has no configuration on this host');
  });

  it('leave one that is being rescued to the rescue, and say how that ends', async () => {
    host.own('web1');
    host.run('web1', 5);
    host.rescue('web1');
    expect(await domuRestart(['web1'], {}, io(), bench)).toBe(5);
    expect(host.done).toEqual([]);
    expect(host.told.join('\n')).toMatch(/^web1: not up: it is being rescued.*xenwright domu rescue web1 --close$/);
    said = '';
    host.config('mail');
    host.rescue('mail');
    expect(await domuStart(['mail'], { dryRun: true }, io(), bench)).toBe(5);
    expect(await domuRestart(['web1', 'mail'], { dryRun: true }, io(), bench)).toBe(5);
    expect(said).not.toMatch(/create|domus\.py/);
    expect(said.match(/xenwright domu rescue mail --close/g)).toHaveLength(2);
  });

  it('say what switching off means, before it is done', async () => {
    host.config('mail');
    host.run('mail', 5);
    expect(await domuStop(['mail'], { force: true }, io(), bench)).toBe(0);
    expect(said).toContain('data that mail did not write to disk yet is lost');
    expect(host.done).toEqual(['destroy mail']);
  });

  it('want names or --all, and root', async () => {
    await expect(domuStart([], {}, io(), bench)).rejects.toMatchObject({ code: 'usage', exit: 2 });
    await expect(domuStop(['mail'], { all: true }, io(), bench)).rejects.toMatchObject({ code: 'usage', exit: 2 });
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    await expect(domuStart(['mail'], {}, io(), bench)).rejects.toMatchObject({ code: 'needs-root', exit: 4 });
  });
});

describe('list', () => {
  it('is text, or JSON that is the same everywhere', async () => {
    host.config('mail');
    host.run('mail', 5);
    expect(await domuList({}, io(), host.port)).toBe(0);
    expect(said).toMatch(/\nmail +running +384 MiB +1 +- +pv +-\n {4}made by hand: \/etc\/xen\/mail\.cfg\n/);
    said = '';
    expect(await domuList({ format: 'json' }, io(), host.port)).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ version: 1, xen: true, domus: [{ name: 'mail', state: 'running' }] });
  });

  it('without Xen says so, and refuses a system that is no host at all', async () => {
    host.isDom0 = false;
    await expect(domuList({}, io(), host.port)).rejects.toMatchObject({ code: 'no-xen', exit: 4 });
    host.config('mail');
    expect(await domuList({}, io(), host.port)).toBe(0);
    expect(said).toContain('Xen is not running');
  });
});

describe('console', () => {
  it('says how to leave it before it begins, and names the domain as xl takes it', async () => {
    host.config('a b');
    host.run('a b', 7);
    const ran: string[] = [];
    const code = await domuConsole('a b', io(true), bench, async (argv) => {
      ran.push(argv.join(' '), said);
      return 0;
    });
    expect([code, ran[0]]).toEqual([0, 'xl console 7']);
    expect(ran[1]).toContain('Ctrl-] leaves it');
    expect(said).toContain('Left the console of a b.');
  });

  it('is refused without a terminal, and for one that does not run, with what to do', async () => {
    host.config('mail');
    await expect(domuConsole('mail', io(), bench)).rejects.toMatchObject({ code: 'needs-terminal' });
    await expect(domuConsole('mail', io(true), bench)).rejects.toMatchObject({
      code: 'domu-not-running',
      hint: expect.stringContaining('xenwright domu start mail'),
    });
  });
});

describe('log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'xw-log-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const log = async (name: string, lines?: string): Promise<number> =>
    await domuLog(name, lines === undefined ? {} : { lines }, io(), host.port, folder);

  it('shows the last lines, and nothing that a terminal would obey', async () => {
    writeFileSync(join(folder, 'guest-web1.log'), 'one\r\ntwo\u001b[2J\u001b]0;x\u0007\n10%\r50%\rdone\r\nlogin: ');
    expect(await log('web1', '3')).toBe(0);
    expect(said).toBe(cleanText(said));
    expect(said).toMatch(/^two.*\ndone\nlogin: \n$/);
  });

  it('is refused where nothing is kept, with what would keep it; unknown names get the nearest', async () => {
    host.config('mail');
    await expect(log('mail')).rejects.toMatchObject({
      code: 'no-console-log',
      hint: expect.stringContaining('--log=guest'),
    });
    await expect(log('mial')).rejects.toMatchObject({ code: 'no-such-domu', exit: 2 });
    await expect(log('../../etc/passwd')).rejects.toMatchObject({ code: 'no-such-domu' });
  });

  it('does not follow a link to somewhere else', async () => {
    symlinkSync('/etc/passwd', join(folder, 'guest-web1.log'));
    await expect(log('web1')).rejects.toMatchObject({ code: 'no-console-log', exit: 4 });
  });

  it('finds the last lines of a long one without reading it all', async () => {
    const path = join(folder, 'long');
    writeFileSync(path, Array.from({ length: 200_000 }, (_, at) => `line ${at}\n`).join(''));
    const file = await openLog(path);
    if (file === null || file === 'unfit') throw new Error('it is a file');
    expect((await lastLines(file, 2)).text).toBe('line 199998\nline 199999\n');
    expect((await lastLines(file, 200_001)).text.split('\n')).toHaveLength(200_001);
    await file.close();
  });

  it('goes on with what is written, also when the file is cut short', async () => {
    const path = join(folder, 'guest-web1.log');
    writeFileSync(path, 'old\n');
    const abort = new AbortController();
    const seen: string[] = [];
    setTimeout(() => appendFileSync(path, 'new line\n'), 50);
    for await (const part of followLog(path, 4, abort.signal)) {
      seen.push(part);
      if (seen.length === 1) writeFileSync(path, 'cut\n');
      else abort.abort();
    }
    expect(seen).toEqual(['new line\n', 'cut\n']);
  });
});
