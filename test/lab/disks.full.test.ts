/**
 * Disks with a past, in the appliance: what old md, LVM and swap hold is released, then the plan's own layout is made
 * on them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApplianceExecutor } from '../../src/appliance/executor.ts';
import type { ActionKind, ActionOf } from '../../src/plan/action.ts';
import { startAppliance } from '../../src/system/vm/appliance.ts';
import { buildBases, ground, labPlan } from './bases.ts';
import { BUNDLE } from './support/cli.ts';
import { at, filesystemOf, group, making, table, volumeIn } from '../plan/storage/devices.ts';
import { actionOf } from '../actions/action-of.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const DISK = '/dev/disk/by-id/virtio-xw-disk0';
const PART = '11111111-2222-4333-8444-666666666661';
const here = ground();
const output: string[] = [];
let appliance: ApplianceExecutor | null = null;

async function act<K extends ActionKind>(kind: K, params: ActionOf<K>['params']): Promise<void> {
  await appliance?.run(
    actionOf(kind, params, `lab/${kind}`),
    {
      output: (_stream, text) => {
        output.push(text);
      },
      progress: () => undefined,
      report: () => undefined,
    },
    new AbortController().signal,
  );
}
/** What a command in the appliance says. */
async function say(command: string): Promise<string> {
  output.length = 0;
  await act('tree.commands', { tree: null, commands: [{ run: command, timeoutMs: 120_000, onError: 'fail' }] });
  return output.filter((line) => !line.startsWith('sh -c') && line !== 'sync').join('\n');
}

beforeAll(async () => {
  if (!hasQemu) return;
  const plan = await labPlan();
  await buildBases(plan, ['common', 'appliance'], here);
  const build = plan.actions.find((action) => action.kind === 'base.build' && action.params.base.role === 'appliance');
  if (build?.kind !== 'base.build') throw new Error('the plan builds no appliance');
  const { hash } = build.params;
  for (const name of ['one', 'two']) execFileSync('truncate', ['--size=3G', here.volume(name)]);
  appliance = new ApplianceExecutor(
    () =>
      startAppliance({
        store: here.store,
        hash,
        images: [here.volume('one'), here.volume('two')],
        memoryMiB: 1536,
        transcript: join(here.folder, 'console.log'),
        program: BUNDLE,
      }),
    async () => '',
  );
});
afterAll(async () => {
  await appliance?.close();
  await here.clear();
});

const FEATURES = ['has_journal', 'extent', 'filetype'];

const PAST = [
  'set -e; disk=$(readlink -f /dev/disk/by-id/virtio-xw-disk0)',
  'sgdisk --clear --new=1:1M:+1G --new=2:0:+1G --new=3:0:+500M $disk; udevadm settle',
  'mdadm --create /dev/md/old --run --level=1 --raid-devices=2 --metadata=1.2 ${disk}1 ${disk}2',
  'pvcreate -ff -y /dev/md/old; vgcreate -y old /dev/md/old; lvcreate -y -L 200m -n root old; lvcreate -y -L 200m -n swap old',
  'mkfs.ext4 -q -F /dev/old/root; mkswap /dev/old/swap; swapon /dev/old/swap; mkswap ${disk}3; swapon ${disk}3',
].join('; ');

test.skipIf(!hasQemu)(
  'a disk held by swap on LVM on md is released, wiped, and partitioned anew (virtual machine)',
  async () => {
    await say(PAST);
    expect(await say(`lsblk --noheadings --raw --output TYPE ${DISK} | sort | uniq -c`)).toMatch(/4 lvm[\s\S]*2 raid1/);
    await act('disk.release', { disk: DISK });
    expect(
      (await say(`lsblk --noheadings --raw --output TYPE,FSTYPE ${DISK}; cat /proc/swaps`)).replaceAll(/ +/g, ' '),
    ).not.toMatch(/raid|lvm|swap |LVM|vd/i);
    const partitions = [{ number: 1, label: 'xw-pv', typeCode: '8E00', startMiB: 1, sizeMiB: null, uuid: PART }];
    // Twice, as a resumed run may: the second time over what the first one made.
    for (const _round of [1, 2]) {
      await act('disk.release', { disk: DISK });
      const part = at(`/dev/disk/by-partuuid/${PART}`);
      for (const [node, under] of [
        [table(PART.replace(/1$/, '0'), partitions), at(DISK)],
        [group('vg0'), part],
        [volumeIn('root', 512), at('/dev/vg0')],
        [filesystemOf('ext4', { label: 'r', uuid: PART.replace(/1$/, '2'), features: FEATURES }), at('/dev/vg0/root')],
      ] as const)
        await act('storage.make', making(node, [under]).params);
    }
    expect(
      await say(
        'lvs --noheadings --separator=, -o vg_name,lv_name,lv_size --units m; blkid -o value -s UUID /dev/vg0/root',
      ),
    ).toMatch(/vg0,root,512\.00m\s+11111111-2222-4333-8444-666666666662/);
  },
);

