/** The network as a tree (uplink, bridge, DomUs) and the memory as bars. Pure. */
import { padEnd, padStart, PLAIN_ENGLISH, type Drawing } from './drawing.ts';
import { modeOf } from '../network/modes/modes.ts';
import type { Plan, PlannedBridge } from '../plan.ts';

const BAR = 40;

/**
 * Bridged: the host's addresses are the bridge's. Routed and nat: they are the uplink's, and the bridge is the DomUs'
 * gateway.
 */
export function networkPicture(bridge: PlannedBridge, { t, cells }: Drawing = PLAIN_ENGLISH): string[] {
  const addressesText = (list: readonly string[]): string =>
    list.length === 0 ? t('pictures.noAddress') : list.join(', ');
  const { name, mode, mac, addresses, gateways, guests, vlan } = bridge;
  const uplink = `${bridge.uplinks.length === 0 ? t('pictures.noUplink') : bridge.uplinks.join(' + ')}${vlan === null ? '' : ` VLAN ${vlan}`}`;
  const own = `${addressesText(addresses)}${gateways.length === 0 ? '' : ` ${t('pictures.via', { gateways: gateways.join(', ') })}`}`;
  const [lines, indent] = !modeOf(bridge).hasOwnNetwork
    ? [[`${uplink} --- ${name}  ${mode}, ${mac}  ${own}`], cells(uplink) + ' --- '.length]
    : [
        [
          `${uplink}${bridge.uplinks.length === 0 ? '' : `  ${own}`}`,
          `\`-- ${mode} --- ${name}  ${mac}  ${addressesText(guests)}`,
        ],
        `\`-- ${mode} --- `.length,
      ];
  const ports = bridge.ports.map(
    (port, index) =>
      `${' '.repeat(indent)}${index === bridge.ports.length - 1 ? '`' : '|'}-- ${port.domu}  ${port.mac}  ${addressesText(port.addresses)}`,
  );
  return [...lines, ...ports].map((line) => `  ${line}`);
}

export function memoryTable(plan: Plan, drawing: Drawing = PLAIN_ENGLISH): string[] {
  const { t, cells } = drawing;
  const { memory } = plan;
  const rows: [string, number][] = [
    ...(plan.hypervisor === 'xen'
      ? ([
          ['Xen', memory.xenMiB],
          ['Dom0', memory.dom0MiB],
        ] as [string, number][])
      : []),
    ...memory.domus.map(({ name, memoryMiB }): [string, number] => [name, memoryMiB]),
    memory.freeMiB < 0
      ? [t('pictures.missing'), -memory.freeMiB]
      : [t('pictures.free'), plan.hypervisor === 'xen' ? memory.freeMiB : memory.totalMiB],
  ];
  const width = Math.max(...rows.map(([name]) => cells(name)), cells(t('pictures.total')));
  const figure = (miB: number): string => padStart(t('units.mib', { size: miB }), 12, drawing);
  const bar = (miB: number): string =>
    '#'.repeat(miB <= 0 ? 0 : Math.min(BAR, Math.max(1, Math.round((miB / Math.max(1, memory.totalMiB)) * BAR))));
  return [
    ...rows.map(([name, miB]) => `  ${padEnd(name, width, drawing)} ${figure(miB)}  ${bar(miB)}`.trimEnd()),
    `  ${padEnd(t('pictures.total'), width, drawing)} ${figure(memory.totalMiB)}`,
  ];
}
