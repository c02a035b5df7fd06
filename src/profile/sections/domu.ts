/** One of `domus`: a guest, its disks, interfaces and system. */
import * as z from 'zod';
import { memoizeEach } from '../../memoize.ts';
import { field, fields, optional, orNull, part, type Completed } from '../fields.ts';
import {
  commandText,
  count,
  duration,
  file,
  filesystem,
  installedCommands,
  mac,
  memory,
  release,
  size,
  text,
  vlan,
  wrong,
} from '../schema-parts.ts';
import { admin } from './admin.ts';
import type { HostSettings } from './host.ts';
import { ADDRESS_WORDS } from './network.ts';
import { source } from './source.ts';

const dataDisk = fields({
  name: text.describe('Name of the disk: letters, digits and `_ + . -`. It also names the volume.'),
  size: size.describe('Size of the disk.'),
  mount: z
    .string()
    .regex(/^\/[^\0]+$/, wrong('path'))
    .overwrite((folder) => folder.replace(/(?<=[^/])\/+$/, ''))
    .describe('Folder in the DomU where the disk is mounted, such as `/srv`.'),
  filesystem: field(filesystem, 'Filesystem of the disk. Others than `ext4` are not supported yet.', 'ext4'),
});

const disks = fields({
  root: part(
    fields({
      size: field(size, 'Size of the root disk, at least 1G.', '4G'),
      filesystem: field(filesystem, 'Filesystem of the root disk. Others than `ext4` are not supported yet.', 'ext4'),
    }),
    "The disk with the DomU's system.",
  ),
  swap: field(size, 'Size of the swap disk; `0` for none.', '512M'),
  data: field(z.array(dataDisk), 'More disks, at most 24.', []),
});

const networkInterface = fields({
  bridge: optional(text, 'Name of the bridge that the interface is connected to. Default: the first of the host.'),
  mac: field(
    z.union([z.literal('auto'), mac]),
    'MAC address of the interface. `auto` is always the same one for this host, DomU and interface, derived from the machine.',
    'auto',
  ),
  vlan: field(vlan.nullable(), 'Number of the tagged network, on a bridge with `trunk`. Not supported yet.', null),
  addresses: field(z.array(text), `Addresses of the interface: ${ADDRESS_WORDS}; \`[]\` for none.`, ['dhcp4', 'slaac']),
  gateways: field(
    z.array(text),
    "Gateways of fixed addresses, one for IPv4 and one for IPv6. Without any, the host's own address on a routed or NAT bridge. Of several interfaces that lead outside one is used, as on the host.",
    [],
  ),
  onLink: field(z.boolean(), "The gateway is outside the address's own network.", false),
  dns: field(
    z.array(text),
    'Addresses of name servers. Without any, an interface with fixed addresses uses those of its bridge.',
    [],
  ),
  antispoof: field(
    z.boolean(),
    'Dom0 lets the DomU send only from its own MAC address and its fixed addresses.',
    false,
  ),
});

const health = z.union([
  fields({ tcp: z.number().int().min(1).max(65535).describe('Port of the DomU that accepts connections from Dom0.') }),
  fields({
    http: z
      .url({ protocol: /^https?$/ })
      .describe(
        "Address of a page that Dom0 requests; `localhost` in it stands for the DomU's own address. No redirect is followed.",
      ),
    status: field(z.number().int().min(100).max(599), 'Status that the server must answer with.', 200),
  }),
  fields({ unit: text.describe('Systemd unit in the DomU that must be active, such as `nginx`.') }),
  fields({ run: commandText.describe('Command in the DomU that must succeed.') }),
]);

const image = fields({
  source: text.describe('Where the image is: a file or an address.'),
  sha256: field(
    z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    'SHA-256 checksum that the image must have.',
    null,
  ),
  format: field(z.enum(['raw', 'qcow2', 'tar']), 'Format of the image.', 'raw'),
  seed: field(z.enum(['none', 'nocloud']), 'How the image is told its name, network and users.', 'none'),
});

const share = fields({
  from: text.describe('Name of the DomU that has the disk.'),
  name: text.describe('Name of its data disk.'),
  mount: text.describe('Folder in this DomU where it is mounted.'),
  mode: field(z.enum(['ro', 'rw']), 'Read only, or read and write.', 'rw'),
});

