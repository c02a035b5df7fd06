/** The network as a tree (uplink, bridge, DomUs) and the memory as bars. Pure. */
import type { Plan, PlannedBridge } from '../plan.ts';

const BAR = 40;

/** Bridged: the host's addresses are the bridge's. Routed and nat: they are the uplink's, and the bridge is the DomUs' gateway. */
export function networkPicture(bridge: PlannedBridge): string[] {
  const { name, mode, mac, addresses, gateways, guests, vlan } = bridge;
  const uplink = `${bridge.uplinks.length === 0 ? '(no uplink)' : bridge.uplinks.join(' + ')}${vlan === null ? '' : ` VLAN ${vlan}`}`;
  const own = `${addressesText(addresses)}${gateways.length === 0 ? '' : ` via ${gateways.join(', ')}`}`;
  const [lines, indent] = mode === 'bridged'
    ? [[`${uplink} --- ${name}  ${mode}, ${mac}  ${own}`], uplink.length + ' --- '.length]
    : [[`${uplink}${bridge.uplinks.length === 0 ? '' : `  ${own}`}`, `\`-- ${mode} --- ${name}  ${mac}  ${addressesText(guests)}`], `\`-- ${mode} --- `.length];
  const ports = bridge.ports.map((port, index) => `${' '.repeat(indent)}${index === bridge.ports.length - 1 ? '`' : '|'}-- ${port.domu}  ${port.mac}  ${addressesText(port.addresses)}`);
  return [...lines, ...ports].map((line) => `  ${line}`);
}

function addressesText(addresses: readonly string[]): string {
  return addresses.length === 0 ? 'no address' : addresses.join(', ');
}

export function memoryTable(plan: Plan): string[] {
  const { memory } = plan;
  const rows: [string, number][] = [
    ...(plan.hypervisor === 'xen' ? ([['Xen', memory.xenMiB], ['Dom0', memory.dom0MiB]] as [string, number][]) : []),
    ...memory.domus.map(({ name, memoryMiB }): [string, number] => [name, memoryMiB]),
    memory.freeMiB < 0 ? ['missing', -memory.freeMiB] : ['free', plan.hypervisor === 'xen' ? memory.freeMiB : memory.totalMiB],
  ];
  const width = Math.max(...rows.map(([name]) => name.length), 'total'.length);
  const figure = (miB: number): string => `${miB} MiB`.padStart(12);
  const bar = (miB: number): string => '#'.repeat(miB <= 0 ? 0 : Math.min(BAR, Math.max(1, Math.round((miB / Math.max(1, memory.totalMiB)) * BAR))));
  return [...rows.map(([name, miB]) => `  ${name.padEnd(width)} ${figure(miB)}  ${bar(miB)}`.trimEnd()), `  ${'total'.padEnd(width)} ${figure(memory.totalMiB)}`];
}
