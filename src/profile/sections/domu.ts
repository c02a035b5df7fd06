/** One of `domus`: a guest, its disks, interfaces and system. */
import * as z from 'zod';
import {
  count,
  duration,
  file,
  filesystem,
  installedCommands,
  mac,
  memory,
  optional,
  size,
  text,
  vlan,
  wrong,
} from '../schema-parts.ts';
import { admin } from './admin.ts';
import { ADDRESS_WORDS } from './network.ts';
import { source } from './source.ts';

const dataDisk = z.strictObject({
  name: text.describe('Name of the disk: letters, digits and `_ + . -`. It also names the volume.'),
  size: size.describe('Size of the disk.'),
  mount: z
    .string()
    .regex(/^\/[^\0]+$/, wrong('path'))
    .describe('Folder in the DomU where the disk is mounted, such as `/srv`.'),
  filesystem: optional(filesystem, 'Filesystem of the disk. Others than `ext4` are not supported yet.', 'ext4'),
});

const disks = z.strictObject({
  root: optional(
    z.strictObject({
      size: optional(size, 'Size of the root disk, at least 1G.', '4G'),
      filesystem: optional(
        filesystem,
        'Filesystem of the root disk. Others than `ext4` are not supported yet.',
        'ext4',
      ),
    }),
    "The disk with the DomU's system.",
  ),
  swap: optional(size, 'Size of the swap disk; `0` for none.', '512M'),
  data: optional(z.array(dataDisk), 'More disks, at most 24.', []),
});

const networkInterface = z.strictObject({
  bridge: optional(text, 'Name of the bridge that the interface is connected to. Default: the first of the host.'),
  mac: optional(
    z.union([z.literal('auto'), mac]),
    'MAC address of the interface. `auto` is always the same one for this host, DomU and interface, derived from the machine.',
    'auto',
  ),
  vlan: optional(vlan.nullable(), 'Number of the tagged network, on a bridge with `trunk`. Not supported yet.', null),
  addresses: optional(z.array(text), `Addresses of the interface: ${ADDRESS_WORDS}; \`[]\` for none.`, [
    'dhcp4',
    'slaac',
  ]),
  gateways: optional(
    z.array(text),
    "Gateways of fixed addresses, one for IPv4 and one for IPv6. Without any, the host's own address on a routed or NAT bridge.",
    [],
  ),
  onLink: optional(z.boolean(), "The gateway lies outside the address's own network.", false),
  dns: optional(
    z.array(text),
    'Addresses of name servers. Without any, an interface with fixed addresses has those of its bridge.',
    [],
  ),
  antispoof: optional(
    z.boolean(),
    'Dom0 lets the DomU send only from its own MAC address and its fixed addresses.',
    false,
  ),
});

const health = z.union([
  z.strictObject({
    tcp: z.number().int().min(1).max(65535).describe('Port of the DomU that takes connections from Dom0.'),
  }),
  z.strictObject({
    http: z
      .url({ protocol: /^https?$/ })
      .describe(
        "Address of a page that Dom0 asks for; `localhost` in it stands for the DomU's own address. No redirect is followed.",
      ),
    status: optional(z.number().int().min(100).max(599), 'Status that the page must answer with.', 200),
  }),
  z.strictObject({ unit: text.describe('Unit of systemd in the DomU that must be active, such as `nginx`.') }),
  z.strictObject({ run: text.describe('Command in the DomU that must succeed.') }),
]);

const image = z.strictObject({
  source: text.describe('Where the image is: a file or an address.'),
  sha256: optional(
    z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    'SHA-256 checksum that the image must have.',
    null,
  ),
  format: optional(z.enum(['raw', 'qcow2', 'tar']), 'Format of the image.', 'raw'),
  seed: optional(z.enum(['none', 'nocloud']), 'How the image is told its name, network and users.', 'none'),
});

const share = z.strictObject({
  from: text.describe('Name of the DomU that has the disk.'),
  name: text.describe('Name of its data disk.'),
  mount: text.describe('Folder in this DomU where it is mounted.'),
  mode: optional(z.enum(['ro', 'rw']), 'Read only, or read and write.', 'rw'),
});

