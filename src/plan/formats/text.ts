/** A plan for people: pictures of the disks and the network, the memory, then every action with its expected time. Pure. */
import type { Plan } from '../plan.ts';
import { deviceOf, newDisks } from '../storage/graph.ts';
import { diskPicture } from './disk-picture.ts';
import { memoryTable, networkPicture } from './host-pictures.ts';

export function planAsText(plan: Plan): string {
  const disks = newDisks(plan);
  return [
    `${plan.hostname}: ${plan.distribution} ${plan.release}, ${plan.hypervisor === 'xen' ? 'Xen' : 'no hypervisor'}, ${plan.target === 'image' ? 'into a disk image' : 'onto this machine'}`,
    `plan ${plan.hash}`,
    '',
    // DomUs that are added to a host leave its disks as they are.
    ...(disks.length === 0
      ? [
          'Volumes',
          ...plan.volumes.map((volume) => `  ${volume.name}  ${deviceOf(plan, volume).sizeMiB} MiB  ${volume.use}`),
          '',
        ]
      : ['Disks', ...disks.flatMap((disk) => diskPicture(disk, plan)), '']),
    'Network',
    ...plan.bridges.flatMap((bridge) => networkPicture(bridge)),
    '',
    'Memory',
    ...memoryTable(plan),
    '',
    ...actionList(plan),
    '',
  ].join('\n');
}

/** Seconds of work in all, and along the longest chain: no machine is faster than that. */
export function expectedSeconds(plan: Plan): { readonly work: number; readonly chain: number } {
  const ends = new Map<string, number>();
  for (const action of plan.actions)
    ends.set(
      action.id,
      action.needs.reduce((latest, need) => Math.max(latest, ends.get(need) ?? 0), 0) + action.weight,
    );
  return { work: plan.actions.reduce((sum, action) => sum + action.weight, 0), chain: Math.max(0, ...ends.values()) };
}

function actionList(plan: Plan): string[] {
  const { work, chain } = expectedSeconds(plan);
  const longest = Math.max(0, ...plan.actions.map((action) => action.domain.length));
  return [
    `Actions (${plan.actions.length}; about ${work} s of work, at least ${chain} s from end to end)`,
    ...(plan.target === 'image'
      ? [
          '  Bases that are there already take no time; what is done to the image takes about three times as long where it is emulated.',
        ]
      : []),
    ...plan.actions.map(
      (action) =>
        `  ${`${action.weight} s`.padStart(5)}  ${action.domain.padEnd(longest)}  ${action.title}  [${action.id}]`,
    ),
  ];
}
