/** How long an NFS server is waited for, and what is said meanwhile. A real server is in test/lab/sources.full.test.ts. */
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { EXIT, XenwrightError } from '../../../src/errors.ts';
import type { exec } from '../../../src/system/process/exec.ts';
import { inEnglish } from '../../../src/i18n/english.ts';
import { waysByNfs } from '../../../src/system/source/nfs.ts';

const ref = { kind: 'nfs', server: '192.0.2.1', path: '/srv/racks/p.yaml' } as const;
const stuck =
  (lastLines: readonly string[]): typeof exec =>
  async (_, options) => {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    throw new XenwrightError({
      code: 'command-timeout',
      exit: EXIT.action,
      message: `unshare did not end within ${(options?.timeoutMs ?? 0) / 1000} s`,
      lastLines,
    });
  };

it('reads a file of an export that was mounted', async () => {
  const asked: (readonly string[])[] = [];
  const run: typeof exec = async (argv) => {
    asked.push(argv);
    await writeFile(argv.at(-1) ?? '', 'version: 1\n');
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  expect(
    await waysByNfs(ref, {
      run,
      onSlow: () => {
        throw new Error('it was quick');
      },
    })[0]?.read(),
  ).toBe('version: 1\n');
  expect(asked[0]).toEqual(
    expect.arrayContaining(['nfs', expect.stringMatching(/soft.*vers=4$/), '192.0.2.1:/srv/racks', 'p.yaml']),
  );
});

it('waits longer than the grace period of a server that has just started, says so meanwhile and at the end', async () => {
  const notes: string[] = [];
  const [first] = waysByNfs(ref, {
    run: stuck(['xenwright: mounted']),
    slowMs: 1,
    onSlow: (note) => {
      notes.push(inEnglish(note));
    },
  });
  await expect(first?.read()).rejects.toMatchObject({
    exit: EXIT.source,
    mayCome: true,
    message: expect.stringMatching(/could not be read within 120 s; .*grace period is over \(90 s\)/),
  });
  expect(notes).toEqual([
    expect.stringMatching(
      /^nfs:\/\/192\.0\.2\.1\/srv\/racks\/p\.yaml: no answer yet; .*grace period.* Waiting up to 120 s more$/,
    ),
  ]);
});

it('blames no grace period where there was no mount', async () => {
  await expect(waysByNfs(ref, { run: stuck([]) })[0]?.read()).rejects.toMatchObject({
    message: 'no answer within 120 s',
    mayCome: true,
  });
});
