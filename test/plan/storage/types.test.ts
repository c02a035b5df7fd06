/**
 * A new type of device is one file and one row: two types of this test alone, in a layout of it, go the whole way from
 * the graph to what is done, shown and left on the host. And what is kept is opened and compared, nothing else.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { handlers } from '../../../src/actions/table.ts';
import { imageMachine } from '../../../src/facts/image-machine.ts';
import { buildModel } from '../../../src/plan/build-model.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { dom0Packages } from '../../../src/plan/trees/packages.ts';
import { rootArguments } from '../../../src/plan/boot/grub-host.ts';
import { formats } from '../../../src/plan/formats/formats.ts';
import { describe as describeAction } from '../../../src/actions/table.ts';
import { validOrder } from '../../../src/engine/graph.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { LvmGroupNode } from '../../../src/plan/storage/devices/lvm-group.ts';
import { typeOf } from '../../../src/plan/storage/devices/table.ts';
import type { DeviceNode, StorageGraph } from '../../../src/plan/storage/graph.ts';
import { filled, sizedRequests, type Layout } from '../../../src/plan/storage/layouts/layout.ts';
import { lvm } from '../../../src/plan/storage/layouts/lvm.ts';
import { systemDisk } from '../../../src/plan/storage/layouts/system-disk.ts';
import type { EffectiveProfile } from '../../../src/profile/effective.ts';
import { workbench } from '../../actions/workbench.ts';
import { find, imageFacts, profileOf } from '../host.ts';
import type { MirrorNode } from './types/mirror.ts';
import type { SealedNode } from './types/sealed.ts';

vi.mock('../../../src/plan/storage/devices/rows.ts', async (original) => {
  const { rows } = await original<{ rows: readonly unknown[] }>();
  const [{ mirror }, { sealed }] = [await import('./types/mirror.ts'), await import('./types/sealed.ts')];
  return { rows: [...rows, mirror, sealed] };
});
const chosen = vi.hoisted(() => ({ layout: null as unknown }));
vi.mock('../../../src/plan/storage/layouts/table.ts', () => ({ layoutOf: () => chosen.layout }));

const KEY = { secret: 'host.storage.encryption.passphrase' } as const;
const COMMON = { domain: 'host', origin: 'new', uuid: null, opener: 'initrd' } as const;

/** Two disks, a mirror of them, sealed, and a volume group on that. */
const mirrored: Layout = {
  ...lvm,
  mostDisks: 2,
  compose(input) {
    const systems = input.disks.map((_, index) =>
      systemDisk(input, index, [{ label: 'xw-member', typeCode: 'FD00', sizeMiB: null }]),
    );
    const members = systems.map((system) => system.partition('xw-member'));
    const below = (nodes: readonly DeviceNode[], type: string): number =>
      typeOf({ type }).holdsMiB(nodes.map(({ sizeMiB }) => sizeMiB));
    const mirror: MirrorNode = {
      ...{ ...COMMON, id: 'host/mirror', type: 'test-mirror', name: 'system' },
      ...{ on: members.map(({ id }) => id), sizeMiB: below(members, 'test-mirror') },
    };
    const sealed: SealedNode = {
      ...{ ...COMMON, id: 'host/sealed', type: 'test-sealed', name: 'sealed0', on: [mirror.id], key: KEY },
      sizeMiB: below([mirror], 'test-sealed'),
    };
    const sizeMiB = below([sealed], 'lvm-group');
    const group: LvmGroupNode = {
      ...{ ...COMMON, id: 'host/group', type: 'lvm-group', on: [sealed.id], group: 'vg0' },
      ...{ sizeMiB, freeMiB: 0 },
    };
    const volumes = filled(input, group, sizedRequests(input, sizeMiB, group, 'group'));
    return {
      nodes: [
        ...systems.flatMap(({ nodes }) => nodes),
        mirror,
        sealed,
        group,
        ...volumes.flatMap(({ nodes }) => nodes),
      ],
      volumes: [...systems.flatMap((system) => system.volumes), ...volumes.map(({ volume }) => volume)],
      bootSets: systems.map(({ bootSet }) => bootSet),
    };
  },
};

/** A host that is made again around what it keeps: its disk, its group, and a DomU's data. */
const keeping: Layout = {
  ...lvm,
  compose(input): StorageGraph {
    const graph = lvm.compose(input);
    const isKept = ({ domain, type, id }: DeviceNode): boolean =>
      (domain === 'host' && type !== 'ext4') || id.endsWith('/web1-srv');
    return { ...graph, nodes: graph.nodes.map((node) => (isKept(node) ? { ...node, origin: 'kept' } : node)) };
  },
};

function profileWithDisks(count: number): EffectiveProfile {
  const profile = profileOf();
  const { storage } = profile.host;
  const disks = storage.disks.map((selector) => ({ ...selector, count }));
  return { ...profile, host: { ...profile.host, storage: { ...storage, disks } } };
}
const twoDisks = imageMachine({
  disks: [{ sizeMiB: 32_768 }, { sizeMiB: 32_768 }],
  seed: '00ff',
  aptSources: { mirrors: [] },
});

function planWith(layout: Layout): Plan {
  chosen.layout = layout;
  return buildPlan(profileWithDisks(2), twoDisks);
}

afterEach(() => {
  chosen.layout = null;
});

