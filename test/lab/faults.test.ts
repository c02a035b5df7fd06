/**
 * Faults that an install meets before it needs a virtual machine: a target too small, and a target that another run
 * works on.
 */
import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cli, labFolder, start, type CliRun } from './support/cli.ts';

const folder = labFolder('faults');
const profile = join(folder, 'host.yaml');
copyFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), profile);
const isRoot = process.getuid?.() === 0;

describe('a target smaller than planned', () => {
  test('is refused before anything is written, with what would fit', async () => {
    const image = join(folder, 'small.img');
    const run = await cli(folder, 'install', profile, '--image', `${image}:2G`);
    expect(run.code, run.err).toBe(4);
    expect(run.err + run.out).toMatch(/2048 MiB|2 GiB|2G/);
    expect(existsSync(image)).toBe(false);
    expect(existsSync(`${image}.xenwright/journal.ndjson`)).toBe(false);
  });

  test('is refused where it is a file of somebody, which stays as it was', async () => {
    const image = join(folder, 'others.img');
    writeFileSync(image, 'precious');
    const run = await cli(folder, 'install', profile, '--image', image);
    expect(run.code, run.err).toBe(4);
    expect(run.err).toContain('[image-exists]');
    expect(readFileSync(image, 'utf8')).toBe('precious');
  });
});

describe.skipIf(!isRoot)('two runs on one target (bases need root)', () => {
  const image = join(folder, 'shared.img');
  const store = join(folder, 'bases');
  let mirror: Server;
  let first: CliRun;
  let args: string[];
  let asked: Promise<void>;

  beforeAll(async () => {
    // A mirror that takes requests and never answers: the first run stays where it is.
    let ask = (): void => undefined;
    asked = new Promise((resolve) => {
      ask = resolve;
    });
    mirror = createServer(() => ask()).listen(0, '127.0.0.1');
    await new Promise((resolve) => {
      mirror.once('listening', () => resolve(undefined));
    });
    const address = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/debian`;
    args = [
      'install',
      profile,
      '--image',
      image,
      '--set',
      `host.source.mirror=${address}`,
      '--set',
      'host.source.securityMirror=none',
    ];
    first = start(folder, args, { XENWRIGHT_BASES: store });
    await asked;
  });
  afterAll(() => {
    first.kill();
    mirror.closeAllConnections();
    mirror.close();
  });

  test('the second is refused, with who works on it, by whatever name it calls the target', async () => {
    for (const name of [image, join(folder, '..', 'faults', 'shared.img')]) {
      const second = await cli(folder, ...args.map((word) => (word === image ? name : word)));
      expect(second.code, second.err).toBe(4);
      expect(second.err).toContain('[target-locked]');
      expect(second.err).toContain(`process ${first.pid}`);
    }
  });

  test("the lock of a run that was killed is nobody's: --resume takes it over", async () => {
    first.kill();
    await first.done;
    const again = start(folder, [...args, '--resume'], { XENWRIGHT_BASES: store });
    const lines = await new Promise<string>((resolve) => {
      again.onOut((out) => {
        if (out.includes('Build the common stage')) resolve(out);
      });
      void again.done.then(({ err }) => resolve(err));
    });
    expect(lines).not.toContain('target-locked');
    again.interrupt();
    expect((await again.done).code).toBe(130);
  });

  test('an image that has become smaller since is refused, and not written to', async () => {
    truncateSync(image, 1024 ** 3);
    const resumed = await cli(folder, ...args, '--resume');
    expect(resumed.code, resumed.err).toBe(4);
    expect(resumed.err).toContain('[image-too-small]');
    expect(resumed.err).toContain('1024 MiB');
  });
});
