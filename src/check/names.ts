/** Names as they end up: reserved ones, and volumes after joining. Pure. */
import type { Message } from '../i18n/phrase.ts';
import type { DomuSettings, EffectiveProfile } from '../profile/effective.ts';
import { memoizeEach } from '../memoize.ts';

export function isReservedName(name: string): boolean {
  return ['host', 'dom0', 'domain-0'].includes(name.toLowerCase());
}

interface JoinedName {
  readonly name: string;
  readonly owner: Message;
  readonly path: readonly (string | number)[];
}

/** Every volume of the host with its joined name and where the profile asks for it. */
export function joinedVolumeNames(profile: EffectiveProfile): JoinedName[] {
  return [
    ...['root', 'swap', 'cache'].map((name) => ({ name, owner: 'Dom0', path: ['host', 'storage', name] })),
    ...profile.domus.flatMap((domu, index) => domuVolumeNames(domu, index)),
  ];
}

const domuVolumeNames = memoizeEach((domu: DomuSettings, index: number): readonly JoinedName[] => [
  { name: `${domu.name}-root`, owner: domu.name, path: ['domus', index, 'name'] },
  ...(domu.type === 'hvm'
    ? [
        {
          name: `${domu.name}-boot`,
          owner: { key: 'parts.bootVolume' as const, values: { domu: domu.name } },
          path: ['domus', index, 'name'],
        },
      ]
    : []),
  { name: `${domu.name}-swap`, owner: domu.name, path: ['domus', index, 'name'] },
  ...domu.disks.data.map((data, number) => ({
    name: `${domu.name}-${data.name}`,
    owner: `${domu.name} (disks.data[${number}])`,
    path: ['domus', index, 'disks', 'data', number, 'name'],
  })),
]);
