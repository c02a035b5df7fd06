/** Needs virtual machines, and more time than CI has: the lab's image boots by UEFI as well. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bootImage, expectBothUp } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';

it('an installed image boots Xen by UEFI, with its DomUs up', async () => {
  const folder = labFolder('uefi');
  const image = join(folder, 'host.img');
  const profile = join(folder, 'host.yaml');
  copyFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), profile);
  expect((await cli(folder, 'install', profile, '--image', image)).code).toBe(0);
  expectBothUp(await bootImage(folder, image, '--firmware', 'uefi'), 'uefi');
});
