/** The rows of the table of device types: a new type is one file beside this one, and one row here. */
import type { DeviceType } from './device-type.ts';
import { disk } from './disk.ts';
import { ext4 } from './ext4.ts';
import { file } from './file.ts';
import { gpt } from './gpt.ts';
import { iso9660 } from './iso9660.ts';
import { lvmGroup } from './lvm-group.ts';
import { lvmVolume } from './lvm-volume.ts';
import { partition } from './partition.ts';
import { swap } from './swap.ts';
import { vfat } from './vfat.ts';

export const rows = [
  disk,
  gpt,
  partition,
  lvmGroup,
  lvmVolume,
  file,
  ext4,
  vfat,
  swap,
  iso9660,
] as readonly DeviceType[];
