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
  filesystem: filesystem
    .optional()
    .meta({ description: 'Filesystem of the disk. Others than `ext4` are not supported yet.', default: 'ext4' }),
});

const disks = z.strictObject({
  root: z
    .strictObject({
      size: size.optional().meta({ description: 'Size of the root disk, at least 1G.', default: '4G' }),
      filesystem: filesystem
        .optional()
        .meta({
          description: 'Filesystem of the root disk. Others than `ext4` are not supported yet.',
          default: 'ext4',
        }),
    })
    .optional()
    .describe("The disk with the DomU's system."),
  swap: size.optional().meta({ description: 'Size of the swap disk; `0` for none.', default: '512M' }),
  data: z.array(dataDisk).optional().meta({ description: 'More disks, at most 24.', default: [] }),
});

const networkInterface = z.strictObject({
  bridge: text
    .optional()
    .describe('Name of the bridge that the interface is connected to. Default: the first of the host.'),
  mac: z
    .union([z.literal('auto'), mac])
    .optional()
    .meta({
      description:
        'MAC address of the interface. `auto` is always the same one for this host, DomU and interface, derived from the machine.',
      default: 'auto',
    }),
  vlan: vlan
    .nullable()
    .optional()
    .meta({ description: 'Number of the tagged network, on a bridge with `trunk`. Not supported yet.', default: null }),
  addresses: z
    .array(text)
    .optional()
    .meta({
      description: `Addresses of the interface: ${ADDRESS_WORDS}; \`[]\` for none.`,
      default: ['dhcp4', 'slaac'],
    }),
  gateways: z
    .array(text)
    .optional()
    .meta({
      description:
        "Gateways of fixed addresses, one for IPv4 and one for IPv6. Without any, the host's own address on a routed or NAT bridge.",
      default: [],
    }),
  onLink: z
    .boolean()
    .optional()
    .meta({ description: "The gateway lies outside the address's own network.", default: false }),
  dns: z
    .array(text)
    .optional()
    .meta({
      description: 'Addresses of name servers. Without any, an interface with fixed addresses has those of its bridge.',
      default: [],
    }),
  antispoof: z
    .boolean()
    .optional()
    .meta({
      description: 'Dom0 lets the DomU send only from its own MAC address and its fixed addresses.',
      default: false,
    }),
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
    status: z
      .number()
      .int()
      .min(100)
      .max(599)
      .optional()
      .meta({ description: 'Status that the page must answer with.', default: 200 }),
  }),
  z.strictObject({ unit: text.describe('Unit of systemd in the DomU that must be active, such as `nginx`.') }),
  z.strictObject({ run: text.describe('Command in the DomU that must succeed.') }),
]);

