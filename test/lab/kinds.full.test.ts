/**
 * Needs virtual machines, and more time than CI has: every other kind of DomU and network, booted. Layout plain with
 * HVM, another release by `boot: direct` and NAT (twice, with an update-grub inside a guest in between); routed guests
 * and a bridge inside a VLAN.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bootImage, describeBoot } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';

const MINUTE = 60_000;

async function installed(name: string): Promise<{ folder: string; image: string }> {
  const folder = labFolder(name);
  const profile = join(folder, 'host.yaml');
  copyFileSync(join(import.meta.dirname, `../profiles/lab-${name}.yaml`), profile);
  const image = join(folder, 'host.img');
  const run = await cli(folder, 'install', profile, '--image', image);
  expect(run.code, run.err + run.out.slice(-3000)).toBe(0);
  return { folder, image };
}

describe('other kinds of DomUs on layout plain', () => {
  it(
    'come up, and again after update-grub inside a guest',
    async () => {
      const { folder, image } = await installed('kinds');
      for (const time of ['the first time', 'again']) {
        const result = await bootImage(folder, image, '--firmware', 'bios', '--timeout', '3000');
        expect(result, `${time}: ${describeBoot(result)}`).toMatchObject({ booted: 'xen', up: true, why: null });
        expect(result.domus.map(({ name, type, up }) => `${name} ${type} ${up}`).toSorted()).toEqual([
          'full1 hvm true',
          'nat1 pvh true',
          'old1 pv true',
        ]);
        expect(result.domus.find(({ name }) => name === 'nat1')?.address).toMatch(/^10\.10\.0\./);
      }
    },
    150 * MINUTE,
  );
});

describe('other networks', () => {
  it(
    'reach their guests: routed ones by lease and by /32 with an on-link gateway, tagged ones through a VLAN',
    async () => {
      const { folder, image } = await installed('networks');
      const result = await bootImage(folder, image, '--firmware', 'bios', '--timeout', '3000');
      expect(result, describeBoot(result)).toMatchObject({ booted: 'xen', up: true, why: null });
      const addresses = Object.fromEntries(result.domus.map(({ name, address }) => [name, address]));
      expect(addresses).toMatchObject({
        leased: expect.stringMatching(/^10\.20\.0\./),
        onlink: '10.20.0.77',
        tagged: '10.42.0.2',
      });
    },
    90 * MINUTE,
  );
});
