import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockTarget } from '../../../src/system/files/lock.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'xw-lock-'));

test('a second run on one target is refused and told who is at it, by whatever name it comes', async () => {
  const base = await folder();
  const image = join(base, 'host.img');
  const lock = await lockTarget(image);
  await symlink(base, `${base}-link`);
  await expect(lockTarget(image)).rejects.toMatchObject({
    code: 'target-locked',
    exit: 4,
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await expect(lockTarget(join(`${base}-link`, 'host.img'))).rejects.toMatchObject({ code: 'target-locked' });
  await lock.release();
  await (await lockTarget(image)).release();
  expect(await readdir(base)).toEqual([]);
});

test('the lock of a dead process, of an older boot, of a reused pid, or in ruins is taken over', async () => {
  const image = join(await folder(), 'host.img');
  const child = spawn('true');
  await new Promise((resolve) => {
    child.on('exit', resolve);
  });
  for (const stale of [
    JSON.stringify({ pid: child.pid, startTime: '1', boot: 'x', since: '' }),
    JSON.stringify({ pid: process.pid, startTime: '1', boot: 'x', since: '' }),
    '{"pid":',
    '',
  ]) {
    await writeFile(`${image}.lock`, stale);
    await (await lockTarget(image)).release();
  }
});

// Again and again: a lock that was just taken was once moved aside for a moment, in which a second one could be taken.
test.each(Array.from({ length: 15 }, (_, round) => round))(
  'of many that want a stale lock at once, exactly one gets it (%i)',
  async () => {
    const image = join(await folder(), 'host.img');
    await writeFile(`${image}.lock`, '');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockTarget(image)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  },
);

test('what somebody has put in the place of a lock is neither waited for, followed nor replaced', async () => {
  const base = await folder();
  const victim = join(base, 'victim');
  await writeFile(victim, 'untouched');
  for (const plant of [`ln -s ${victim}`, 'ln -s /nothing', 'mkfifo', 'mkdir', 'truncate --size=1T']) {
    const image = join(base, `${plant.replaceAll(/[ /]/g, '-')}.img`);
    execFileSync('sh', ['-c', `${plant} "$1"`, 'sh', `${image}.lock`]);
    await expect(lockTarget(image)).rejects.toMatchObject({
      code: 'target-locked',
      exit: 4,
      hint: expect.stringContaining(`${image}.lock`),
    });
  }
  expect(await readFile(victim, 'utf8')).toBe('untouched');
});

test.each(['null', '5', '[]', '{"pid":"../../self","startTime":"","boot":"","since":""}', '{"pid":1}'])(
  'a lock that says %s is one in ruins',
  async (text) => {
    const image = join(await folder(), 'host.img');
    await writeFile(`${image}.lock`, text);
    await (await lockTarget(image)).release();
  },
);
