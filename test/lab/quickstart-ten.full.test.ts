/**
 * The first command keeps its word, ten times out of ten, needs virtual machines: the image of the quick start is
 * started ten times from the same state, while another program keeps one of the processors busy, and each time Dom0 and
 * its DomU come up.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { BootResult } from '../../src/commands/boot/run.ts';
import { describeBoot } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';

const MINUTE_MS = 60_000;
const STARTS = 10;
const folder = labFolder('quickstart-ten');
const image = join(folder, 'xen-host.img');
/** Ends by itself, should this test be killed. */
const load = spawn('timeout', ['7200', process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' });
afterAll(() => {
  load.kill();
});

it(
  'writes a DomU that emulation carries, and says why',
  async () => {
    const installed = await cli(folder, 'quickstart');
    expect(installed.code, installed.err + installed.out.slice(-2000)).toBe(0);
    expect(readFileSync(join(folder, 'xen-host.yaml'), 'utf8')).toMatch(/type: pv\b/);
  },
  40 * MINUTE_MS,
);

it.each(Array.from({ length: STARTS }, (_, index) => index + 1))(
  'start %i of ten: Dom0 and its DomU are up',
  async (start) => {
    const { out, err } = await cli(
      folder,
      'boot',
      image,
      '--scratch',
      '--transcript',
      join(folder, `start-${start}.log`),
    );
    expect(out, err).not.toBe('');
    const result = JSON.parse(out) as BootResult;
    process.stdout.write(`start ${start}: ${result.up ? 'up' : 'NOT up'} after ${result.seconds} s\n`);
    expect(result, describeBoot(result)).toMatchObject({
      booted: 'xen',
      up: true,
      fallback: false,
      domus: [{ name: 'web1', up: true }],
    });
  },
  60 * MINUTE_MS,
);
