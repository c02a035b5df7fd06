/**
 * Sets of disks in a real kernel (virtual machine; needs qemu-system-x86_64): whoever uses a disk is named, a disk in
 * use is refused with the command that frees it, a leftover is taken apart, and no other disk changes by a byte. Then
 * disks with the ids of an earlier install. What the machine answers is captured in test/artifacts/lab/sets/captures.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { XenwrightError } from '../../src/errors.ts';
import { isReleasable } from '../../src/facts/disk-fit.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { SeenOnLoop } from '../system/disk/earlier-install.ts';
import { labFolder } from './support/cli.ts';
import type { SeenClone } from './support/sets-look.ts';
import { LARGE_SERIALS, sayOn, setsMachine, type SetsMachine } from './support/sets-machine.ts';
import { differences, SETS, type DeviceSet, type Users } from './support/sets.ts';

const MINUTE_MS = 60_000;
const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
if (!hasQemu) process.stderr.write('Skipped (test/lab/sets): qemu-system-x86_64 is not installed\n');
const folder = labFolder('sets');
let machine: SetsMachine;
let started: SetsMachine | null = null;
let kernel = '';

beforeAll(async () => {
  if (!hasQemu) return;
  started = await setsMachine(folder);
  machine = started;
  kernel = (await machine.say('uname -r')).trim();
}, 40 * MINUTE_MS);
afterAll(async () => {
  await started?.close();
});

const namesOf = (set: DeviceSet): string[] => set.serials.flatMap((serial) => machine.names[serial] ?? []);

/** Looks, keeps what the machine answered, and says what is not as it should be. */
async function lookAt(set: DeviceSet, state: 'idle' | 'busy', wanted: readonly Users[]): Promise<readonly string[][]> {
  const names = namesOf(set);
  const { users, capture } = await machine.users(names);
  const captured = { capturedFrom: `QEMU, Debian's kernel ${kernel}`, set: set.name, state, disks: names, capture };
  writeFileSync(join(folder, 'captures', `${set.name}-${state}.json`), `${JSON.stringify(captured, null, 1)}\n`);
  expect(users.map((found, index) => differences(found, wanted[index] ?? [], names))).toEqual(names.map(() => []));
  return users.map((found) => found.filter((user) => !isReleasable(user)));
}

/** Each disk in use is refused, on its release and where it is chosen; nothing is written. Gives the hints. */
async function refusals(set: DeviceSet, staying: readonly string[][]): Promise<string> {
  const before = await machine.sums();
  const hints: string[] = [];
  for (const [index, name] of namesOf(set).entries()) {
    const [user] = staying[index] ?? [];
    if (user === undefined) continue;
    const refused = (await machine.release(`/dev/${name}`).catch((error: unknown) => error)) as XenwrightError;
    expect(refused).toMatchObject({ exit: 4, code: expect.stringMatching(/^disk-(in-use|mounted)$/) });
    expect(
      staying[index]?.some((one) => refused.message.includes(one)),
      refused.message,
    ).toBe(true);
    hints.push(refused.hint ?? '');
  }
  const chosen = staying.findIndex((users) => users.length > 0);
  const { code, said } = await machine.dryRun(set.serials[chosen] ?? set.serials[0] ?? '');
  expect({ code, names: staying[chosen]?.every((user) => said.includes(user)), said }).toMatchObject({
    code: 4,
    names: true,
  });
  expect(await machine.sums()).toEqual(before);
  return hints.join('\n');
}

/** Everything is taken apart and wiped, each disk can be opened by one alone, and the others are what they were. */
async function release(set: DeviceSet): Promise<void> {
  const names = namesOf(set);
  const others = async (): Promise<[string, string][]> =>
    Object.entries(await machine.sums()).filter(([serial]) => !set.serials.includes(serial));
  const before = await others();
  for (const name of names) await machine.release(`/dev/${name}`);
  // Looking at users tries to open it with O_EXCL.
  expect((await machine.users(names)).users).toEqual(names.map(() => []));
  for (const name of names)
    expect(
      await machine.say(`wipefs --noheadings /dev/${name}; lsblk --noheadings --raw --output TYPE /dev/${name}`),
    ).toBe('disk');
  expect(await others()).toEqual(before);
}

