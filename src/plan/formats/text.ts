/** A plan for people: pictures of the disks and the network, the memory, then every action with its expected time. Pure. */
import type { Plan, PlannedBridge, PlannedDisk } from '../plan.ts';

const WIDTH = 72;

export function planAsText(plan: Plan): string {
  return [
    `${plan.hostname}: ${plan.distribution} ${plan.release}, ${plan.hypervisor === 'xen' ? 'Xen' : 'no hypervisor'}, ${plan.target === 'image' ? 'into a disk image' : 'onto this machine'}`,
    `plan ${plan.hash}`, '',
    'Disks', ...plan.disks.flatMap((disk) => diskPicture(disk, plan)), '',
    'Network', ...plan.bridges.flatMap(networkPicture), '',
    'Memory', ...memoryTable(plan), '',
    ...actionList(plan), '',
  ].join('\n');
}

function diskPicture(disk: PlannedDisk, plan: Plan): string[] {
  const lines = [`  ${disk.path}  ${size(disk.sizeMiB)}${disk.model === null ? '' : `  ${disk.model}`}${disk.serial === null ? '' : `  serial ${disk.serial}`}`];
  if (disk.destroys.length > 0) lines.push(`  destroys: ${disk.destroys.join(', ')}`);
  lines.push(`  +${'-'.repeat(WIDTH - 4)}+`);
  for (const part of disk.partitions) lines.push(boxed(`${part.number} ${part.label.padEnd(10)} ${size(part.sizeMiB).padStart(10)}  ${part.use}`));
  if (plan.volumeGroup !== null) lines.push(boxed(`  volume group ${plan.volumeGroup}`));
  for (const volume of plan.volumes.filter((entry) => entry.use !== 'boot')) lines.push(boxed(`    ${volume.domain.padEnd(14)} ${volume.name.padEnd(20)} ${size(volume.sizeMiB).padStart(10)}  ${volume.filesystem ?? ''}${volume.mount === null ? '' : ` ${volume.mount}`}`));
  lines.push(boxed(`    ${'reserve'.padEnd(35)} ${size(plan.reserveMiB).padStart(10)}`), `  +${'-'.repeat(WIDTH - 4)}+`);
  return lines;
}

const boxed = (text: string): string => `  | ${text.slice(0, WIDTH - 6).padEnd(WIDTH - 6)} |`;

function networkPicture(bridge: PlannedBridge): string[] {
  const uplink = bridge.uplinks.length === 0 ? '(no uplink)' : bridge.uplinks.join(' + ');
  return [
    `  ${uplink} --- ${bridge.name} (${bridge.mode}, ${bridge.mac}) ${bridge.addresses.join(', ')}`,
    ...bridge.ports.map((port, index) => `  ${' '.repeat(uplink.length + 5)}${index === bridge.ports.length - 1 ? '`' : '|'}-- ${port.domu} (${port.mac}) ${port.addresses.join(', ')}`),
  ];
}

function memoryTable(plan: Plan): string[] {
  const { memory } = plan;
  const row = (name: string, miB: number): string => {
    const bar = '#'.repeat(Math.max(miB > 0 ? 1 : 0, Math.round((miB / Math.max(1, memory.totalMiB)) * 40)));
    return `  ${name.padEnd(16)} ${`${miB} MiB`.padStart(12)}  ${bar}`;
  };
  return [row('Xen', memory.xenMiB), row('Dom0', memory.dom0MiB), ...memory.domus.map((domu) => row(domu.name, domu.memoryMiB)), row('free', memory.freeMiB), `  ${'total'.padEnd(16)} ${`${memory.totalMiB} MiB`.padStart(12)}`];
}

function actionList(plan: Plan): string[] {
  const ends = new Map<string, number>();
  for (const action of plan.actions) ends.set(action.id, Math.max(0, ...action.needs.map((need) => ends.get(need) ?? 0)) + action.weight);
  const total = plan.actions.reduce((sum, action) => sum + action.weight, 0);
  return [
    `Actions (${plan.actions.length}; ${total} s of work, at least ${Math.max(0, ...ends.values())} s from end to end)`,
    ...plan.actions.map((action) => `  ${`${action.weight} s`.padStart(6)}  ${action.domain.padEnd(12)} ${action.title}  [${action.id}]`),
  ];
}

function size(miB: number): string {
  return miB >= 10240 ? `${(miB / 1024).toFixed(1)} GiB` : `${miB} MiB`;
}
