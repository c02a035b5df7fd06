/**
 * The host's network by systemd-networkd: NICs pinned by MAC, bridges that carry the NIC's MAC, VLANs under them,
 * routed and nat.
 */
import uplinkScript from '../../../assets/host/uplink.sh' with { type: 'text' };
import type { HostModel, ResolvedBridge, TreeContent } from '../model.ts';
import { networkFile, fixedAddresses, type Addressing } from './addressing.ts';
import { content, joinContent, scriptFile, systemdFile, textFile } from '../trees/content.ts';
import { guestSide } from './network-guest-side.ts';

const FOLDER = '/etc/systemd/network';

/** The tagged device on a NIC; interface names end at 15 characters. */
export function vlanDevice(nic: string, vlan: number): string {
  const name = `${nic}.${vlan}`;
  return name.length <= 15 ? name : `vlan${vlan}`;
}

/** The device below the bridge, or beside it when routed: the NIC or its VLAN; null without an uplink. */
function uplinkDevice(bridge: ResolvedBridge): string | null {
  const uplink = bridge.uplinks[0];
  if (uplink === undefined) return null;
  return bridge.settings.vlan === null ? uplink.name : vlanDevice(uplink.name, bridge.settings.vlan);
}

/** The device that bears the host's own addresses: the bridge, or the uplink when routed or nat. */
export function addressDevice(bridge: ResolvedBridge): string {
  return bridge.settings.mode === 'bridged' ? bridge.settings.name : (uplinkDevice(bridge) ?? bridge.settings.name);
}

/** Everything of the host's network but the packet filter. */
export function hostNetwork(model: HostModel): TreeContent {
  const first = model.bridges[0];
  const forwards = model.bridges.some((bridge) => bridge.settings.mode !== 'bridged');
  return joinContent(
    ...model.bridges.map((bridge) => bridgeContent(model, bridge)),
    { files: nicFiles(model) },
    ...(first === undefined ? [] : [onlineContent(first), uplinkGuard(model)]),
    { files: [textFile('/etc/sysctl.d/60-xenwright.conf', sysctlText(forwards))] },
    // Guests' interfaces belong to Xen: a careless file of somebody's must not grab them.
    {
      files: [
        textFile(
          `${FOLDER}/05-xenwright-guests.network`,
          systemdFile(['Match', { Driver: 'vif tun', Name: 'vif* xw-*' }], ['Link', { Unmanaged: true }]),
        ),
      ],
    },
  );
}

function sysctlText(forwards: boolean): string {
  const lines = [
    '# Written by Xenwright. Bridged frames are not for the packet filter (only where br_netfilter is loaded).',
    ...['iptables', 'ip6tables', 'arptables'].map((table) => `-net.bridge.bridge-nf-call-${table} = 0`),
  ];
  return [...lines, ...(forwards ? ['net.ipv4.ip_forward = 1', 'net.ipv6.conf.all.forwarding = 1'] : [])].join('\n');
}

function bridgeContent(model: HostModel, bridge: ResolvedBridge): TreeContent {
  const { settings } = bridge;
  const bridged = settings.mode === 'bridged';
  const own: Addressing = bridged
    ? settings
    : {
        addresses: settings.guests?.addresses ?? [],
        gateways: [],
        onLink: false,
        routes: [],
        dns: [],
        mtu: settings.mtu,
      };
  const alone = !bridged || bridge.uplinks.length === 0;
  const guests = bridged ? { network: {}, more: '' } : guestSide(model, bridge);
  return content({
    files: [
      textFile(
        `${FOLDER}/10-xenwright-${settings.name}.netdev`,
        systemdFile(
          ['NetDev', { Name: settings.name, Kind: 'bridge', MACAddress: bridge.mac, MTUBytes: settings.mtu }],
          ['Bridge', { STP: false, ForwardDelaySec: 0 }],
        ),
      ),
      // Without this, udev gives the bridge a made-up MAC, and the DHCP reservation is lost.
      textFile(
        `${FOLDER}/10-xenwright-${settings.name}.link`,
        systemdFile(['Match', { OriginalName: settings.name }], ['Link', { MACAddressPolicy: 'none' }]),
      ),
      textFile(
        `${FOLDER}/30-xenwright-${settings.name}.network`,
        networkFile({ Name: settings.name }, own, {
          link: {
            RequiredForOnline: bridge === model.bridges[0] && bridged && own.addresses.length > 0 ? null : false,
          },
          network: {
            ConfigureWithoutCarrier: alone ? true : null,
            IgnoreCarrierLoss: alone ? true : null,
            ...guests.network,
          },
          more: guests.more,
        }),
      ),
    ],
  });
}