/** How a DomU is started, what it gets of the machine, and when it runs. */
const running = {
  type: field(
    z.enum(['auto', 'pvh', 'pv', 'hvm']),
    'Type of the guest. `auto` is PVH if the CPU supports it, otherwise PV.',
    'auto',
  ),
  boot: field(
    z.enum(['auto', 'grub', 'pygrub', 'direct']),
    "What finds the DomU's kernel: `grub`, its own GRUB (PVH, HVM); `pygrub` in Dom0, which runs restricted; `direct`, a kernel that is kept in Dom0. `auto` is `pygrub` for PV, otherwise `grub`.",
    'auto',
  ),
  memory: field(memory, 'Memory of the DomU when it starts, at least 192M.', '512M'),
  memoryMax: orNull(
    memory,
    'Memory that the DomU can be given while it runs (`xenwright domu set`), at most 16 times `memory`. Its kernel needs the balloon driver, as those of Debian have it. Default: as `memory`.',
  ),
  vcpus: field(count, 'Virtual CPUs of the DomU when it starts.', 1),
  vcpusMax: orNull(
    count,
    'Virtual CPUs that the DomU can be given while it runs (`xenwright domu set`). Default: as `vcpus`.',
  ),
  autostart: field(z.boolean(), 'The DomU is started whenever the host starts.', true),
  order: field(
    z.number().int().min(0),
    'DomUs with smaller numbers start first, equal ones in parallel; they are stopped in reverse order.',
    50,
  ),
  startDelay: field(duration, 'How long to wait before the DomU is started, once its turn has come.', '0s'),
  stopTimeout: field(duration, 'How long the DomU may take to shut down before it is switched off.', '2m'),
  onCrash: field(
    z.enum(['restart', 'destroy', 'preserve', 'coredump-restart', 'coredump-destroy']),
    'What happens when the DomU crashes: it is restarted (`restart`), left off (`destroy`) or kept for inspection (`preserve`); with `coredump-` its memory is written to a file first.',
    'restart',
  ),
};

/** What is installed in a DomU. */
const system = {
  distribution: optional(
    z.enum(['debian', 'fedora', 'none']),
    "Distribution of the DomU; `none` is an empty disk to install by hand. Default: the host's. Only `debian` works; the others are not supported yet.",
  ),
  release: optional(release, "Release of the distribution. Default: the host's."),
  source: field(
    z.union([z.literal('inherit'), source]),
    "Where packages come from. `inherit` is as the host's `source`.",
    'inherit',
  ),
  image: field(image.nullable(), 'A finished image instead of an install. Images are not supported yet.', null),
  cdrom: field(
    text.nullable(),
    'A disc in the drive of the DomU: `medium`, or the path of an `.iso` file on the host. Discs are not supported yet.',
    null,
  ),
};

/** One DomU alone. */
export const domuSchema = fields(
  {
    name: text.describe(
      'Name of the DomU in Xen: letters, digits and `_ + . -`; not `host`, `dom0` or `Domain-0`. It also names its volumes.',
    ),
    ...running,
    ...system,
    disks: part(disks, "The DomU's disks. Default: a root of 4G and 512M of swap."),
    network: part(
      z.array(networkInterface),
      "The DomU's network interfaces; `[]` for none. Default: one on the host's first bridge, with addresses by DHCP and SLAAC.",
      [{}],
    ),
    hostname: optional(text, "The DomU's own host name. Default: its `name`."),
    admin: field(
      z.union([z.literal('inherit'), admin]),
      "Who may log in to the DomU. `inherit` is as the host's `admin`.",
      'inherit',
    ),
    packages: field(z.array(text), 'More packages for the DomU.', []),
    files: field(z.array(file), "Files that are written into the DomU's system.", []),
    commands: part(fields(installedCommands), 'Commands that are run during the install and at the first boot.'),
    health: field(z.array(health), 'When the DomU counts as up: all of these must hold.', []),
    shares: field(
      z.array(share),
      'Data disks of other DomUs, mounted here over NFS. Shares are not supported yet.',
      [],
    ),
    options: field(
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      'More keys of the xl.cfg(5) of the DomU, such as `cpu_weight: 512`; numbers are whole. Keys that other fields set are refused.',
      {},
    ),
  },
  { id: 'Domu', description: 'A DomU: its resources, disks, interfaces and system.' },
);

/** What a DomU does not say is as on its host. Parts that are the very same give the very same settings. */
export const completeDomu = memoizeEach((domu: z.output<typeof domuSchema>, host: HostSettings) => ({
  ...domu,
  distribution: domu.distribution ?? host.distribution,
  release: domu.release ?? host.release,
  source: domu.source === 'inherit' ? host.source : domu.source,
  network: domu.network.map((nic) => ({ ...nic, bridge: nic.bridge ?? host.network.bridges[0]?.name ?? 'xenbr0' })),
  hostname: domu.hostname ?? domu.name,
  admin: domu.admin === 'inherit' ? host.admin : domu.admin,
}));
export type DomuSettings = Completed<typeof completeDomu>;
