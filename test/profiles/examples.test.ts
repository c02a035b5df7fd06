/** The example profiles: each is sound, and each can be planned. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../src/check/check.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import type { Facts } from '../../src/facts/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { imageSizeMiB } from '../../src/plan/storage/storage.ts';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { exportProfile } from '../../src/profile/export.ts';
import { minimalText, profileOf } from '../profile/fixtures.ts';

const FOLDER = 'assets/profiles';
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

/** A machine that has what the example speaks of: its card, its kind of disk. */
function machineFor(profile: EffectiveProfile): Facts {
  const facts = imageMachine({ disks: [{ sizeMiB: imageSizeMiB(profile) }], seed: '00', aptSources: { mirrors: [] } });
  const uplink = profile.host.network.bridges[0]?.uplinks?.[0];
  return {
    ...facts,
    nics: facts.nics.map((nic) => ({ ...nic, ...(uplink !== undefined && !('pci' in uplink) ? uplink : {}) })),
    disks: facts.disks.map((disk) => ({ ...disk, transport: profile.host.storage.disks[0]?.transport ?? disk.transport })),
  };
}

describe.each(names)('%s', (name) => {
  const text = readFileSync(`${FOLDER}/${name}`, 'utf8');

  test('opens with what it is for', () => { expect(text).toMatch(/^# [A-Z]/); });

  test('names the schema for editors, from where a clone has it', () => {
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
    const path = resolve(dirname(`${FOLDER}/${name}`), schema);
    expect(relative('.', path)).toBe('assets/profile.schema.json');
    expect(existsSync(path)).toBe(true);
  });

  test('is sound, but for the console that nobody can log in to', () => {
    const profile = profileOf(text);
    expect(checkProfile(profile, null).map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning no-console-login']);
    expect(checkProfile(profile, machineFor(profile)).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('gives the same plan each time, and after an export', () => {
    const profile = profileOf(text);
    const facts = machineFor(profile);
    const { hash } = buildPlan(profile, facts);
    expect(buildPlan(profileOf(text), facts).hash).toBe(hash);
    expect(buildPlan(profileOf(exportProfile(profile)), facts).hash).toBe(hash);
  });
});

test('the minimal example is the one of the contract, but for the line for editors', () => {
  const text = readFileSync(`${FOLDER}/minimal.yaml`, 'utf8');
  expect(text.replace(/^# yaml-language-server: .*\n/m, '')).toBe(minimalText);
});