/** How a DomU is started, what it gets of the machine, and when it runs. */
const running = {
  type: optional(
    z.enum(['auto', 'pvh', 'pv', 'hvm']),
    'Type of the guest. `auto` is PVH where the CPU can, else PV.',
    'auto',
  ),
  boot: optional(
    z.enum(['auto', 'grub', 'pygrub', 'direct']),
    "What finds the DomU's kernel: `grub`, its own GRUB (PVH, HVM); `pygrub` in Dom0, which runs restricted; `direct`, a kernel that is kept in Dom0. `auto` is `pygrub` for PV, else `grub`.",
    'auto',
  ),
  memory: optional(memory, 'Memory of the DomU, at least 192M.', '512M'),
  vcpus: optional(count, 'Virtual CPUs of the DomU.', 1),
  autostart: optional(z.boolean(), 'The DomU is started whenever the host starts.', true),
  order: optional(
    z.number().int().min(0),
    'DomUs with smaller numbers start first, equal ones side by side; they are stopped the other way round.',
    50,
  ),
  startDelay: optional(duration, 'How long the DomU waits before it is started, once its turn has come.', '0s'),
  stopTimeout: optional(duration, 'How long the DomU may take to shut down before it is switched off.', '2m'),
  onCrash: optional(
    z.enum(['restart', 'destroy', 'preserve', 'coredump-restart', 'coredump-destroy']),
    'What happens when the DomU crashes: it is started again (`restart`), left off (`destroy`) or kept for a look (`preserve`); with `coredump-` its memory is written to a file before.',
    'restart',
  ),
};

/** What is installed in a DomU. */
const system = {
  distribution: optional(
    z.enum(['debian', 'fedora', 'none']),
    "Distribution of the DomU; `none` is an empty disk to install by hand. Default: the host's. Only `debian` is there; the others are not supported yet.",
  ),
  release: optional(text, "Release of the distribution. Default: the host's."),
  source: optional(
    z.union([z.literal('inherit'), source]),
    "Where packages come from. `inherit` is as the host's `source`.",
    'inherit',
  ),
  image: optional(image.nullable(), 'A finished image in place of an install. Images are not supported yet.', null),
  cdrom: optional(
    text.nullable(),
    'A disc in the drive of the DomU: `medium`, or the path of an `.iso` file on the host. Discs are not supported yet.',
    null,
  ),
};

/** One DomU alone. */
export const domuSchema = z
  .strictObject({
    name: text.describe(
      'Name of the DomU in Xen: letters, digits and `_ + . -`; not `host`, `dom0` or `Domain-0`. It also names its volumes.',
    ),
    ...running,
    ...system,
    disks: optional(disks, "The DomU's disks. Default: a root of 4G and 512M of swap."),
    network: optional(
      z.array(networkInterface),
      "The DomU's network interfaces; `[]` for none. Default: one on the host's first bridge, with addresses by DHCP and SLAAC.",
    ),
    hostname: optional(text, "The DomU's own host name. Default: its `name`."),
    admin: optional(
      z.union([z.literal('inherit'), admin]),
      "Who may log in to the DomU. `inherit` is as the host's `admin`.",
      'inherit',
    ),
    packages: optional(z.array(text), 'More packages for the DomU.', []),
    files: optional(z.array(file), "Files that are put into the DomU's system.", []),
    commands: optional(
      z.strictObject(installedCommands),
      'Commands that are run during the install and at the first boot.',
    ),
    health: optional(z.array(health), 'When the DomU counts as up: all of these must hold.', []),
    shares: optional(
      z.array(share),
      'Data disks of other DomUs, mounted here over NFS. Shares are not supported yet.',
      [],
    ),
    options: optional(
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      'More keys of the xl.cfg(5) of the DomU, such as `cpu_weight: 512`. Those that other fields give are refused.',
      {},
    ),
  })
  .meta({ id: 'Domu', description: 'A DomU: its resources, disks, interfaces and system.' });
