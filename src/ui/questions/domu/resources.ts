/** A DomU's memory, CPUs and disks. */
import { getAt, listAt } from '../../answers/draft.ts';
import { domuField } from '../fields.ts';
import { freeName } from '../free-name.ts';
import { itemChooser, itemField } from '../items.ts';
import { type ItemList } from '../screen.ts';
import type { Screen } from '../screen.ts';

export const resources: Screen = {
  id: 'resources',
  section: 'domu',
  kind: 'form',
  fields: [domuField('memory', 'size', 'memory'), domuField('vcpus', 'number', 'vcpus')],
};

const data: ItemList = {
  path: ({ domu }) => ['domus', domu ?? 0, 'disks', 'data'],
  inEffective: ['domus', 0, 'disks', 'data'],
  least: 0,
  name: (disk) => String(getAt(disk, ['name']) ?? ''),
  fresh: (context) => {
    const name = freeName(
      'data',
      listAt(context.draft.profile, data.path(context)).map((disk) => String(getAt(disk, ['name']))),
      1,
    );
    return { name, size: '10G', mount: `/srv/${name}` };
  },
};

export const domuDisks: Screen = {
  id: 'domuDisks',
  section: 'domu',
  kind: 'form',
  items: data,
  fields: [
    domuField('rootSize', 'size', 'disks.root.size'),
    domuField('swapSize', 'size', 'disks.swap'),
    itemChooser(data, 'diskItem'),
    itemField(data, 'dataName', 'text', 'name', { isRequired: true }),
    itemField(data, 'dataSize', 'size', 'size', { isRequired: true }),
    itemField(data, 'dataMount', 'text', 'mount', { isRequired: true }),
  ],
};
