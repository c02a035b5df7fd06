/** `host.storage`: the host's disks, and how they are divided. */
import * as z from 'zod';
import { count, filesystem, memory, secretReference, size, text } from '../schema-parts.ts';

const disk = z
  .strictObject({
    serial: text.describe('Serial number of the disk.'),
    wwn: text.describe('World wide name of the disk.'),
    model: text.describe('Model of the disk.'),
    path: text.describe('Path of the disk, such as `/dev/sda` or, better, its name in `/dev/disk/by-id`.'),
    minSize: memory.describe('The disk is at least this large.'),
    maxSize: memory.describe('The disk is at most this large.'),
    transport: text.describe(
      'How the disk is attached: `sata`, `sas`, `nvme`, `virtio`, `usb`, … Disks by `usb`, `mmc`, `fc`, `iscsi` or `network`, and removable ones, are taken only where this names them.',
    ),
    rotational: z.boolean().describe('`true`: a turning disk; `false`: one without moving parts.'),
    largest: z.boolean().describe('`true`: the largest of the disks that fit.'),
    smallest: z.boolean().describe('`true`: the smallest of the disks that fit.'),
    count: count.meta({ description: 'How many disks this selector takes.', default: 1 }),
  })
  .partial()
  .meta({
    id: 'DiskSelector',
    description:
      'Chooses disks: all that is given must fit. `{}` fits every disk, and is enough where there is only one.',
  });

export const storage = z
  .strictObject({
    firmware: z
      .enum(['auto', 'bios', 'uefi', 'both'])
      .optional()
      .meta({
        description:
          'Which firmware the boot loader is installed for. `auto` is the one this machine was started by; an image gets both.',
        default: 'auto',
      }),
    disks: z
      .array(disk)
      .min(1)
      .describe(
        'Selectors of the disks to install on. More disks than are wanted, or a tie for the largest or smallest, are refused. Everything on a chosen disk is lost. More than one disk is not supported yet.',
      ),
    layout: z
      .enum(['lvm', 'plain', 'btrfs'])
      .optional()
      .meta({
        description:
          'How the disk is divided: `lvm`, a volume group with a volume for each disk of a DomU; `plain`, partitions, and raw files for the DomUs, whose disks then have fixed sizes. `btrfs` is not supported yet.',
        default: 'lvm',
      }),
    raid: z
      .union([z.literal(1), z.literal(10)])
      .nullable()
      .optional()
      .meta({ description: 'RAID level over the disks. RAID is not supported yet.', default: null }),
    encryption: z
      .strictObject({
        passphrase: secretReference.describe(
          'Where the passphrase is read from: `prompt:`, `env:NAME` or `file:PATH`.',
        ),
        unlock: z
          .enum(['console', 'ssh', 'tpm2'])
          .optional()
          .meta({ description: 'How the disk is unlocked when the host starts.', default: 'console' }),
      })
      .nullable()
      .optional()
      .meta({ description: 'Encryption of the disk. Encryption is not supported yet.', default: null }),
    filesystem: filesystem
      .optional()
      .meta({
        description: "Filesystem of Dom0's volumes. Others than `ext4` are not supported yet.",
        default: 'ext4',
      }),
    volumeGroup: text
      .optional()
      .describe(
        'Name of the volume group that holds Dom0 and the DomUs (`layout: lvm`). Default: `vg_` and the short host name.',
      ),
    boot: size
      .optional()
      .meta({
        description: 'Size of `/boot`, for kernels and the boot loader: always a partition, at least 384M, no share.',
        default: '1G',
      }),
    root: size.optional().meta({ description: "Size of Dom0's root, at least 2G.", default: '8G' }),
    swap: size.optional().meta({ description: "Size of Dom0's swap; `0` for none.", default: '1G' }),
    cache: size
      .optional()
      .meta({
        description:
          'Size of `/var/lib/xenwright`, for base systems and records, so that later DomUs are quick to make; at least 256M. With `layout: plain` it is space on the data partition, and may be `0`.',
        default: '8G',
      }),
    reserve: size.optional().meta({ description: 'What is left free, for snapshots and upgrades.', default: '10%' }),
    wipe: z
      .enum(['auto', 'none'])
      .optional()
      .meta({
        description:
          "`auto`: DomUs' volumes read as zeros before anything is written to them; `none`: guests may read what was there before.",
        default: 'auto',
      }),
    keep: z
      .union([
        z.enum(['none', 'domus']),
        z.array(
          z.strictObject({
            vg: text.describe('Volume group of the volume.'),
            lv: text.describe('Name of the volume.'),
          }),
        ),
      ])
      .optional()
      .meta({
        description: 'Volumes of an earlier install that stay untouched. Anything but `none` is not supported yet.',
        default: 'none',
      }),
  })
  .meta({ id: 'Storage', description: 'Disks of a host, their layout and volumes.' });
