/**
 * A disk full of what somebody else has left is installed over, inside an appliance, with LVM; a wipe is killed on the
 * way. Then what lies below the DomUs' volumes is searched on the raw disk (virtual machine; needs
 * qemu-system-x86_64).
 */
import { closeSync, existsSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { PYGRUB_USER } from '../../src/plan/domu/pygrub-user.ts';
import { find, profileOf } from '../plan/host.ts';
import { labFolder } from './support/cli.ts';
import { tinyHost, type TinyHost, type TinyRun } from './support/tiny-host.ts';
import { TINY_RICH } from './support/tiny-profiles.ts';
import { newDisks } from '../../src/plan/storage/graph.ts';
import { partitionsOf } from '../plan/storage/devices.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const MIB = 1024 * 1024;
const CANARY = Buffer.from('XW-CANARY-of-whoever-was-here-before\n');
/** More than the plan's volumes take; the rest of the disk is a hole. */
const USED_MIB = 1536;
const DISK = '/dev/disk/by-id/virtio-xw-disk0';
const folder = labFolder('wipe');
const image = join(folder, 'disk.img');
let host: TinyHost;
let plan: Plan;
let run: TinyRun;
let killed: TinyRun;
let volumes = '';

/** As of the appliance, which is a machine like others to the plan: its disk may have been anybody's. */
function planOnDisk(): Plan {
  const machine = imageMachine({ disks: [{ sizeMiB: 65_536 }], seed: '00ff', aptSources: { mirrors: [] } });
  return buildPlan(profileOf([], TINY_RICH), {
    ...machine,
    kind: 'machine',
    firmware: { kind: 'bios', secureBoot: false },
  });
}

function fillWithCanary(): void {
  const block = Buffer.alloc(MIB, CANARY);
  const file = openSync(image, 'r+');
  for (let index = 0; index < USED_MIB; index++) writeSync(file, block, 0, MIB, index * MIB);
  closeSync(file);
}

/** How many pieces of the canary there are in a range of the raw disk. */
function canariesIn(offset: number, length: number): number {
  const piece = CANARY.subarray(0, 12);
  const file = openSync(image, 'r');
  const block = Buffer.alloc(MIB);
  let found = 0;
  for (let at = 0; at < length; at += MIB) {
    const bytes = readSync(file, block, 0, Math.min(MIB, length - at), offset + at);
    for (
      let hit = block.subarray(0, bytes).indexOf(piece);
      hit >= 0;
      hit = block.subarray(0, bytes).indexOf(piece, hit + 1)
    )
      found += 1;
  }
  closeSync(file);
  return found;
}

/** Where on the raw disk each logical volume lies, from LVM itself. */
function ranges(): { readonly name: string; readonly offset: number; readonly length: number }[] {
  const rest = partitionsOf(plan).at(-1);
  const first = Number(/^first (\d+)$/m.exec(volumes)?.[1]);
  const extent = Number(/^extent (\d+)$/m.exec(volumes)?.[1]);
  return [...volumes.matchAll(/^ *volume ([\w-]+) +\S+:(\d+)-(\d+)$/gm)].map(([, name = '', from, to]) => ({
    name,
    offset: (rest?.startMiB ?? Number.NaN) * MIB + first + Number(from) * extent,
    length: (Number(to) - Number(from) + 1) * extent,
  }));
}

beforeAll(async () => {
  if (!hasQemu) return;
  plan = planOnDisk();
  host = await tinyHost(folder, { disk: plan });
  fillWithCanary();
  // In the middle of zeroing, by what a power cut leaves.
  killed = await host.run('disk', 'state', { id: 'web1/wipe/web1-root', moment: '2', delayMs: 0, tree: true });
  run = await host.run('disk', 'state');
  writeFileSync(join(folder, 'run.log'), run.said);
  const { files } = find(plan, 'tree.files', 'dom0/files').params;
  const rule = String(files.find(({ path }) => path.endsWith('pygrub.rules'))?.content);
  volumes = await host.say(
    [
      'vgs --noheadings --units b --nosuffix -o vg_extent_size vg_xen1 | sed "s/^ */extent /"; pvs --noheadings --units b --nosuffix -o pe_start | sed "s/^ */first /"',
      'lvs --noheadings -o lv_name,seg_pe_ranges vg_xen1 | sed "s/^ */volume /"',
      `cat > /etc/udev/rules.d/90-test.rules <<'END'\n${rule}END\nudevadm control --reload; udevadm trigger --settle --subsystem-match=block --action=add`,
      'stat -Lc "rights %n %a %g" /dev/vg_xen1/*',
    ].join('\n'),
  );
  writeFileSync(join(folder, 'volumes.txt'), volumes);
  await host.close();
});
afterAll(() => {
  if (hasQemu && run === undefined) void host?.close();
});

test.skipIf(!hasQemu)(
  'a run that was killed while it wiped goes on, and every action of it is done (virtual machine)',
  () => {
    expect(killed.killed).toBe(true);
    expect(run.failures.map(([, { code }]) => code).filter((code) => code !== 'interrupted')).toEqual([]);
    expect(run).toMatchObject({ code: 0, result: 'done' });
  },
);

test.skipIf(!hasQemu)('no byte of before lies below any volume of a DomU, on the raw disk (virtual machine)', () => {
  const guests = ranges().filter(({ name }) => /^(web1|old1)-/.test(name));
  expect(guests.map(({ name }) => name).toSorted()).toEqual([
    'old1-boot',
    'old1-root',
    'web1-root',
    'web1-srv',
    'web1-swap',
  ]);
  for (const { name, offset, length } of guests) {
    expect(offset + length, name).toBeLessThan(USED_MIB * MIB);
    expect(canariesIn(offset, length), name).toBe(0);
  }
});

test.skipIf(!hasQemu)(
  'it would have been found: Dom0, whose volumes no guest is given, has some still (virtual machine)',
  () => {
    const [root] = ranges().filter(({ name }) => name === 'root');
    expect(canariesIn(root?.offset ?? 0, root?.length ?? 0)).toBeGreaterThan(1000);
  },
);

test.skipIf(!hasQemu)(
  'pygrub may read the roots of DomUs, by their names in LVM, and nothing else (virtual machine)',
  () => {
    const rights = Object.fromEntries(
      [...volumes.matchAll(/^rights \/dev\/vg_xen1\/(\S+) (\d+) (\d+)$/gm)].map(([, name = '', mode, group]) => [
        name,
        `${mode} ${group}`,
      ]),
    );
    expect(rights).toMatchObject({ 'web1-root': `640 ${PYGRUB_USER.id}`, 'old1-root': `640 ${PYGRUB_USER.id}` });
    expect(
      Object.entries(rights).filter(([name, value]) => !name.endsWith('-root') && value.endsWith(` ${PYGRUB_USER.id}`)),
    ).toEqual([]);
    expect(DISK).toBe(newDisks(plan)[0]?.path);
  },
);
