/** All rows, and those whose field is somebody else's to mend yet. */
import { accessRows } from './access.ts';
import { domuDeviceRows } from './domu-devices.ts';
import { domuRows } from './domu.ts';
import { hostRows } from './host.ts';
import { networkRows } from './network.ts';
import type { FieldRows } from './row.ts';
import { sourceRows } from './source.ts';
import { storageRows } from './storage.ts';

export const allRows: FieldRows = {
  ...accessRows,
  ...hostRows,
  ...networkRows,
  ...storageRows,
  ...sourceRows,
  ...domuRows,
  ...domuDeviceRows,
};

/** Rows that say what is right and are not asked yet: the field is mended elsewhere. */
export const LATER: readonly { readonly field: string; readonly typed: string; readonly why: string }[] = [
  {
    field: 'Domu.options',
    typed: 'cap: -1',
    why: "xl reads no sign before a number (lexical error, the DomU is never created): mended with xl's other numbers",
  },
];
