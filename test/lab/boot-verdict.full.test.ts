/** What `boot` says of images that hold no host (virtual machines; needs qemu-system-x86_64). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BootResult } from '../../src/commands/boot/run.ts';
import { emptyDisk } from './support/appliance.ts';
import { cli, labFolder, start } from './support/cli.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const hasUefi = hasQemu && existsSync('/usr/share/OVMF');
const folder = labFolder('boot-verdict');

test.skipIf(!hasUefi)('an empty disk is judged, with what the firmware says (virtual machine)', async () => {
  const image = emptyDisk(folder, 'empty', 64);
  const run = await cli(folder, 'boot', image, '--firmware', 'uefi', '--timeout', '40', '--scratch');
  expect(run.code).toBe(5);
  const result = JSON.parse(run.out) as BootResult;
  expect(result).toMatchObject({ booted: 'none', up: false, dom0: null, domus: [], fallback: false, firmware: 'uefi' });
  expect(result.why).toMatch(/the firmware found nothing to boot.*\(after 40 s\)/);
  expect(readFileSync(result.transcript, 'utf8')).toContain('BdsDxe');
});

test.skipIf(!hasQemu)(
  'an image that is booted already is refused, and the first machine goes on (virtual machine)',
  async () => {
    const image = emptyDisk(folder, 'busy', 64);
    const first = start(folder, ['boot', image, '--timeout', '16']);
    await new Promise((resolve) => {
      setTimeout(resolve, 5000);
    });
    const second = await cli(folder, 'boot', image, '--timeout', '16');
    expect(second).toMatchObject({ code: 4, out: '' });
    expect(second.err).toContain('[target-busy]');
    expect(await first.done).toMatchObject({ code: 5, err: '' });
  },
);

test('an image that is not there, and a console without a terminal, are wrong usage', async () => {
  const missing = await cli(folder, 'boot', join(folder, 'nothing.img'));
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toContain('nothing.img does not exist');
  const image = emptyDisk(folder, 'console', 1);
  const blind = await cli(folder, 'boot', image, '--console');
  expect(blind).toMatchObject({ code: 2, out: '' });
  expect(blind.err).toContain('--console needs a terminal');
  expect(existsSync(`${image}.xenwright`)).toBe(false);
  expect((await cli(folder, 'boot', image, '--timeout', 'soon')).err).toContain('--timeout soon: not a number');
});