/** One file per NIC, even when several bridges use it by different VLANs. */
function nicFiles(model: HostModel): TreeContent['files'] {
  const nics = new Map(
    model.bridges.flatMap((bridge) => bridge.uplinks.slice(0, 1)).map((uplink) => [uplink.name, uplink]),
  );
  return [...nics.values()].flatMap((nic) => {
    const users = model.bridges.filter((bridge) => bridge.uplinks[0]?.name === nic.name);
    const direct = users.find((bridge) => bridge.settings.vlan === null);
    const tagged = users.filter((bridge) => bridge.settings.vlan !== null);
    const pin = textFile(
      `${FOLDER}/10-xenwright-${nic.name}.link`,
      systemdFile(['Match', { MACAddress: nic.mac, Type: 'ether', Kind: '!*' }], ['Link', { Name: nic.name }]),
    );
    const mtus = users.map((bridge) => bridge.settings.mtu).filter((mtu) => mtu !== null);
    const vlans = tagged.map((bridge) => vlanDevice(nic.name, bridge.settings.vlan ?? 0));
    const nicFile = textFile(
      `${FOLDER}/20-xenwright-${nic.name}.network`,
      portFile(nic.name, direct, vlans, mtus.length === 0 ? null : Math.max(...mtus), model),
    );
    return [
      ...(model.profile.host.network.pinNics ? [pin] : []),
      nicFile,
      ...tagged.flatMap((bridge) => {
        const device = vlanDevice(nic.name, bridge.settings.vlan ?? 0);
        return [
          textFile(
            `${FOLDER}/15-xenwright-${device}.netdev`,
            systemdFile(
              ['NetDev', { Name: device, Kind: 'vlan', MTUBytes: bridge.settings.mtu }],
              ['VLAN', { Id: bridge.settings.vlan }],
            ),
          ),
          textFile(
            `${FOLDER}/25-xenwright-${device}.network`,
            portFile(device, bridge, [], bridge.settings.mtu, model),
          ),
        ];
      }),
    ];
  });
}

/** A port of a bridge (no address of its own), or, when routed, the bearer of the host's addresses. */
function portFile(
  name: string,
  bridge: ResolvedBridge | undefined,
  vlans: readonly string[],
  mtu: number | null,
  model: HostModel,
): string {
  const silent: Addressing = { addresses: [], gateways: [], onLink: false, routes: [], dns: [], mtu };
  if (bridge === undefined || bridge.settings.mode === 'bridged') {
    return networkFile({ Name: name }, silent, {
      link: { RequiredForOnline: false },
      network: { Bridge: bridge?.settings.name ?? null, VLAN: vlans },
    });
  }
  const proxied = bridge.settings.mode === 'routed' ? guestAddresses(model, bridge) : [];
  const sixes = proxied.filter((address) => address.includes(':'));
  return networkFile(
    { Name: name },
    { ...bridge.settings, mtu },
    {
      link: { RequiredForOnline: bridge === model.bridges[0] ? null : false },
      // The uplink's network asks for the guests' addresses: Dom0 answers for them.
      network: {
        VLAN: vlans,
        IPv4ProxyARP: bridge.settings.mode === 'routed' ? true : null,
        IPv6ProxyNDPAddress: sixes,
      },
    },
  );
}

/** Fixed addresses of the guests on a bridge, without their prefix lengths. */
function guestAddresses(model: HostModel, bridge: ResolvedBridge): string[] {
  const interfaces = model.domus
    .flatMap((domu) => domu.settings.network)
    .filter((one) => one.bridge === bridge.settings.name);
  return interfaces.flatMap((one) => fixedAddresses(one.addresses)).map((address) => address.split('/')[0] ?? address);
}

/** Only the host's primary device is waited for, and not for ever. */
function onlineContent(first: ResolvedBridge): TreeContent {
  const device = addressDevice(first);
  const state = first.settings.addresses.length === 0 ? 'no-carrier' : 'routable';
  return content({
    files: [
      textFile(
        '/etc/systemd/system/systemd-networkd-wait-online.service.d/10-xenwright.conf',
        `[Service]\nExecStart=\nExecStart=-/usr/lib/systemd/systemd-networkd-wait-online --interface=${device}:${state} --timeout=60`,
      ),
    ],
    enableUnits: ['systemd-networkd-wait-online.service'],
  });
}

/** Promise 11: the pinned NIC is gone and exactly one other has a carrier. */
function uplinkGuard(model: HostModel): TreeContent {
  const pinned = [
    ...new Set(model.bridges.flatMap((bridge) => bridge.uplinks.slice(0, 1).map((uplink) => uplink.name))),
  ];
  if (pinned.length === 0 || !model.profile.host.network.pinNics) return content({});
  return content({
    files: [
      scriptFile('/usr/lib/xenwright/uplink', uplinkScript),
      textFile(
        '/etc/systemd/system/xenwright-uplink.service',
        systemdFile(
          [
            'Unit',
            {
              Description: 'Take another network card when the pinned one is gone',
              After: 'systemd-networkd.service systemd-udevd.service',
              Before: 'systemd-networkd-wait-online.service network-online.target',
            },
          ],
          [
            'Service',
            { Type: 'oneshot', ExecStart: `/usr/lib/xenwright/uplink ${pinned.join(' ')}`, TimeoutStartSec: 120 },
          ],
          ['Install', { WantedBy: 'multi-user.target network-online.target' }],
        ),
      ),
    ],
    enableUnits: ['xenwright-uplink.service'],
  });
}
