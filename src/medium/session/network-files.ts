/** Files for systemd-networkd that bring up every NIC at once, and what its own files say of the outcome. Pure. */
import type { KernelOptions } from './kernel-options.ts';

export interface NetworkFile {
  readonly name: string;
  readonly content: string;
}

/** DHCP's option for the profile's SOURCE, of the range for private use (RFC 3942: 224 to 254). */
const PROFILE_OPTION = 224;
const VLAN_NAME = 'xw-vlan';

/** Every NIC, whatever it is called, asks at the same time: ports without a cable hold nobody up. */
export function networkFiles({ ip, vlan }: Pick<KernelOptions, 'ip' | 'vlan'>): NetworkFile[] {
  const addressing = ip === null ? dynamic() : fixed(ip);
  if (vlan === null) return [{ name: '80-xenwright.network', content: network(PHYSICAL, addressing) }];
  // The tagged devices, one on each NIC, are in vlanFiles: networkd wants every one by its name.
  return [
    { name: '79-xenwright-vlan.network', content: network(`Name=${VLAN_NAME}*`, addressing) },
    { name: '80-xenwright.network', content: network(PHYSICAL, 'LinkLocalAddressing=no\n') },
  ];
}

/** With a VLAN: for each NIC its tagged device, and the NIC that carries it. */
export function vlanFiles(nics: readonly string[], vlan: number): NetworkFile[] {
  return nics.flatMap((nic, index) => [
    {
      name: `70-xenwright-${index}.netdev`,
      content: `[NetDev]\nName=${VLAN_NAME}${index}\nKind=vlan\n\n[VLAN]\nId=${vlan}\n`,
    },
    {
      name: `70-xenwright-${index}.network`,
      content: `[Match]\nName=${nic}\n\n[Network]\nVLAN=${VLAN_NAME}${index}\nLinkLocalAddressing=no\n\n[Link]\nRequiredForOnline=no\n`,
    },
  ]);
}

const PHYSICAL = 'Type=ether\nKind=!*';

function network(match: string, addressing: string): string {
  return `[Match]\n${match}\n\n[Network]\n${addressing}`;
}

function dynamic(): string {
  return `DHCP=yes\nIPv6AcceptRA=yes\nLLMNR=no\n\n[DHCPv4]\nClientIdentifier=mac\nRequestOptions=${PROFILE_OPTION}\nUseDomains=yes\n`;
}

function fixed({ address, prefix, gateway, dns }: NonNullable<KernelOptions['ip']>): string {
  return [
    `Address=${address}/${prefix}`,
    ...(gateway === null ? [] : [`Gateway=${gateway}`]),
    ...dns.map((server) => `DNS=${server}`),
    'IPv6AcceptRA=no',
    '',
  ].join('\n');
}

/** A line `NAME=value` of one of networkd's state files, or null. */
export function stateValue(text: string, name: string): string | null {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? null;
}

/** Has the link an address with which others can be asked? */
export function isUp(linkState: string): boolean {
  return (
    ['routable', 'degraded'].includes(stateValue(linkState, 'OPER_STATE') ?? '') &&
    (stateValue(linkState, 'IPV4_ADDRESS_STATE') === 'routable' ||
      stateValue(linkState, 'IPV6_ADDRESS_STATE') === 'routable')
  );
}

export function hasCarrier(linkState: string): boolean {
  return !['off', 'no-carrier', 'missing', 'dormant'].includes(stateValue(linkState, 'OPER_STATE') ?? 'missing');
}

/** The SOURCE in a lease: networkd writes options it does not know itself as hex. */
export function leasedSource(lease: string): string | null {
  const hex = stateValue(lease, `OPTION_${PROFILE_OPTION}`);
  if (hex === null || !/^([0-9a-f]{2})+$/i.test(hex)) return null;
  const value = Buffer.from(hex, 'hex').toString('utf8').replaceAll('\0', '').trim();
  return /^[\x21-\x7e]+$/.test(value) ? value : null;
}

/**
 * `enp1s0 192.0.2.5/24 2001:db8::5/64`, a line a NIC, of what `ip -brief address` says: its metrics and the like are
 * not for people.
 */
export function addressLines(brief: string): string[] {
  return brief.split('\n').flatMap((line) => {
    const [name = '', , ...words] = line.trim().split(/\s+/);
    const addresses = words.filter((word) => word.includes('/'));
    return name === '' || name === 'lo' || addresses.length === 0
      ? []
      : [`${name.replace(/@.*/, '')} ${addresses.join(' ')}`];
  });
}

/** networkd alone writes no resolv.conf. */
export function resolvConf(networkState: string): string {
  const servers = (stateValue(networkState, 'DNS') ?? '')
    .split(' ')
    .filter((server) => server !== '')
    .map((server) => server.replace(/#.*$/, ''));
  const domains = stateValue(networkState, 'DOMAINS') ?? '';
  return `${servers.map((server) => `nameserver ${server}\n`).join('')}${domains === '' ? '' : `search ${domains}\n`}`;
}
