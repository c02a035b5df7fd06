/** `lsblk -J -b -O` as typed nodes. Only what the facts need is read; every field may be missing on some version. */

export interface BlockNode {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly sizeBytes: number;
  /** What /sys/class/block calls it; `name` of a mapped device is that of its mapping. */
  readonly kernelName: string;
  /** `8:16`; null on versions that do not say it. */
  readonly deviceNumber: string | null;
  readonly readOnly: boolean;
  readonly removable: boolean;
  readonly rotational: boolean;
  readonly model: string | null;
  readonly serial: string | null;
  readonly wwn: string | null;
  readonly vendor: string | null;
  readonly transport: string | null;
  readonly subsystems: string;
  readonly logicalSectorBytes: number;
  readonly physicalSectorBytes: number;
  readonly partitionTable: string | null;
  /** Of the partition table that it has, or lies in. */
  readonly tableUuid: string | null;
  readonly filesystem: string | null;
  readonly label: string | null;
  readonly uuid: string | null;
  readonly partitionLabel: string | null;
  readonly partitionUuid: string | null;
  /** What its table says it is for: a GUID, or `0x83`. */
  readonly partitionType: string | null;
  readonly mountPoints: readonly string[];
  readonly children: readonly BlockNode[];
}

/** The devices of lsblk's answer; empty where it is no JSON. */
export function parseLsblk(text: string): BlockNode[] {
  const parsed = parseJson(text);
  return isRecord(parsed) ? records(parsed['blockdevices']).map(toNode) : [];
}

/** A node and everything that stands on it. */
export function withDescendants(node: BlockNode): BlockNode[] {
  return [node, ...node.children.flatMap(withDescendants)];
}

/** One that the kernel has made of its table, such as sda1 or md5p1. lsblk calls mappings of kpartx partitions, too. */
export function isPartitionOf(whole: BlockNode, { type, kernelName }: BlockNode): boolean {
  return (
    type === 'part' &&
    /^p?\d+$/.test(kernelName.slice(whole.kernelName.length)) &&
    kernelName.startsWith(whole.kernelName)
  );
}

function toNode(raw: Readonly<Record<string, unknown>>): BlockNode {
  const text = (key: string): string | null => {
    const value = raw[key];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const flag = (key: string): boolean => raw[key] === true || raw[key] === '1' || raw[key] === 1;
  const amount = (key: string, otherwise: number): number => {
    const value = Number(raw[key] ?? otherwise);
    return Number.isFinite(value) ? value : otherwise;
  };
  const name = text('kname') ?? text('name') ?? 'unknown';
  const mounts = Array.isArray(raw['mountpoints']) ? raw['mountpoints'] : [raw['mountpoint']];
  return {
    name: text('name') ?? name,
    kernelName: name,
    deviceNumber: text('maj:min'),
    path: text('path') ?? `/dev/${name}`,
    type: text('type') ?? 'unknown',
    sizeBytes: amount('size', 0),
    readOnly: flag('ro'),
    removable: flag('rm'),
    rotational: flag('rota'),
    model: text('model'),
    serial: text('serial'),
    wwn: text('wwn'),
    vendor: text('vendor')?.startsWith('0x') === true ? null : text('vendor'),
    transport: text('tran'),
    subsystems: text('subsystems') ?? '',
    logicalSectorBytes: amount('log-sec', 512),
    physicalSectorBytes: amount('phy-sec', 512),
    partitionTable: text('pttype'),
    tableUuid: text('ptuuid'),
    filesystem: text('fstype'),
    label: text('label'),
    uuid: text('uuid'),
    partitionLabel: text('partlabel'),
    partitionUuid: text('partuuid'),
    partitionType: text('parttype'),
    mountPoints: mounts.filter((mount): mount is string => typeof mount === 'string' && mount !== ''),
    children: records(raw['children']).map(toNode),
  };
}

/** JSON, or null: tools that fail half way leave broken text. */
export function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function records(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
