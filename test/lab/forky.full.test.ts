/**
 * Needs virtual machines, and a mirror whose forky installs on the day: a host and its DomUs of the testing release
 * come up under Xen, with a DomU of the stable one beside them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bootImage, expectBothUp } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';

const MINUTE = 60_000;

it(
  'a host of the testing release comes up under Xen, with guests of both releases',
  async () => {
    const folder = labFolder('forky');
    const profile = join(folder, 'host.yaml');
    const lab = readFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), 'utf8');
    writeFileSync(
      profile,
      lab
        .replace('version: 1\nhost:\n', 'version: 1\nhost:\n  release: forky\n')
        .replace('type: pv,', 'type: pv, release: trixie,'),
    );
    const image = join(folder, 'host.img');
    const run = await cli(folder, 'install', profile, '--image', image);
    expect(run.code, run.err + run.out.slice(-3000)).toBe(0);
    const result = await bootImage(folder, image, '--firmware', 'bios', '--timeout', '1800');
    expectBothUp(result, 'bios', 'pvh');
  },
  90 * MINUTE,
);