const image = z.strictObject({
  source: text.describe('Where the image is: a file or an address.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .optional()
    .meta({ description: 'SHA-256 checksum that the image must have.', default: null }),
  format: z.enum(['raw', 'qcow2', 'tar']).optional().meta({ description: 'Format of the image.', default: 'raw' }),
  seed: z
    .enum(['none', 'nocloud'])
    .optional()
    .meta({ description: 'How the image is told its name, network and users.', default: 'none' }),
});

const share = z.strictObject({
  from: text.describe('Name of the DomU that has the disk.'),
  name: text.describe('Name of its data disk.'),
  mount: text.describe('Folder in this DomU where it is mounted.'),
  mode: z.enum(['ro', 'rw']).optional().meta({ description: 'Read only, or read and write.', default: 'rw' }),
});

/** How a DomU is started, what it gets of the machine, and when it runs. */
const running = {
  type: z
    .enum(['auto', 'pvh', 'pv', 'hvm'])
    .optional()
    .meta({ description: 'Type of the guest. `auto` is PVH where the CPU can, else PV.', default: 'auto' }),
  boot: z
    .enum(['auto', 'grub', 'pygrub', 'direct'])
    .optional()
    .meta({
      description:
        "What finds the DomU's kernel: `grub`, its own GRUB (PVH, HVM); `pygrub` in Dom0, which runs restricted; `direct`, a kernel that is kept in Dom0. `auto` is `pygrub` for PV, else `grub`.",
      default: 'auto',
    }),
  memory: memory.optional().meta({ description: 'Memory of the DomU, at least 192M.', default: '512M' }),
  vcpus: count.optional().meta({ description: 'Virtual CPUs of the DomU.', default: 1 }),
  autostart: z
    .boolean()
    .optional()
    .meta({ description: 'The DomU is started whenever the host starts.', default: true }),
  order: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({
      description:
        'DomUs with smaller numbers start first, equal ones side by side; they are stopped the other way round.',
      default: 50,
    }),
  startDelay: duration
    .optional()
    .meta({ description: 'How long the DomU waits before it is started, once its turn has come.', default: '0s' }),
  stopTimeout: duration
    .optional()
    .meta({ description: 'How long the DomU may take to shut down before it is switched off.', default: '2m' }),
  onCrash: z
    .enum(['restart', 'destroy', 'preserve', 'coredump-restart', 'coredump-destroy'])
    .optional()
    .meta({
      description:
        'What happens when the DomU crashes: it is started again (`restart`), left off (`destroy`) or kept for a look (`preserve`); with `coredump-` its memory is written to a file before.',
      default: 'restart',
    }),
};

/** What is installed in a DomU. */
const system = {
  distribution: z
    .enum(['debian', 'fedora', 'none'])
    .optional()
    .describe(
      "Distribution of the DomU; `none` is an empty disk to install by hand. Default: the host's. Only `debian` is there; the others are not supported yet.",
    ),
  release: text.optional().describe("Release of the distribution. Default: the host's."),
  source: z
    .union([z.literal('inherit'), source])
    .optional()
    .meta({ description: "Where packages come from. `inherit` is as the host's `source`.", default: 'inherit' }),
  image: image
    .nullable()
    .optional()
    .meta({ description: 'A finished image in place of an install. Images are not supported yet.', default: null }),
  cdrom: text
    .nullable()
    .optional()
    .meta({
      description:
        'A disc in the drive of the DomU: `medium`, or the path of an `.iso` file on the host. Discs are not supported yet.',
      default: null,
    }),
};

/** One DomU alone. */
export const domuSchema = z
  .strictObject({
    name: text.describe(
      'Name of the DomU in Xen: letters, digits and `_ + . -`; not `host`, `dom0` or `Domain-0`. It also names its volumes.',
    ),
    ...running,
    ...system,
    disks: disks.optional().describe("The DomU's disks. Default: a root of 4G and 512M of swap."),
    network: z
      .array(networkInterface)
      .optional()
      .describe(
        "The DomU's network interfaces; `[]` for none. Default: one on the host's first bridge, with addresses by DHCP and SLAAC.",
      ),
    hostname: text.optional().describe("The DomU's own host name. Default: its `name`."),
    admin: z
      .union([z.literal('inherit'), admin])
      .optional()
      .meta({ description: "Who may log in to the DomU. `inherit` is as the host's `admin`.", default: 'inherit' }),
    packages: z.array(text).optional().meta({ description: 'More packages for the DomU.', default: [] }),
    files: z.array(file).optional().meta({ description: "Files that are put into the DomU's system.", default: [] }),
    commands: z
      .strictObject(installedCommands)
      .optional()
      .describe('Commands that are run during the install and at the first boot.'),
    health: z
      .array(health)
      .optional()
      .meta({ description: 'When the DomU counts as up: all of these must hold.', default: [] }),
    shares: z
      .array(share)
      .optional()
      .meta({
        description: 'Data disks of other DomUs, mounted here over NFS. Shares are not supported yet.',
        default: [],
      }),
    options: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .meta({
        description:
          'More keys of the xl.cfg(5) of the DomU, such as `cpu_weight: 512`. Those that other fields give are refused.',
        default: {},
      }),
  })
  .meta({ id: 'Domu', description: 'A DomU: its resources, disks, interfaces and system.' });
