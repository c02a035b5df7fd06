/** A disk as a box: its partitions, the volumes in the one that holds them, and what is destroyed. Pure. */
import { say } from '../../i18n/phrase.ts';
import { mountTypeOf, typeOf } from '../storage/devices/table.ts';
import {
  above,
  deviceOf,
  downFrom,
  nodeOf,
  poolsOf,
  type DeviceNode,
  type DiskNode,
  type PoolNode,
  type StorageGraph,
  type Volume,
} from '../storage/graph.ts';
import { padEnd, padStart, PLAIN_ENGLISH, type Drawing } from './drawing.ts';

type Row = readonly string[];

/** `withLost`: what is on it now, too. */
export function diskPicture(
  disk: DiskNode,
  graph: StorageGraph,
  drawing: Drawing = PLAIN_ENGLISH,
  { withLost = true } = {},
): string[] {
  const { t, size } = drawing;
  const facts = [
    disk.path,
    size(disk.sizeMiB),
    disk.model,
    disk.serial === null ? null : t('parts.disk.serial', { value: disk.serial }),
  ].filter((text) => text !== null);
  const parts = partitionsOf(disk, graph).map((part) => ({
    row: partitionRow(part, graph, drawing),
    pools: poolsOf(graph)
      .filter((pool) => firstPartition(pool, graph) === part)
      .map((pool) => ({ title: poolTitle(pool, drawing), rows: poolRows(pool, graph, drawing) })),
  }));
  const rows = parts.flatMap(({ row, pools }) => [row, ...pools.flatMap((pool) => pool.rows)]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => drawing.cells(row[column] ?? ''))));
  const line = (row: Row): string =>
    `${padEnd(row[0] ?? '', widths[0] ?? 0, drawing)}  ${padEnd(row[1] ?? '', widths[1] ?? 0, drawing)}  ${padStart(row[2] ?? '', widths[2] ?? 0, drawing)}  ${row[3] ?? ''}`.trimEnd();
  const texts = parts.map(({ row, pools }) => [
    line(row),
    ...pools.flatMap((pool) => [pool.title, ...pool.rows.map(line)]).map((text) => `  ${text}`),
  ]);
  const width = Math.max(...texts.flat().map(drawing.cells));
  const border = `  +${'-'.repeat(width + 2)}+`;
  return [
    `  ${facts.join('  ')}`,
    ...(withLost ? lostLines(disk, drawing) : []),
    border,
    ...texts.flatMap((lines) => [...lines.map((text) => `  | ${padEnd(text, width, drawing)} |`), border]),
  ];
}

function lostLines({ destroys }: DiskNode, { t }: Drawing): string[] {
  return destroys.length === 0
    ? [`  ${t('pictures.blank')}`]
    : [`  ${t('pictures.destroyed')}`, ...destroys.map((what) => `    ${what}`)];
}

function partitionsOf(disk: DeviceNode, graph: StorageGraph): DeviceNode[] {
  return above(graph, disk.id).flatMap(({ id }) => above(graph, id).filter(({ type }) => type === 'partition'));
}

function firstPartition(pool: PoolNode, graph: StorageGraph): DeviceNode | undefined {
  return downFrom(graph, pool.id).find(({ type }) => type === 'partition');
}

function partitionRow(part: DeviceNode, graph: StorageGraph, { t, size }: Drawing): Row {
  const { number, label } = part as DeviceNode & { readonly number: number; readonly label: string };
  return [`${number}`, label, size(part.sizeMiB), partitionText(part, graph, t)];
}

function partitionText(part: DeviceNode, graph: StorageGraph, t: Drawing['t']): string {
  const holds = above(graph, part.id);
  if (graph.bootSets.some(({ biosBoot }) => biosBoot === part.id)) return t('pictures.bios');
  if (graph.bootSets.some(({ esp }) => holds.some(({ id }) => id === esp))) return t('pictures.esp');
  const volume = graph.volumes.find((one) => deviceOf(graph, one) === part);
  if (volume !== undefined) return contentText(volume, graph);
  return holds.map((node) => typeOf(node).word ?? node.type).join(', ');
}

function contentText({ filesystem, mount }: Volume, graph: StorageGraph): string {
  return [filesystem === null ? null : mountTypeOf(nodeOf(graph, filesystem)), mount]
    .filter((text) => text !== null)
    .join(' ');
}

function poolTitle(pool: PoolNode, { t }: Drawing): string {
  const title = typeOf(pool).pool?.title(pool);
  return title === undefined ? pool.type : say(title, t);
}

/** Its volumes, and what stays free. */
function poolRows(pool: PoolNode, graph: StorageGraph, { t, size }: Drawing): Row[] {
  return [
    ...graph.volumes.flatMap((volume) => {
      const device = deviceOf(graph, volume);
      const text = volume.use === 'boot' ? t('pictures.bootLoader') : contentText(volume, graph);
      return device.on.includes(pool.id) ? [[volume.domain, volume.name, size(device.sizeMiB), text]] : [];
    }),
    ['', t('pictures.free'), size(pool.freeMiB), t('pictures.reserve')],
  ];
}
