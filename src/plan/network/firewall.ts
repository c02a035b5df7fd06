/**
 * The host's packet filter: what modes do to what leaves, and guards on the interfaces of guests that may not borrow
 * addresses.
 */
import type { HostModel, ResolvedDomu, TreeContent } from '../model.ts';
import { fixedAddresses } from './addressing.ts';
import { codeOf } from './device-name.ts';
import { modeOf } from './modes/modes.ts';
import { content, systemdFile, textFile } from '../trees/content.ts';

/** The first digits of Xen's own prefix, 00:16:3e. */
const XEN_DIGITS = '001';
/** What an HVM guest's emulated card is called beside its Xen one (libxl). */
const EMULATED = '-emu';

/**
 * The name of a guest's interface in Dom0 where the filter must know it, stable over restarts: with `-emu` at most 15
 * characters.
 */
export function guardedInterface(domu: ResolvedDomu, index: number): string {
  const mac = (domu.macs[index] ?? '').replaceAll(':', '');
  // MACs differ. Where the first digits are those of Xen, the others are enough; those of a person may differ there.
  return `xw${mac.startsWith(XEN_DIGITS) ? mac.slice(XEN_DIGITS.length) : codeOf(mac, 9)}`;
}

/** Nothing where nothing is needed: Xenwright then leaves the filter alone. */
export function hostFirewall(model: HostModel): TreeContent {
  const leaving = model.bridges.flatMap(({ settings }) => modeOf(settings).leaving(settings.name));
  const guards = model.domus.flatMap((domu) =>
    domu.settings.network.flatMap((one, index) => (one.antispoof ? guardRules(domu, index) : [])),
  );
  if (leaving.length === 0 && guards.length === 0) return content({});
  const tables = [
    ...(leaving.length === 0
      ? []
      : [table('inet', 'xenwright_nat', 'type nat hook postrouting priority srcnat; policy accept;', leaving)]),
    ...(guards.length === 0
      ? []
      : [table('bridge', 'xenwright_guests', 'type filter hook prerouting priority -200; policy accept;', guards)]),
  ];
  return content({
    files: [
      textFile('/etc/xenwright/firewall.nft', ['#!/usr/sbin/nft -f', ...tables].join('\n')),
      // A unit of its own: tables of others, and /etc/nftables.conf, stay as they are.
      textFile(
        '/etc/systemd/system/xenwright-firewall.service',
        systemdFile(
          [
            'Unit',
            {
              Description: 'Packet filter for the DomUs',
              DefaultDependencies: false,
              After: 'local-fs.target nftables.service',
              Before: 'network-pre.target shutdown.target',
              Wants: 'network-pre.target',
              Conflicts: 'shutdown.target',
            },
          ],
          [
            'Service',
            {
              Type: 'oneshot',
              RemainAfterExit: true,
              ExecStart: '/usr/sbin/nft -f /etc/xenwright/firewall.nft',
              ExecReload: '/usr/sbin/nft -f /etc/xenwright/firewall.nft',
            },
          ],
          ['Install', { WantedBy: 'multi-user.target' }],
        ),
      ),
    ],
    enableUnits: ['xenwright-firewall.service'],
  });
}

/** Declared, emptied, filled: loading twice gives the same. */
function table(family: string, name: string, hook: string, rules: readonly string[]): string {
  return [
    `table ${family} ${name} {}`,
    `flush table ${family} ${name}`,
    `table ${family} ${name} {`,
    '\tchain main {',
    `\t\t${hook}`,
    ...rules.map((rule) => `\t\t${rule}`),
    '\t}',
    '}',
  ].join('\n');
}

/**
 * A guest sends from its own MAC, and from its fixed addresses where it has only such. Nothing but IP and ARP: what is
 * tagged would pass by the rules, and a guest is no switch; nor is it a router that others should hear of.
 */
function guardRules(domu: ResolvedDomu, index: number): string[] {
  const one = domu.settings.network[index];
  const mac = domu.macs[index];
  if (one === undefined || mac === undefined) return [];
  const name = guardedInterface(domu, index);
  const from = `iifname { "${name}", "${name}${EMULATED}" }`;
  const fixed = fixedAddresses(one.addresses).map((address) => address.split('/')[0] ?? address);
  const four = fixed.filter((address) => !address.includes(':'));
  const six = fixed.filter((address) => address.includes(':'));
  const rules = [
    `${from} ether saddr != ${mac} drop`,
    `${from} ether type != { ip, ip6, arp } drop`,
    `${from} arp saddr ether != ${mac} drop`,
    `${from} icmpv6 type { nd-router-advert, nd-redirect } drop`,
  ];
  if (!one.addresses.includes('dhcp4'))
    rules.push(
      `${from} ip saddr != { ${['0.0.0.0', ...four].join(', ')} } drop`,
      `${from} arp saddr ip != { ${['0.0.0.0', ...four].join(', ')} } drop`,
    );
  if (!one.addresses.includes('slaac') && !one.addresses.includes('dhcp6'))
    rules.push(`${from} ip6 saddr != { ${['::', 'fe80::/10', ...six].join(', ')} } drop`);
  return rules;
}
