/** The filesystem that an image lies on, with all of its state, runs full in the middle of an install (virtual machine). */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { cli, labFolder } from './support/cli.ts';
import { machinesOn } from './support/processes.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('faults-disk-full');
const small = join(folder, 'small');
const image = join(small, 'host.img');
const profile = join(folder, 'host.yaml');
copyFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), profile);

describe.skipIf(!hasQemu || process.getuid?.() !== 0)(
  'an image on a filesystem that runs full (needs root and a virtual machine)',
  () => {
    beforeAll(() => {
      mkdirSync(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=500M', 'xw-small', small]);
    });
    afterAll(() => {
      execFileSync('umount', ['--lazy', small]);
    });

    test('stops the install soon, with its name and what to do, and leaves no machine behind', async () => {
      const began = performance.now();
      const run = await cli(folder, 'install', profile, '--image', image);
      expect(run.code, run.err).toBe(5);
      expect(run.out).toContain('[disk-full]');
      expect(run.out).toContain(`no space left for ${image}`);
      expect(run.out).toContain('--resume');
      expect(machinesOn(image)).toEqual([]);
      expect((performance.now() - began) / 1000).toBeLessThan(400);
    });

    test('goes on with --resume once there is space', async () => {
      execFileSync('mount', ['-o', 'remount,size=6G', small]);
      const run = await cli(folder, 'install', profile, '--image', image, '--resume');
      expect(run.code, run.err + run.out.slice(-2000)).toBe(0);
      const journal = readFileSync(`${image}.xenwright/journal.ndjson`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { entry: string; id?: string });
      const plan = JSON.parse(readFileSync(`${image}.xenwright/plan.json`, 'utf8')) as Plan;
      expect(
        journal
          .filter(({ entry }) => entry === 'finished')
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(plan.actions.map(({ id }) => id).toSorted());
      expect(journal.at(-1)).toMatchObject({ entry: 'complete' });
    });
  },
);