describe.skipIf(!hasQemu)('a set of disks (virtual machine)', () => {
  test.for(SETS)(
    '$name: its users are named, it is refused while in use, and taken apart when it is not',
    { timeout: 15 * MINUTE_MS },
    async (set) => {
      const names = namesOf(set);
      expect(names.length).toBe(set.idle.length);
      await sayOn(machine, set.name, names, set.make);
      expect((await lookAt(set, 'idle', set.idle)).flat()).toEqual([]);
      if (set.use !== undefined) {
        await sayOn(machine, set.name, names, set.use.begin);
        const hint = await refusals(set, await lookAt(set, 'busy', set.use.users));
        const command = set.use.wayOut === undefined ? set.use.end : set.use.wayOut.exec(hint)?.[0];
        expect(command, hint).toBeDefined();
        await sayOn(machine, set.name, names, `${command}; sleep 1`);
        expect(
          (await machine.users(names)).users.map((found, index) => differences(found, set.idle[index] ?? [], names)),
        ).toEqual(names.map(() => []));
      }
      await release(set);
    },
  );
});

describe.skipIf(!hasQemu)('the machine’s own command (virtual machine)', () => {
  test('`xenwright facts` says the same of its disks', { timeout: 5 * MINUTE_MS }, async () => {
    const facts = JSON.parse(await machine.say('/mnt/node /mnt/xenwright.mjs facts')) as Facts;
    const names = facts.disks.map(({ path }) => path.replace('/dev/', ''));
    expect(facts.disks.map(({ usedBy }) => usedBy)).toEqual((await machine.users(names)).users);
    expect(facts.disks.find(({ serial }) => serial === 'real-13')).toMatchObject({ usedBy: [], transport: 'virtio' });
  });
});

describe.skipIf(!hasQemu)('ids of an earlier install (virtual machine)', () => {
  test('the image of one that is on a loop device is known by them', { timeout: 5 * MINUTE_MS }, async () => {
    const { loop, uuid, otherUuids, refused, refusedWithout } = await machine.look<SeenOnLoop>(
      'loop',
      '/bases/facts.json',
    );
    expect(otherUuids).toContainEqual({ path: loop, uuid });
    expect(refused).toEqual(['partitions-exist']);
    expect(refusedWithout).toEqual([]);
  });

  test(
    'a copy of an installed disk keeps the install off that disk until it is wiped, and takes ids of its own itself',
    { timeout: 10 * MINUTE_MS },
    async () => {
      const [serial, twinSerial] = LARGE_SERIALS;
      const seen = await machine.look<SeenClone>('clone', '/bases/profile.yaml', serial, twinSerial);
      const refused = (codes: readonly (readonly string[])[]): boolean[] =>
        codes.map((one) => one.includes('partitions-exist'));
      expect(seen.tables[0]).toMatch(/\S+ \S+/);
      expect(seen.tables[1]).toBe(seen.tables[0]);
      expect([seen.blank, seen.installed, seen.cloned].map(refused)).toEqual([
        [false, false],
        [false, false],
        [true, false],
      ]);
      const before = await machine.sums();
      const { code, said } = await machine.dryRun(serial);
      expect({ code, said }).toMatchObject({
        code: 4,
        said: expect.stringContaining(`${seen.twin} (serial ${twinSerial})`),
      });
      expect(await machine.sums()).toEqual(before);
      const command = /wipefs --all --force [^\s)]+/.exec(said)?.[0];
      expect(command).toBe(`wipefs --all --force ${seen.twin}`);
      await machine.say(`${command}; udevadm settle`);
      expect((await machine.dryRun(serial)).said).not.toContain('of an earlier install');
    },
  );
});
