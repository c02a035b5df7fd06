/** Every check of `host status`, a row each, in the order in which people read them. */
import type { CheckRow } from '../finding.ts';
import { clock } from './clock.ts';
import { domus } from './domus.ts';
import { filesystems } from './filesystems.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { raid } from './raid.ts';
import { restart } from './restart.ts';
import { smart } from './smart.ts';
import { units } from './units.ts';
import { updates } from './updates.ts';
import { volumes } from './volumes.ts';
import { xen } from './xen.ts';

export const CHECKS: readonly CheckRow[] = [
  xen,
  domus,
  network,
  memory,
  filesystems,
  volumes,
  raid,
  smart,
  units,
  clock,
  restart,
  updates,
];
