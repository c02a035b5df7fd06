/**
 * One install from nothing (virtual machine at its end) that meets in turn: a base store without space, a mirror that
 * goes away while the common stage is fetched, and again while a role's packages are. Each time it says so, and
 * --resume goes on from there.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labPlan } from './bases.ts';
import { eventsOf, labFolder, start, type CliResult } from './support/cli.ts';
import { mirrorOf, type Mirror } from './support/mirror.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('faults-source');
const image = join(folder, 'host.img');
const profile = join(folder, 'host.yaml');
copyFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), profile);
const store = join(folder, 'bases');
const built = (): string[] => readdirSync(store).filter((name) => /^[0-9a-f]{64}$/.test(name));

describe.skipIf(!hasQemu || process.getuid?.() !== 0)(
  'an install without bases (needs root, a network and a virtual machine)',
  () => {
    let mirror: Mirror;
    let install: (...more: readonly string[]) => Promise<CliResult>;

    beforeAll(async () => {
      const build = (await labPlan()).actions.find((action) => action.kind === 'base.build');
      const uri =
        build?.kind === 'base.build' ? build.params.base.sources.find((source) => source.uri !== '')?.uri : undefined;
      if (uri === undefined) throw new Error('this machine has no package source to stand behind the mirror');
      const upstream = new URL(uri);
      mirror = await mirrorOf(upstream.origin);
      mkdirSync(store);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=120M', 'xw-store', store]);
      install = (...more) =>
        start(
          folder,
          [
            'install',
            profile,
            '--image',
            image,
            '--set',
            `host.source.mirror=${mirror.address}${upstream.pathname}`,
            '--set',
            'host.source.securityMirror=none',
            ...more,
          ],
          { XENWRIGHT_BASES: store },
        ).done;
    });
    afterAll(async () => {
      await mirror.close();
      execFileSync('umount', ['--lazy', store]);
    });

    test('stops where the base store is full, names it, and leaves nothing half built', async () => {
      const run = await install();
      expect(run.code, run.err).toBe(5);
      expect(run.out).toContain('[disk-full]');
      expect(run.out).toMatch(/no space left.*\n[\s\S]*--resume/);
      expect(built()).toEqual([]);
      expect(readdirSync(store).filter((name) => name.includes('partial'))).toEqual([]);
    });

    test('tries a mirror that went away again, then reports it with its address', async () => {
      execFileSync('mount', ['-o', 'remount,size=8G', store]);
      let packages = 0;
      mirror.dieAt((path) => path.endsWith('.deb') && ++packages === 25);
      const run = await install('--resume');
      expect(mirror.isDead()).toBe(true);
      expect(run.code, run.err).toBe(5);
      expect(run.out).toMatch(/\[mirror-failed\]/);
      expect(run.out).toContain(mirror.address);
      const said = eventsOf(image)
        .flatMap((event) => (event.type === 'action.output' ? [event.text] : []))
        .join('\n');
      expect(said).toMatch(/try 2 of 3[\s\S]*try 3 of 3/);
      expect(built()).toEqual([]);
    });

    test('keeps what was built before the mirror went away a second time', async () => {
      await mirror.revive();
      mirror.dieAt((path) => path.includes('/xen-utils-'));
      const run = await install('--resume');
      expect(mirror.isDead()).toBe(true);
      expect(run.code, run.err).toBe(5);
      expect(run.out).toContain(mirror.address);
      expect(built().length).toBeGreaterThanOrEqual(1);
    });

    test('finishes with --resume once the mirror is back, and fetches little twice', async () => {
      const before = new Set(mirror.asked.filter((path) => path.endsWith('.deb')));
      const from = mirror.asked.length;
      await mirror.revive();
      const run = await install('--resume');
      expect(run.code, run.err).toBe(0);
      const again = mirror.asked.slice(from).filter((path) => path.endsWith('.deb') && before.has(path));
      // What was under way when the mirror went.
      expect(again.length).toBeLessThan(40);
      expect(eventsOf(image).at(-1)).toMatchObject({ type: 'run.finished', result: 'done' });
      expect((await install()).err).toContain('nothing was changed');
    });
  },
);
