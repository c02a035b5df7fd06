/** Boots an installed image by `xenwright boot`, for lab tests: what only time was lacking for is tried once more. */
import { readFileSync } from 'node:fs';
import type { BootResult } from '../../../src/commands/boot.ts';
import { cli } from './cli.ts';

const LACKED_TIME = /has not said that it is up|did not answer|time(d )?out/;

/** Emulated machines share their processor: a boot without a verdict, or with a DomU that was too slow, gets a second chance. */
export async function bootImage(folder: string, image: string, ...args: readonly string[]): Promise<BootResult> {
  const first = await once(folder, image, args);
  const tooSlow = first.dom0 === null || first.domus.some((domu) => !domu.up && LACKED_TIME.test(domu.why ?? ''));
  if (!tooSlow) return first;
  process.stdout.write(`${told(first)}\nOnce more:\n`);
  return await once(folder, image, args);
}

/** What a test says when it fails: the whole verdict, and the console's last lines. */
export function told(result: BootResult): string {
  return `${JSON.stringify(result)}\n${readFileSync(result.transcript, 'utf8').slice(-3000)}`;
}

async function once(folder: string, image: string, args: readonly string[]): Promise<BootResult> {
  const run = await cli(folder, 'boot', image, ...args);
  if (run.out === '') throw new Error(`boot said nothing: ${run.err}`);
  return JSON.parse(run.out) as BootResult;
}
