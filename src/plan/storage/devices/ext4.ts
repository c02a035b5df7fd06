/** ext4: every feature is named, by the release that will mount it; and it can be a pool of files. */
import { hasOlderFilesystems } from '../../distributions/table.ts';
import { PYGRUB_USER } from '../../domu/pygrub-user.ts';
import { pathBelow, type FilesystemNode } from '../graph.ts';
import type { Step } from './device-type.ts';
import type { FileNode } from './file.ts';
import { filesystem } from './filesystem.ts';

export interface Ext4Node extends FilesystemNode {
  readonly type: 'ext4';
  /** For mke2fs -O. */
  readonly features: readonly string[];
  /** Comes with a base that is written to the device; nothing is made here. */
  readonly fromBase?: true;
  /** The blocks below are zeros, and stay zeros. */
  readonly keepsZeros?: true;
  /** Where files lie that are volumes. */
  readonly folder?: string;
  readonly freeMiB?: number;
}

export const INODE_BYTES = 256;
/** What the filesystem takes for itself. */
const OVERHEAD = 0.03;

/** Never more than the tools and the boot loader of a release know. */
const COMMON = [
  'has_journal',
  'ext_attr',
  'resize_inode',
  'dir_index',
  'filetype',
  'extent',
  '64bit',
  'flex_bg',
  'sparse_super',
  'large_file',
  'huge_file',
  'dir_nlink',
  'extra_isize',
  'metadata_csum',
];

/** Features for a root or data filesystem. */
export function extFeatures(release: string): readonly string[] {
  return hasOlderFilesystems(release) ? COMMON : [...COMMON, 'metadata_csum_seed', 'orphan_file'];
}

/** Features for /boot: what every GRUB reads and writes. */
export function bootFeatures(): readonly string[] {
  return COMMON.filter((feature) => feature !== 'metadata_csum' && feature !== '64bit');
}

/** mke2fs(8) of an ext4 with exactly these features; what it is made on comes after. */
export function mke2fs(features: readonly string[], shape: readonly string[] = []): string[] {
  const sizes = ['-b', '4096', '-I', String(INODE_BYTES), ...shape];
  return ['mke2fs', '-q', '-F', '-t', 'ext4', ...sizes, '-O', ['none', ...features].join(',')];
}

export const ext4 = filesystem<Ext4Node>(
  (node, under) => (node.fromBase === true ? [] : [makingOf(node, pathBelow(under))]),
  {
    type: 'ext4',
    fields: ({ use, release, keepsZeros }) => ({
      features: use === 'boot' ? bootFeatures() : extFeatures(release),
      ...(use === 'root' ? { fromBase: true as const } : {}),
      ...(keepsZeros ? { keepsZeros: true as const } : {}),
    }),
    holdsMiB: ([sizeMiB = 0]) => Math.floor(sizeMiB * (1 - OVERHEAD)),
    needsMiB: (contentMiB) => contentMiB / (1 - OVERHEAD),
    adds: ({ domain }) => (domain === 'dom0' ? { packages: ['e2fsprogs'] } : {}),
    pool: {
      stepMiB: 1,
      title: () => ({ key: 'pictures.asFiles' }),
      place: () => ({ key: 'pictures.places.asFiles' }),
      allocate: (pool, { domain, name, pygrub }, sizeMiB): FileNode => ({
        id: `${domain}/file/${name}`,
        type: 'file',
        on: [pool.id],
        domain,
        sizeMiB,
        origin: 'new',
        uuid: null,
        opener: 'domu-start',
        name,
        path: `${pool.folder ?? ''}/${name}.img`,
        ...(pygrub === true ? { group: PYGRUB_USER.id } : {}),
      }),
      now: {
        free: ({ folder = '/' }) => ['df', '-BM', '--output=avail', folder.slice(0, folder.lastIndexOf('/')) || '/'],
        freeMiB: (answer) => {
          const line = answer.split('\n')[1]?.trim() ?? '';
          return /^\d/.test(line) ? Number.parseInt(line, 10) : null;
        },
        names: ({ folder = '/' }) => ['ls', '-1', folder],
        taken: (answer) =>
          answer
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => line.replace(/\.img$/, '')),
      },
    },
  },
);

function makingOf({ features, keepsZeros, uuid, label }: Ext4Node, path: string): Step {
  // Nobody vouches for what blocks read as that were discarded, and a file's would be given back.
  const discard = keepsZeros === true ? ['-E', 'nodiscard'] : [];
  return { argv: [...mke2fs(features), ...discard, '-U', uuid ?? '', '-L', label, path] };
}
