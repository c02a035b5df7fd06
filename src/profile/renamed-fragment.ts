/**
 * The part of a profile that a backup or a copy has, as another DomU's: its name, and what follows from its disks.
 * Pure.
 */
import { isMap, isSeq, stringify } from 'yaml';
import { readYaml } from './yaml-text.ts';

export interface Renamed {
  readonly name: string;
  /** Null: derived anew for its name. */
  readonly macs: readonly string[] | null;
  /** In the order of its disks; as they are, whatever they were a share of. */
  readonly rootMiB: number;
  readonly swapMiB: number;
  readonly dataMiB: readonly number[];
}

/** Null: the text is none of one DomU. */
export function renamedFragment(fragment: string, { name, macs, rootMiB, swapMiB, dataMiB }: Renamed): string | null {
  const { document, findings } = readYaml(fragment, '');
  const domus = isMap(document.contents) ? document.get('domus') : null;
  const domu: unknown = isSeq(domus) && domus.items.length === 1 ? domus.items[0] : null;
  if (findings.length > 0 || !isMap(domu)) return null;
  const before = String(domu.get('name'));
  const set = (path: readonly unknown[], value: string): void => document.setIn(['domus', 0, ...path], value);
  set(['name'], name);
  if (name !== before) domu.delete('hostname');
  set(['disks', 'root', 'size'], `${rootMiB}M`);
  set(['disks', 'swap'], swapMiB === 0 ? '0' : `${swapMiB}M`);
  dataMiB.forEach((sizeMiB, index) => set(['disks', 'data', index, 'size'], `${sizeMiB}M`));
  const network = domu.get('network');
  if (isSeq(network)) network.items.forEach((_nic, index) => set(['network', index, 'mac'], macs?.[index] ?? 'auto'));
  else if (macs?.[0] !== undefined) document.setIn(['domus', 0, 'network'], [{ mac: macs[0] }]);
  return stringify(document.toJS());
}
