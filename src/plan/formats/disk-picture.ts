/** A disk as a box: its partitions, the volumes in the one that holds them, and what is destroyed. Pure. */
import type { Plan, PlannedDisk, PlannedVolume } from '../plan.ts';

type Row = readonly string[];

export function diskPicture(disk: PlannedDisk, plan: Plan): string[] {
  const facts = [disk.path, formatMiB(disk.sizeMiB), disk.model, disk.serial === null ? null : `serial ${disk.serial}`].filter((text) => text !== null);
  const inner = [...plan.volumes.filter((volume) => isInside(volume, plan)).map(volumeRow), ['', 'free', formatMiB(plan.reserveMiB), 'reserve']];
  const widths = [0, 1, 2].map((column) => Math.max(...[...disk.partitions.map(partitionRow), ...inner].map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string => `${(row[0] ?? '').padEnd(widths[0] ?? 0)}  ${(row[1] ?? '').padEnd(widths[1] ?? 0)}  ${(row[2] ?? '').padStart(widths[2] ?? 0)}  ${row[3] ?? ''}`.trimEnd();
  const parts = disk.partitions.map((part, index) => {
    const isLast = index === disk.partitions.length - 1;
    return [line(partitionRow(part)), ...(isLast ? [plan.volumeGroup === null ? 'in it, as files' : `volume group ${plan.volumeGroup}`, ...inner.map(line)].map((text) => `  ${text}`) : [])];
  });
  const width = Math.max(...parts.flat().map((text) => text.length));
  const border = `  +${'-'.repeat(width + 2)}+`;
  return [
    `  ${facts.join('  ')}`,
    ...(disk.destroys.length === 0 ? ['  blank: nothing is destroyed'] : ['  destroyed:', ...disk.destroys.map((what) => `    ${what}`)]),
    border, ...parts.flatMap((texts) => [...texts.map((text) => `  | ${text.padEnd(width)} |`), border]),
  ];
}

/** Volumes that are partitions are drawn as such. */
function isInside(volume: PlannedVolume, plan: Plan): boolean {
  return volume.domain !== 'dom0' || (plan.volumeGroup !== null && volume.use !== 'boot');
}

function partitionRow(part: PlannedDisk['partitions'][number]): Row {
  return [`${part.number}`, part.label, formatMiB(part.sizeMiB), USES[part.use] ?? part.use];
}

const USES: Readonly<Record<string, string>> = {
  bios: 'boot loader for BIOS', esp: 'boot loader for UEFI, vfat /boot/efi', boot: 'ext4 /boot', lvm: 'LVM', root: 'ext4 /', swap: 'swap', data: 'ext4 /var/lib/xenwright',
};

function volumeRow(volume: PlannedVolume): Row {
  return [volume.domain, volume.name, formatMiB(volume.sizeMiB), volume.use === 'boot' ? 'boot loader' : [volume.filesystem, volume.mount].filter((text) => text !== null).join(' ')];
}

/** Whole MiB below 10 GiB, then GiB. */
export function formatMiB(miB: number): string {
  return miB >= 10_240 ? `${(miB / 1024).toFixed(1)} GiB` : `${miB} MiB`;
}
