/** Findings of a short profile with pieces put in by `--set`: what the tables of rule tests are made of. */
import { readFileSync } from 'node:fs';
import type { Facts } from '../../src/facts/facts.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { checkProfile } from '../../src/check/check.ts';
import type { Finding } from '../../src/check/finding.ts';
import { formatPath } from '../../src/profile/findings.ts';
import { minimalText, profileOf } from '../profile/fixtures.ts';

/** A host that has nothing to say about itself: a key, a password, one DomU. */
const QUIET = ['host.admin.password=env:PASSWORD'];
const BASE = minimalText;

export function findingsWith(sets: readonly string[], facts: Facts | null = null): Finding[] {
  return checkProfile(profileOf(BASE, [...QUIET, ...sets]), facts);
}

/** `code path`, with `warning ` before what is only one, and `machine ` before what is refused on this machine alone. */
export function codesWith(sets: readonly string[], facts: Facts | null = null): string[] {
  return findingsWith(sets, facts).map(
    ({ severity, code, path, exit }) =>
      `${severity === 'warning' ? 'warning ' : exit === 4 ? 'machine ' : ''}${code} ${formatPath(path)}`,
  );
}

/** The image machine, with some of its facts changed. */
export function machine(changes: Partial<Facts> = {}): Facts {
  return { ...imageMachine({ disks: [{ sizeMiB: 65536 }], seed: '00', aptSources: { mirrors: [] } }), ...changes };
}

/** A captured machine under test/machines. */
export function capturedMachine(name: string): Facts {
  const read = JSON.parse(readFileSync(`test/machines/${name}.json`, 'utf8')) as Facts & { facts?: Facts };
  return read.facts ?? read;
}
