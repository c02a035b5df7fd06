/** Boots an installed image by `xenwright boot`, for lab tests; a boot that emulation spoiled is tried once more. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { BootResult } from '../../../src/commands/boot/run.ts';
import { cli } from './cli.ts';

/**
 * Emulation lets one processor run into code of the kernel that another is patching at this moment: Dom0's kernel dies
 * of a breakpoint of its own, and the host comes up without Xen.
 */
const PATCHED_UNDER_WAY = /Oops: int3/;

/**
 * Emulated machines share their processor, and emulated nested paging now and then fails a guest: a boot without a
 * verdict, or with a DomU down under a Xen that runs, gets a second chance, and what was seen of the first is printed.
 * A real fault fails twice.
 */
export async function bootImage(folder: string, image: string, ...args: readonly string[]): Promise<BootResult> {
  const first = await once(folder, image, args);
  const isWhole = first.dom0 !== null && (first.booted !== 'xen' || first.domus.every((domu) => domu.up));
  if (isWhole && !PATCHED_UNDER_WAY.test(readFileSync(first.transcript, 'utf8'))) return first;
  process.stdout.write(`${describeBoot(first)}\nOnce more:\n`);
  return await once(folder, image, args);
}

/** What a test says when it fails: the whole verdict, and the console's last lines. */
export function describeBoot(result: BootResult): string {
  return `${JSON.stringify(result)}\n${readFileSync(result.transcript, 'utf8').slice(-3000)}`;
}

/** The lab's host as it must come up: Xen, Dom0 on xenbr0, two DomUs, each with an address of its own; db1 is PV. */
export function expectBothUp(result: BootResult, firmware: string, web1: 'pv' | 'pvh'): void {
  expect(result, describeBoot(result)).toMatchObject({
    booted: 'xen',
    up: true,
    fallback: false,
    firmware,
    dom0: { up: true, hypervisor: 'xen', bridge: 'xenbr0', memoryMiB: expect.any(Number) },
  });
  expect(result.dom0?.['address']).toMatch(/^10\.0\.2\./);
  expect(result.domus.map(({ name, up, type }) => `${name} ${type} ${up ? 'up' : 'down'}`).sort()).toEqual([
    'db1 pv up',
    `web1 ${web1} up`,
  ]);
  const addresses = [result.dom0?.['address'], ...result.domus.map((domu) => domu.address)];
  expect(new Set(addresses).size).toBe(3);
}

async function once(folder: string, image: string, args: readonly string[]): Promise<BootResult> {
  const run = await cli(folder, 'boot', image, ...args);
  if (run.out === '') throw new Error(`boot said nothing: ${run.err}`);
  return JSON.parse(run.out) as BootResult;
}