describe('a mirror of two disks with a secret in front', () => {
  it('is made from the disks up, each after what it stands on', () => {
    const plan = planWith(mirrored);
    expect(validOrder(plan.actions)).toHaveLength(plan.actions.length);
    const needs = (id: string): readonly string[] => plan.actions.find((action) => action.id === id)?.needs ?? ['?'];
    expect(needs('host/disk/partition')).toEqual(['host/disk/release']);
    expect(needs('host/disk2/partition')).toEqual(['host/disk2/release']);
    expect(needs('host/mirror')).toEqual(['host/disk/partition', 'host/disk2/partition']);
    expect(needs('host/sealed')).toEqual(['host/mirror']);
    expect(needs('host/group')).toEqual(['host/sealed']);
    expect(needs('dom0/filesystem/boot2')).toEqual(['host/disk2/partition']);
  });

  it('puts a boot loader on both disks, and the same on both ESPs', () => {
    const install = find(planWith(mirrored), 'boot.install', 'dom0/boot/install');
    expect(install.params.bootSets.map(({ disk }) => disk)).toEqual([
      '/dev/disk/by-id/virtio-xw-disk0',
      '/dev/disk/by-id/virtio-xw-disk1',
    ]);
    const commands = describeAction(install).map(({ argv }) => argv.join(' '));
    expect(commands.filter((line) => line.includes('i386-pc'))).toHaveLength(2);
    expect(commands.filter((line) => line.includes('cp -a /boot/efi/.'))).toEqual([
      expect.stringContaining(install.params.bootSets[1]?.esp ?? '?'),
    ]);
  });

  it('is told to the kernel and to the host, which gets what it needs for it', () => {
    chosen.layout = mirrored;
    const { model } = buildModel(profileWithDisks(2), twoDisks);
    expect(rootArguments(model)).toEqual(['root=/dev/mapper/vg0-root', 'seal=sealed0']);
    expect(dom0Tree(model).files.find(({ path }) => path === '/etc/sealtab')?.content).toBe(
      'sealed0 /dev/mirror/system initrd\n',
    );
    expect(dom0Packages(model)).toEqual(expect.arrayContaining(['mirror-tools', 'seal-initramfs']));
  });

  it('is drawn, and written out as commands without the secret', () => {
    const plan = planWith(mirrored);
    const picture = formats.text(plan, describeAction);
    expect(picture.match(/xw-member .* mirror/g)).toHaveLength(2);
    expect(picture.match(/\| +volume group vg0/g)).toHaveLength(1);
    const script = formats.sh(plan, describeAction);
    expect(script).toMatch(
      /mirrorctl create system \/dev\/disk\/by-partuuid\/\S+ \\?\n? *\/dev\/disk\/by-partuuid\/\S+/,
    );
    expect(script).toContain('seal format /dev/mirror/system sealed0 <<');
    expect(script).toContain('SECRET_host_storage_encryption_passphrase');
  });

  it('gets the secret over standard input alone', async () => {
    const action = find(planWith(mirrored), 'storage.make', 'host/sealed');
    const ran: { readonly argv: readonly string[]; readonly input: string | undefined }[] = [];
    const { context } = workbench({
      secret: async ({ secret }) => `the ${secret}`,
      exec: async (argv, options) => {
        ran.push({ argv, input: options?.input });
        return { exitCode: 0, stdout: '', stderr: '' };
      },
    });
    await handlers['storage.make'].apply(action, context);
    expect(ran.map(({ argv }) => argv[1])).toEqual(['format', 'open']);
    expect(ran.every(({ input }) => input === 'the host.storage.encryption.passphrase')).toBe(true);
    expect(JSON.stringify(ran.map(({ argv }) => argv))).not.toContain('the host');
  });
});

describe('a graph with devices that are kept', () => {
  const plan = (): Plan => {
    chosen.layout = keeping;
    return buildPlan(profileOf(), { ...imageFacts(), kind: 'machine' });
  };

  it('opens them, and never releases, makes or wipes them', () => {
    const { actions, nodes } = plan();
    const kept = nodes.filter(({ origin }) => origin === 'kept').map(({ id }) => id);
    expect(kept).toContain('host/disk');
    expect(kept).toContain('web1/filesystem/web1-srv');
    expect(actions.filter(({ kind }) => kind === 'disk.release')).toEqual([]);
    expect(actions.filter(({ id, kind }) => kept.includes(id) && kind !== 'storage.open')).toEqual([]);
    expect(actions.filter(({ kind }) => kind === 'storage.open').map(({ id }) => id)).toEqual(
      expect.arrayContaining(kept),
    );
    expect(actions.map(({ id }) => id)).not.toContain('web1/wipe/web1-srv');
    expect(actions.map(({ id }) => id)).toContain('web1/wipe/web1-root');
    expect(validOrder(actions)).toHaveLength(actions.length);
  });

  it('makes what is new on what was opened', () => {
    const { actions } = plan();
    const needs = (id: string): readonly string[] => actions.find((action) => action.id === id)?.needs ?? ['?'];
    expect(needs('dom0/volume/root')).toEqual(['host/group']);
    expect(needs('web1/files')).toContain('web1/filesystem/web1-srv');
  });

  it('shows none of it as a disk that is lost', () => {
    expect(formats.text(plan(), describeAction)).not.toContain('destroyed');
  });

  it('goes on where each is what the plan has, and is refused where it is not, or not there', async () => {
    const open = find(plan(), 'storage.open', 'web1/filesystem/web1-srv');
    const { uuid } = open.params.node;
    const opening = async (answer: string, exitCode = 0): Promise<string[]> => {
      const ran: string[] = [];
      const { context } = workbench({
        exec: async (argv) => {
          ran.push(argv[0] as string);
          return { exitCode, stdout: answer, stderr: '' };
        },
      });
      await handlers['storage.open'].apply(open, context);
      return ran;
    };
    expect(await opening(`${uuid}\n`)).toEqual(['blkid']);
    await expect(opening('11111111-2222-4333-8444-555555555555\n')).rejects.toMatchObject({
      code: 'device-differs',
      exit: 4,
    });
    await expect(opening('', 2)).rejects.toMatchObject({ code: 'device-missing', exit: 4 });
  });
});
