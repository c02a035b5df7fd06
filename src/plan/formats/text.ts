/** A plan for people: pictures of the disks and the network, the memory, then every action with its expected time. Pure. */
import { english } from '../../i18n/english.ts';
import type { Plan } from '../plan.ts';
import { deviceOf, newDisks } from '../storage/graph.ts';
import { diskPicture } from './disk-picture.ts';
import { memoryTable, networkPicture } from './host-pictures.ts';

export function planAsText(plan: Plan): string {
  const disks = newDisks(plan);
  return [
    english('planText.head', {
      host: plan.hostname,
      system: `${plan.distribution} ${plan.release}`,
      hypervisor: plan.hypervisor === 'xen' ? 'Xen' : english('planText.noHypervisor'),
      target: english(plan.target === 'image' ? 'planText.intoImage' : 'planText.ontoMachine'),
    }),
    english('planText.plan', { hash: plan.hash }),
    '',
    // DomUs that are added to a host leave its disks as they are.
    ...(disks.length === 0
      ? [
          english('planText.volumes'),
          ...plan.volumes.map((volume) => `  ${volume.name}  ${deviceOf(plan, volume).sizeMiB} MiB  ${volume.use}`),
          '',
        ]
      : [english('planText.disks'), ...disks.flatMap((disk) => diskPicture(disk, plan)), '']),
    english('planText.network'),
    ...plan.bridges.flatMap((bridge) => networkPicture(bridge)),
    '',
    english('planText.memory'),
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
    english('planText.actions', { number: plan.actions.length, work: Math.round(work), chain: Math.round(chain) }),
    ...(plan.target === 'image' ? [`  ${english('planText.imageNote')}`] : []),
    ...plan.actions.map(
      (action) =>
        `  ${`${action.weight} s`.padStart(5)}  ${action.domain.padEnd(longest)}  ${action.title}  [${action.id}]`,
    ),
  ];
}
