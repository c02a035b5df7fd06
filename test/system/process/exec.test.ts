import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { endingWith, exec } from '../../../src/system/process/exec.ts';

/** A zombie that nobody has reaped yet does not run. */
const isRunning = (pid: string): boolean => {
  try {
    return !readFileSync(`/proc/${pid.trim()}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

test('output is returned and handed on line by line', async () => {
  const lines: string[] = [];
  const result = await exec(
    ['sh', '-c', 'echo one; echo two >&2; printf three'],
    {},
    { onLine: (stream, line) => lines.push(`${stream} ${line}`) },
  );
  expect(result).toEqual({ exitCode: 0, stdout: 'one\nthree', stderr: 'two\n' });
  expect(lines.sort()).toEqual(['stderr two', 'stdout one', 'stdout three']);
});

test('standard input is closed unless input is given', async () => {
  expect((await exec(['cat'])).stdout).toBe('');
  expect((await exec(['cat'], { input: 'bytes' })).stdout).toBe('bytes');
});

test('the locale is C and nothing asks questions', async () => {
  const { stdout } = await exec(['sh', '-c', 'echo $LC_ALL $LANG $DEBIAN_FRONTEND']);
  expect(stdout).toBe('C C noninteractive\n');
});

test('a command in another root gets nothing of this session: its folders are not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xw-exec-'));
  await writeFile(join(folder, 'chroot'), '#!/bin/sh\nexec env\n', { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  vi.stubEnv('TMPDIR', '/tmp/user/1000');
  vi.stubEnv('BASH_ENV', '/home/me/.env');
  vi.stubEnv('https_proxy', 'http://proxy.example.org:3128');
  const { stdout } = await exec(['chroot', '/target', 'true'], { env: { HOME_OF: 'ours' } });
  expect(stdout).not.toMatch(/TMPDIR|BASH_ENV/);
  for (const line of ['HOME=/root', 'LC_ALL=C', 'https_proxy=http://proxy.example.org:3128', 'HOME_OF=ours'])
    expect(stdout.split('\n')).toContain(line);
  expect((await exec(['env'])).stdout).toContain('TMPDIR=/tmp/user/1000');
  vi.unstubAllEnvs();
});

test('a failure carries the command, its last 40 lines and exit 5', async () => {
  await expect(exec(['sh', '-c', 'seq 100; exit 7'])).rejects.toMatchObject({
    code: 'command-failed',
    exit: 5,
    command: "sh -c 'seq 100; exit 7'",
    lastLines: Array.from({ length: 40 }, (_, index) => String(index + 61)),
  });
});

test('exit codes that are told to be fine are fine', async () => {
  expect((await exec(['sh', '-c', 'exit 3'], { okCodes: [0, 3] })).exitCode).toBe(3);
});

test('a missing tool is named with its Debian package', async () => {
  await expect(exec(['no-such-tool'])).rejects.toMatchObject({
    code: 'command-not-found',
    hint: 'install the package that contains no-such-tool',
  });
  await expect(exec(['/nowhere/sgdisk', '--version'])).rejects.toMatchObject({
    code: 'command-not-found',
    exit: 5,
    hint: 'apt-get install gdisk',
  });
});

test('the time limit ends the whole process group', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xw-exec-'));
  await expect(
    exec(['sh', '-c', `sleep 60 & echo $! > ${folder}/pid; wait`], { timeoutMs: 500 }),
  ).rejects.toMatchObject({ code: 'command-timeout', exit: 5 });
  expect(isRunning(await readFile(`${folder}/pid`, 'utf8'))).toBe(false);
});

test('a command that ignores SIGTERM is killed', async () => {
  const began = Date.now();
  await expect(
    exec(['sh', '-c', "trap '' TERM; while :; do sleep 0.2; done"], { timeoutMs: 300 }),
  ).rejects.toMatchObject({ code: 'command-timeout' });
  expect(Date.now() - began).toBeLessThan(9_000);
}, 15_000);

test('an abort ends the command as interrupted', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  await expect(exec(['sleep', '60'], {}, { signal: controller.signal })).rejects.toMatchObject({
    code: 'interrupted',
    exit: 130,
  });
  await expect(exec(['sleep', '60'], {}, { signal: controller.signal })).rejects.toMatchObject({ code: 'interrupted' });
});

test('a daemon that keeps the output open does not keep the command from ending', async () => {
  const began = Date.now();
  expect((await exec(['sh', '-c', 'setsid sleep 15 & echo started'])).stdout).toBe('started\n');
  expect(Date.now() - began).toBeLessThan(10_000);
}, 20_000);

test('known secrets are removed from what is shown, not from what is returned', async () => {
  const shown: string[] = [];
  const redact = (text: string): string => text.replaceAll('canary', '***');
  const result = await exec(
    ['cat'],
    { input: 'the canary sings\n' },
    { redact, onLine: (_, line) => shown.push(line), onCommand: (text) => shown.push(text) },
  );
  expect(result.stdout).toBe('the canary sings\n');
  expect(shown).toEqual(['cat', 'the *** sings']);
  await expect(exec(['sh', '-c', 'cat; exit 1'], { input: 'canary' }, { redact })).rejects.toMatchObject({
    lastLines: ['***'],
  });
});

test('a command is not begun once the process that wanted it is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xw-exec-'));
  const begin = (parent: number): number | null =>
    spawnSync('setpriv', endingWith(parent, ['touch', join(folder, String(parent))])).status;
  expect(begin(process.pid)).toBe(0);
  expect(begin(2 ** 22 + 1)).toBe(143);
  expect(await readdir(folder)).toEqual([String(process.pid)]);
});

test('a full disk is told as such, whichever command meets it', async () => {
  await expect(exec(['dd', 'if=/dev/zero', 'of=/dev/full', 'count=1'])).rejects.toMatchObject({
    code: 'disk-full',
    exit: 5,
    command: expect.stringContaining('/dev/full'),
    hint: expect.stringContaining('--resume'),
  });
});
