/** What is taken for granted while this machine is still being looked at: nothing is there. */
import { imageMachine } from '../../facts/image-machine.ts';
import type { Surroundings } from '../answers/environment.ts';

export const DEFAULT_SURROUNDINGS: Surroundings = {
  facts: { ...imageMachine({ disks: [], seed: '00', aptSources: { mirrors: [] } }), kind: 'machine' },
  imageSeed: '00',
  ownKeys: [],
  isMedium: false,
  isRoot: true,
};
