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
