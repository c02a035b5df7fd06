/** What the tools behind each kind of action would say, more or less. Pure. */
import type { Action } from '../../plan/action.ts';
import type { DeviceNode } from '../../plan/storage/graph.ts';

/** How much there is to do, for those kinds that tell. */
export interface Amount {
  readonly total: number;
  readonly unit: string;
}

export function amountOf(action: Action): Amount | null {
  switch (action.kind) {
    case 'base.write':
      return { total: 430, unit: 'MiB' };
    case 'base.build':
      return { total: 4, unit: 'steps' };
    case 'volume.wipe':
      return { total: 4096, unit: 'MiB' };
    default:
      return null;
  }
}

/** What every system begins with. */
const ESSENTIAL = [
  'base-files',
  'libc6',
  'bash',
  'coreutils',
  'dpkg',
  'apt',
  'util-linux',
  'perl-base',
  'systemd',
  'udev',
  'dbus',
  'openssh-server',
  'iproute2',
  'locales',
  'zstd',
];

/** In their order, over the whole time that the action takes. */
export function linesOf(action: Action): string[] {
  switch (action.kind) {
    case 'base.build': {
      const { packages: own, release } = action.params.base;
      const packages = own.length === 0 ? ESSENTIAL : own;
      return [
        ...packages.map(
          (name, index) => `Get:${index + 1} http://mirror.example.org/debian ${release}/main amd64 ${name}`,
        ),
        ...packages.map((name) => `Unpacking ${name} ...`),
        ...packages.map((name) => `Setting up ${name} ...`),
      ];
    }
    case 'storage.make':
      return linesOfMaking(action.params.node);
    case 'tree.identity':
      return ['Generating locales (this might take a while)...', 'Generation complete.'];
    case 'boot.install':
      return [
        'Installing for i386-pc platform.',
        'Installation finished. No error reported.',
        'Installing for x86_64-efi platform.',
        'Installation finished. No error reported.',
        'Generating grub configuration file ...',
        'done',
      ];
    default:
      return [];
  }
}

/** What the tools say that make a device; nothing, where they are silent. */
function linesOfMaking(node: DeviceNode): string[] {
  const name = 'name' in node ? node.name : 'group' in node ? node.group : 'label' in node ? node.label : '';
  return (MAKING[node.type] ?? []).map((line) => line.replace('NAME', String(name)));
}

const MAKING: Readonly<Record<string, readonly string[]>> = {
  gpt: ['Creating new GPT entries in memory.', 'The operation has completed successfully.'],
  swap: ['Setting up swapspace version 1, label NAME'],
  ext4: [
    'Allocating group tables: done',
    'Writing inode tables: done',
    'Writing superblocks and filesystem accounting information: done',
  ],
  'lvm-group': ['Volume group "NAME" successfully created'],
  'lvm-volume': ['Logical volume "NAME" created.'],
};
