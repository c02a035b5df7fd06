/** The DomU that is to be rescued and its disks, of its record or of an xl configuration that somebody wrote. */
import { EXIT, failure } from '../../../errors.ts';
import { readKnown, type HostPort, type KnownDomu } from '../running.ts';

export interface RescueTarget {
  readonly name: string;
  /** Its xl configuration. */
  readonly config: string;
  readonly stopTimeoutMs: number;
  readonly root: RescueDisk;
  readonly data: readonly RescueDisk[];
}
export interface RescueDisk {
  /** A device or an image file. */
  readonly path: string;
  /** As its configuration has it: raw, qcow2, … */
  readonly format: string;
  /** Where it belongs, if the guest's own table does not say; empty: nobody knows. */
  readonly mount: string;
}

const STOP_TIMEOUT_MS = 120_000;

/** Throws `rescue-unknown` and `rescue-disk.none` (exit 4). */
export async function rescueTarget(port: HostPort, name: string): Promise<RescueTarget> {
  const known = await readKnown(port);
  const one = known.find((domu) => domu.name === name);
  if (one === undefined)
    throw failure('rescue-unknown', EXIT.refused, {
      domu: name,
      domus: { list: known.map((domu) => domu.name), by: 'comma' },
    });
  const [root, ...data] = disksOf(one);
  if (root === undefined)
    throw failure('rescue-disk', EXIT.refused, { domu: name, found: { key: 'errors.rescue-disk.none' } });
  const seconds = one.record?.stopTimeoutSeconds;
  return {
    name,
    config: one.config,
    stopTimeoutMs: typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : STOP_TIMEOUT_MS,
    root,
    data,
  };
}

/** The root first. */
function disksOf({ record, written }: KnownDomu): RescueDisk[] {
  // Of one that was made by hand and adopted, its configuration knows them.
  if (record !== null && record.adopted !== true && Array.isArray(record.volumes)) {
    const volumes = record.volumes.filter(({ device, use }) => isPath(device) && use !== 'swap');
    const disks = (wanted: (use: string) => boolean): RescueDisk[] =>
      volumes
        .filter(({ use }) => wanted(use))
        .map(({ device, mount }) => ({ path: device, format: formatOf(device), mount: mount ?? '' }));
    const roots = disks((use) => use === 'root');
    return roots.length === 0 ? [] : [...roots, ...disks((use) => use !== 'root')];
  }
  return (written?.disks ?? []).flatMap(parseDisk);
}

/**
 * xl-disk-configuration(5): `[target, [format, [vdev, [access]]]]` by place or by name, and the older
 * `phy:PATH,VDEV,w`. None of what cannot be a disk of the guest's: optical discs, what a script of its own attaches.
 */
export function parseDisk(text: string): RescueDisk[] {
  const words = text.split(',').map((word) => word.trim());
  const named = new Map<string, string>();
  const placed: string[] = [];
  for (const word of words) {
    const [, key, value] = /^(target|format|vdev|access|devtype|script|backend)=(.*)$/.exec(word) ?? [];
    if (key === undefined || value === undefined) placed.push(word);
    else named.set(key, value);
  }
  if (named.has('script') || named.has('backend') || named.get('devtype') === 'cdrom' || placed.includes('cdrom'))
    return [];
  // `target=` takes the rest of the line.
  const given = /(?:^|,)\s*target=(.*)$/s.exec(text)?.[1] ?? placed[0] ?? '';
  const [, prefixes = '', path = ''] = /^((?:[a-z0-9_]+:)*)(.*)$/s.exec(given) ?? [];
  if (!isPath(path)) return [];
  const word = placed.slice(1).find((one) => /^(raw|qcow2?|vhd|qed)$/.test(one));
  const format = named.get('format') ?? word ?? /\b(qcow2?|vhd|qed)\b/.exec(prefixes)?.[1] ?? formatOf(path);
  return [{ path, format, mount: '' }];
}

const formatOf = (path: string): string => /\.(qcow2?|vhd|vmdk|vdi|qed)$/.exec(path)?.[1] ?? 'raw';

/** Records and configurations are data: never an option, nor a place that depends on where one stands. */
function isPath(path: unknown): path is string {
  return typeof path === 'string' && /^\/[^\p{Cc}]{1,1000}$/u.test(path) && !path.split('/').includes('..');
}
