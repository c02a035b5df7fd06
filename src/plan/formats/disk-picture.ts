/** A disk as a box: its partitions, the volumes in the one that holds them, and what is destroyed. Pure. */
import type { TextKey } from '../../i18n/keys.ts';
import { padEnd, padStart, PLAIN_ENGLISH, type Drawing } from './drawing.ts';
import type { Plan, PlannedDisk, PlannedVolume } from '../plan.ts';

type Row = readonly string[];

export function diskPicture(disk: PlannedDisk, plan: Plan, drawing: Drawing = PLAIN_ENGLISH): string[] {
  const { t, size } = drawing;
  const facts = [
    disk.path,
    size(disk.sizeMiB),
    disk.model,
    disk.serial === null ? null : t('parts.disk.serial', { value: disk.serial }),
  ].filter((text) => text !== null);
  const inner = [
    ...plan.volumes.filter((volume) => isInside(volume, plan)).map((volume) => volumeRow(volume, drawing)),
    ['', t('pictures.free'), size(plan.reserveMiB), t('pictures.reserve')],
  ];
  const parted = disk.partitions.map((part) => partitionRow(part, drawing));
  const widths = [0, 1, 2].map((column) =>
    Math.max(...[...parted, ...inner].map((row) => drawing.cells(row[column] ?? ''))),
  );
  const line = (row: Row): string =>
    `${padEnd(row[0] ?? '', widths[0] ?? 0, drawing)}  ${padEnd(row[1] ?? '', widths[1] ?? 0, drawing)}  ${padStart(row[2] ?? '', widths[2] ?? 0, drawing)}  ${row[3] ?? ''}`.trimEnd();
  const parts = parted.map((row, index) => {
    const isLast = index === disk.partitions.length - 1;
    return [
      line(row),
      ...(isLast
        ? [
            plan.volumeGroup === null ? t('pictures.asFiles') : t('pictures.group', { group: plan.volumeGroup }),
            ...inner.map(line),
          ].map((text) => `  ${text}`)
        : []),
    ];
  });
  const width = Math.max(...parts.flat().map(drawing.cells));
  const border = `  +${'-'.repeat(width + 2)}+`;
  return [
    `  ${facts.join('  ')}`,
    ...(disk.destroys.length === 0
      ? [`  ${t('pictures.blank')}`]
      : [`  ${t('pictures.destroyed')}`, ...disk.destroys.map((what) => `    ${what}`)]),
    border,
    ...parts.flatMap((texts) => [...texts.map((text) => `  | ${padEnd(text, width, drawing)} |`), border]),
  ];
}

/** Volumes that are partitions are drawn as such. */
function isInside(volume: PlannedVolume, plan: Plan): boolean {
  return volume.domain !== 'dom0' || (plan.volumeGroup !== null && volume.use !== 'boot');
}

function partitionRow(part: PlannedDisk['partitions'][number], { t, size }: Drawing): Row {
  const word = WORDED[part.use];
  return [
    `${part.number}`,
    part.label,
    size(part.sizeMiB),
    word === undefined ? (USES[part.use] ?? part.use) : t(word),
  ];
}

/** Uses that are words, and those that are names. */
const WORDED: Readonly<Record<string, TextKey>> = { bios: 'pictures.bios', esp: 'pictures.esp' };
const USES: Readonly<Record<string, string>> = {
  boot: 'ext4 /boot',
  lvm: 'LVM',
  root: 'ext4 /',
  swap: 'swap',
  data: 'ext4 /var/lib/xenwright',
};

function volumeRow(volume: PlannedVolume, { t, size }: Drawing): Row {
  return [
    volume.domain,
    volume.name,
    size(volume.sizeMiB),
    volume.use === 'boot'
      ? t('pictures.bootLoader')
      : [volume.filesystem, volume.mount].filter((text) => text !== null).join(' '),
  ];
}
