/** What the states of DomUs are called. Pure. */
import type { ListedDomu } from '../host/domus/list-result.ts';
import type { TextKey } from './keys.ts';

export const DOMU_STATES: Readonly<Record<ListedDomu['state'], TextKey>> = {
  running: 'commandLine.domu.list.states.running',
  paused: 'commandLine.domu.list.states.paused',
  starting: 'commandLine.domu.list.states.starting',
  dying: 'commandLine.domu.list.states.dying',
  crashed: 'commandLine.domu.list.states.crashed',
  stopped: 'commandLine.domu.list.states.stopped',
  'in-rescue': 'commandLine.domu.list.states.inRescue',
  unknown: 'commandLine.domu.list.states.unknown',
};
