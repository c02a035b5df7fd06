/** A volume group of LVM on one or more devices, and the volumes in it. */
import { deviceFault, type DeviceFault } from './device-fault.ts';
import { PYGRUB_USER } from '../../domu/pygrub-user.ts';
import { textFile } from '../../trees/content.ts';
import type { PoolNode } from '../graph.ts';
import type { Answer, DeviceType } from './device-type.ts';
import { mapped } from './lvm-names.ts';
import type { LvmVolumeNode } from './lvm-volume.ts';

export interface LvmGroupNode extends PoolNode {
  readonly type: 'lvm-group';
  readonly group: string;
}

const EXTENT_MIB = 4;
/** LVM's own metadata at the start of the physical volume, rounded up to an extent. */
const METADATA_MIB = 4;
const NOT_FOUND = 5;

export const lvmGroup: DeviceType<LvmGroupNode> = {
  type: 'lvm-group',
  word: 'LVM',
  inspected: 'before',
  holdsMiB: (belowMiB) =>
    belowMiB.reduce((sum, sizeMiB) => sum + Math.floor((sizeMiB - METADATA_MIB) / EXTENT_MIB) * EXTENT_MIB, 0),
  needsMiB: (contentMiB) => contentMiB + METADATA_MIB,
  path: ({ group }) => `/dev/${group}`,
  inspect: ({ group }, under) => [
    ...under.map(({ path }) => ({
      argv: ['pvs', '--noheadings', '-o', 'vg_name', path],
      okCodes: [0, NOT_FOUND],
      quiet: true as const,
    })),
    { argv: ['vgs', '--noheadings', '-o', 'pv_name', group], okCodes: [0, NOT_FOUND], quiet: true },
  ],
  state: ({ group }, under, answers) => stateOf(group, answers.slice(0, under.length), answers.at(-1)),
  making: {
    weight: 2,
    timeoutMs: 5 * 60_000,
    title: ({ group }) => ({ id: 'group', values: { group } }),
    steps: ({ group }, under) => [
      { argv: ['pvcreate', '-ff', '-y', ...under.map(({ path }) => path)] },
      { argv: ['vgcreate', '-y', group, ...under.map(({ path }) => path)] },
    ],
  },
  open: ({ group }) => [{ argv: ['vgchange', '-ay', group] }],
  adds: ({ group }, _under, { hypervisor }) => ({
    packages: ['lvm2'],
    files: [scanFilter(group), ...(hypervisor === 'xen' ? [readableRoots(group)] : [])],
  }),
  usersBegin: ({ group }) => `lvm:${group}/`,
  pool: {
    stepMiB: EXTENT_MIB,
    title: ({ group }) => ({ key: 'pictures.group', values: { group } }),
    place: ({ group }) => ({ key: 'pictures.places.group', values: { group } }),
    allocate: (pool, { domain, name, opener }, sizeMiB): LvmVolumeNode => ({
      id: `${domain}/volume/${name}`,
      type: 'lvm-volume',
      on: [pool.id],
      domain,
      sizeMiB,
      origin: 'new',
      uuid: null,
      opener,
      name,
    }),
    now: {
      free: ({ group }) => ['vgs', '--noheadings', '--units', 'm', '--nosuffix', '-o', 'vg_free', group],
      freeMiB: (answer) => (/^\s*\d/.test(answer) ? Math.floor(Number.parseFloat(answer)) : null),
      names: ({ group }) => ['lvs', '--noheadings', '-o', 'lv_name', group],
      taken: (answer) =>
        answer
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== ''),
    },
  },
};

/** A resumed run finds its own; a group of this name that stands elsewhere is somebody's. */
function stateOf(group: string, owners: readonly Answer[], other: Answer | undefined): 'absent' | 'ours' | DeviceFault {
  if (owners.every(({ stdout }) => stdout.trim() === group)) return 'ours';
  if (other?.exitCode !== 0) return 'absent';
  return deviceFault('group-exists', { group, devices: other.stdout.trim().replaceAll(/\s+/g, ', ') });
}

/** For a pattern of LVM: names may have dots and plus signs. */
const literally = (name: string): string => name.replaceAll(/[.+]/g, '[$&]');

/** LVM must never look into the DomUs' volumes: what is in there is not Dom0's, and its names may clash. */
function scanFilter(group: string): ReturnType<typeof textFile> {
  const rejects = [
    `r|^/dev/${literally(group)}/|`,
    `r|^/dev/mapper/${literally(mapped(group))}-|`,
    'r|^/dev/loop|',
    'r|^/dev/nbd|',
    'r|^/dev/drbd|',
  ];
  return textFile(
    '/etc/lvm/lvmlocal.conf',
    `# Written by Xenwright: the volumes of DomUs are not scanned.\ndevices {\n\tscan_lvs = 0\n\tglobal_filter = [ ${rejects.map((one) => `"${one}"`).join(', ')}, "a|.*|" ]\n}`,
  );
}

/** For every root volume, also of DomUs that are added later. */
function readableRoots(group: string): ReturnType<typeof textFile> {
  const rule = `SUBSYSTEM=="block", ACTION!="remove", ENV{DM_VG_NAME}=="${group}", ENV{DM_LV_NAME}=="?*-root", GROUP="${PYGRUB_USER.id}", MODE="0640"`;
  return textFile(
    '/etc/udev/rules.d/90-xenwright-pygrub.rules',
    `# Written by Xenwright: ${PYGRUB_USER.name} may read what PV guests start from.\n${rule}`,
  );
}
