/** /etc/fstab of Dom0 and of DomUs: by UUID, never by a device name, which may change. */
import type { HostModel, ResolvedDomu, ResolvedVolume } from '../model.ts';
import { textFile } from './content.ts';
import type { TreeFile } from '../action.ts';

interface Line {
  readonly uuid: string;
  readonly device?: string;
  readonly at: string;
  readonly type: string;
  readonly options: string;
  readonly pass: number;
}

/** Where a volume is mounted: what the model says, else what its use implies. */
export function mountPoint(volume: ResolvedVolume): string | null {
  if (volume.mount !== null) return volume.mount;
  if (volume.use === 'root') return '/';
  if (volume.use === 'cache') return '/var/lib/xenwright';
  if (volume.use === 'boot') return volume.filesystem === 'vfat' ? '/boot/efi' : '/boot';
  return null;
}

/** What is lost must not keep a machine from booting; nothing waits for it, so the limit may suit slow machines. */
const PATIENT = 'nofail,x-systemd.device-timeout=10min';

function lineOf(volume: ResolvedVolume): Line | null {
  if (volume.use === 'swap') return { uuid: volume.uuid, at: 'none', type: 'swap', options: `sw,${PATIENT}`, pass: 0 };
  const at = mountPoint(volume);
  // The image is the medium's own: its UUID is that of every copy.
  if (volume.use === 'medium' && at !== null)
    return {
      ...{ uuid: volume.uuid, device: volume.device, at, type: 'iso9660', pass: 0 },
      options: `ro,${volume.needsLoop === true ? 'loop,' : ''}${PATIENT}`,
    };
  if (at === null || volume.filesystem === null) return null;
  const type = volume.filesystem;
  if (at === '/')
    return { uuid: volume.uuid, at, type, options: type === 'ext4' ? 'errors=remount-ro' : 'defaults', pass: 1 };
  return { uuid: volume.uuid, at, type, options: type === 'vfat' ? `umask=0077,${PATIENT}` : PATIENT, pass: 2 };
}

/** The line of a volume in the fstab of whoever mounts it; null: nobody does. */
export function fstabLine(volume: ResolvedVolume): string | null {
  const line = lineOf(volume);
  return line === null ? null : textOf(line);
}

function textOf(line: Line): string {
  return `${line.device ?? `UUID=${fstabUuid(line)}`} ${line.at} ${line.type} ${line.options} 0 ${line.pass}`;
}

/** Short paths first, so that a mount point exists before what is mounted below it. */
function fstabText(volumes: readonly ResolvedVolume[]): string {
  const lines = volumes
    .map(lineOf)
    .filter((line) => line !== null)
    .toSorted((a, b) => depth(a.at) - depth(b.at) || a.at.localeCompare(b.at));
  return ['# Written by Xenwright.', ...lines.map(textOf)].join('\n');
}

/** vfat serial numbers are written as XXXX-XXXX, in capitals. */
function fstabUuid(line: Line): string {
  return line.type === 'vfat' ? vfatId(line.uuid) : line.uuid;
}

/** The volume id that a vfat filesystem shows for a (longer) UUID of the plan. */
function vfatId(uuid: string): string {
  const hex = uuid.replaceAll('-', '').slice(0, 8).toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

function depth(path: string): number {
  return path === 'none' ? 99 : path.split('/').filter((part) => part !== '').length;
}

/** /etc/fstab of Dom0. */
export function dom0Fstab(model: HostModel): TreeFile {
  return textFile('/etc/fstab', fstabText(model.volumes));
}

/** /etc/fstab of a DomU. */
export function domuFstab(domu: ResolvedDomu): TreeFile {
  return textFile('/etc/fstab', fstabText(domu.volumes));
}
