/** `host.storage`: the host's disks, and how they are divided. */
import * as z from 'zod';
import { field, fields, optional } from '../fields.ts';
import { count, filesystem, memory, secretReference, size, text } from '../schema-parts.ts';

/** What a selector asks for: nothing, unless it is given. */
const wanted = <Schema extends z.ZodType>(schema: Schema, description: string): z.ZodOptional<Schema> =>
  z.optional(schema.describe(description));

const disk = fields(
  {
    serial: wanted(text, 'Serial number of the disk.'),
    wwn: wanted(text, 'World wide name of the disk.'),
    model: wanted(text, 'Model of the disk.'),
    path: wanted(text, 'Path of the disk, such as `/dev/sda` or, better, its name in `/dev/disk/by-id`.'),
    minSize: wanted(memory, 'The disk is at least this large.'),
    maxSize: wanted(memory, 'The disk is at most this large.'),
    transport: wanted(
      text,
      'How the disk is attached: `sata`, `sas`, `nvme`, `virtio`, `usb`, … Disks by `usb`, `mmc`, `fc`, `fcoe`, `iscsi` or `network`, and removable ones, are used only if this names them.',
    ),
    rotational: wanted(z.boolean(), '`true`: a rotating disk; `false`: one without moving parts.'),
    largest: wanted(z.boolean(), '`true`: the largest of the disks that match.'),
    smallest: wanted(z.boolean(), '`true`: the smallest of the disks that match.'),
    count: z.prefault(count.meta({ description: 'How many disks this selector takes.', default: 1 }), 1),
  },
  {
    id: 'DiskSelector',
    description:
      'Chooses disks: all that is given must match. `{}` matches every disk, and is enough if there is only one.',
  },
);

export const storage = fields(
  {
    firmware: field(
      z.enum(['auto', 'bios', 'uefi', 'both']),
      'Which firmware the boot loader is installed for. `auto` is the one this machine was booted by; an image gets both.',
      'auto',
    ),
    disks: z
      .array(disk)
      .min(1)
      .describe(
        'Selectors of the disks to install on. More disks than needed, or a tie for the largest or smallest, are refused. Everything on a chosen disk is lost. More than one disk is not supported yet.',
      ),
    layout: field(
      z.enum(['lvm', 'plain', 'btrfs']),
      'How the disk is divided: `lvm`, a volume group with a volume for each disk of a DomU; `plain`, partitions, and raw files for the DomUs, whose disks then have fixed sizes. `btrfs` is not supported yet.',
      'lvm',
    ),
    raid: field(
      z.union([z.literal(1), z.literal(10)]).nullable(),
      'RAID level of the disks. RAID is not supported yet.',
      null,
    ),
    encryption: field(
      fields({
        passphrase: secretReference.describe(
          'Where the passphrase is read from: `prompt:`, `env:NAME` or `file:PATH`.',
        ),
        unlock: field(z.enum(['console', 'ssh', 'tpm2']), 'How the disk is unlocked when the host starts.', 'console'),
      }).nullable(),
      'Encryption of the disk. Encryption is not supported yet.',
      null,
    ),
    filesystem: field(filesystem, "Filesystem of Dom0's volumes. Others than `ext4` are not supported yet.", 'ext4'),
    volumeGroup: optional(
      text,
      'Name of the volume group that holds Dom0 and the DomUs (`layout: lvm`). Default: `vg_` and the short host name.',
    ),
    boot: field(
      size,
      'Size of `/boot`, for kernels and the boot loader: always a partition, at least 384M, not a share.',
      '1G',
    ),
    root: field(size, "Size of Dom0's root, at least 2G.", '8G'),
    swap: field(size, "Size of Dom0's swap; `0` for none.", '1G'),
    cache: field(
      size,
      'Size of `/var/lib/xenwright`, for base systems and records, so that DomUs can be added quickly later; at least 256M. With `layout: plain` it is space on the data partition, and may be `0`.',
      '8G',
    ),
    reserve: field(size, 'What is left free, for snapshots and upgrades.', '10%'),
    wipe: field(
      z.enum(['auto', 'none']),
      "`auto`: DomUs' volumes read as zeros before anything is written to them; `none`: guests may read old data.",
      'auto',
    ),
    keep: field(
      z.union([
        z.enum(['none', 'domus']),
        z.array(fields({ vg: text.describe('Volume group of the volume.'), lv: text.describe('Name of the volume.') })),
      ]),
      'Volumes of an earlier install that are kept. Anything but `none` is not supported yet.',
      'none',
    ),
  },
  { id: 'Storage', description: 'Disks of a host, their layout and volumes.' },
);

/** The volume group is called after the host. */
export function completeStorage(parsed: z.output<typeof storage>, hostname: string) {
  const short = hostname.split('.')[0] ?? hostname;
  return {
    ...parsed,
    volumeGroup: parsed.volumeGroup ?? `vg_${short.toLowerCase().replaceAll(/[^a-z0-9_.+-]/g, '_')}`,
  };
}
