/** A DomU's memory, CPUs and disks. */
import { formatMiB } from '../../../profile/sizes.ts';
import { getAt, isMap, listAt, setProfile, type Draft, type Path, type Plain } from '../../wizard/draft.ts';
import { domuField } from '../fields.ts';
import type { Context, Screen } from '../screen.ts';

export const resources: Screen = {
  id: 'resources', section: 'domu', kind: 'form',
  fields: [domuField('memory', 'size', 'memory'), domuField('vcpus', 'number', 'vcpus')],
};

export const domuDisks: Screen = {
  id: 'domuDisks', section: 'domu', kind: 'form',
  fields: [
    domuField('rootSize', 'size', 'disks.root.size'),
    domuField('swapSize', 'size', 'disks.swap'),
    domuField('dataDisks', 'lines', 'disks.data', { read: readData, write: writeData, fallback: () => [] }),
  ],
};

const at = (context: Context): Path => ['domus', context.domu ?? 0, 'disks', 'data'];

/** One line a disk: NAME SIZE PLACE. */
function readData(context: Context): Plain | undefined {
  if (getAt(context.draft.profile, at(context)) === undefined) return undefined;
  return listAt(context.draft.profile, at(context)).map((disk) => ['name', 'size', 'mount'].map((key) => textOf(getAt(disk, [key]))).join(' ').trim());
}

function textOf(value: Plain | undefined): string {
  return typeof value === 'number' ? (value === 0 ? '0' : formatMiB(value)) : typeof value === 'string' ? value : '';
}

function writeData(draft: Draft, value: Plain | undefined, context: Context): Draft {
  const before = listAt(draft.profile, at(context));
  const disks = (Array.isArray(value) ? (value as readonly Plain[]) : []).map((line): Plain => {
    const [name = '', size = '', ...mount] = String(line).trim().split(/\s+/);
    // The filesystem of a loaded profile's disk stays with its name.
    const known = before.find((disk) => getAt(disk, ['name']) === name);
    return { ...(isMap(known) ? known : {}), name, size, mount: mount.join(' ') };
  });
  return setProfile(draft, at(context), disks.length === 0 ? undefined : disks);
}