test.skipIf(!hasQemu)('a disk that somebody has mounted is refused, and keeps its data (virtual machine)', async () => {
  await say(
    'mke2fs -q -F /dev/disk/by-id/virtio-xw-disk1; mkdir -p /tmp/old; mount /dev/disk/by-id/virtio-xw-disk1 /tmp/old; echo precious > /tmp/old/file',
  );
  await expect(act('disk.release', { disk: '/dev/disk/by-id/virtio-xw-disk1' })).rejects.toMatchObject({
    code: 'disk-mounted',
    exit: 4,
    hint: expect.stringContaining('umount /tmp/old'),
  });
  expect(await say('cat /tmp/old/file; umount /tmp/old; blkid -o value -s TYPE /dev/disk/by-id/virtio-xw-disk1')).toBe(
    'precious\next2',
  );
});

test.skipIf(!hasQemu)(
  'an array that lacks members and does not run holds its disk, and is released all the same (virtual machine)',
  async () => {
    const half = [
      'set -e; disk=$(readlink -f /dev/disk/by-id/virtio-xw-disk1)',
      'wipefs --all --force $disk; sgdisk --clear --new=1:1M:+200M --new=2:0:+200M $disk; udevadm settle',
      'mdadm --create /dev/md/half --run --level=1 --raid-devices=2 --metadata=1.2 ${disk}1 ${disk}2; udevadm settle; mdadm --stop /dev/md/half; wipefs --all --force ${disk}2',
      'mdadm --incremental ${disk}1; udevadm settle',
    ].join('; ');
    await say(half);
    expect(await say('cat /proc/mdstat')).toMatch(/inactive/);
    await act('disk.release', { disk: '/dev/disk/by-id/virtio-xw-disk1' });
    expect(await say('cat /proc/mdstat; wipefs /dev/disk/by-id/virtio-xw-disk1')).not.toMatch(
      /inactive|raid_member|gpt/,
    );
  },
);

test.skipIf(!hasQemu)(
  'a volume that somebody has open without mounting it, and a mount that is seen elsewhere only, keep their disk (virtual machine)',
  async () => {
    const disk = '/dev/disk/by-id/virtio-xw-disk1';
    await say(
      `set -e; wipefs --all --force ${disk}; pvcreate -ff -y ${disk}; vgcreate -y guests ${disk}; lvcreate -y -L 100m -n web1 guests; mke2fs -q -F /dev/guests/web1; sleep 300 <>/dev/guests/web1 >/dev/null 2>&1 & echo $! > /tmp/opener`,
    );
    await expect(act('disk.release', { disk })).rejects.toMatchObject({
      code: 'disk-in-use',
      exit: 4,
      message: expect.stringContaining('lvm:guests/web1 (open)'),
      hint: expect.stringContaining('fuser -vm /dev/guests/web1'),
    });
    await say(
      'kill $(cat /tmp/opener); mkdir -p /tmp/elsewhere; unshare --mount --propagation private sh -c "mount /dev/guests/web1 /tmp/elsewhere; touch /tmp/mounted; sleep 300" >/dev/null 2>&1 & for i in 1 2 3 4 5 6 7 8 9 10; do [ -e /tmp/mounted ] && break; sleep 0.5; done',
    );
    await expect(act('disk.release', { disk })).rejects.toMatchObject({
      code: 'disk-in-use',
      exit: 4,
      message: expect.stringContaining('/tmp/elsewhere (mounts of process '),
    });
    expect(await say('blkid -o value -s TYPE /dev/guests/web1')).toContain('ext2');
  },
);
