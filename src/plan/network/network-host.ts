/** The host's network by systemd-networkd: what its modes and links say, and who waits for it. */
import uplinkScript from '../../../assets/host/uplink.sh' with { type: 'text' };
import type { HostModel, ResolvedBridge, TreeContent } from '../model.ts';
import { content, joinContent, scriptFile, systemdFile, textFile } from '../trees/content.ts';
import { networkFile } from './addressing.ts';
import { devicesOf, uplinkDevice } from './links/devices.ts';
import { NETWORKD } from './links/link.ts';
import type { DeviceSide } from './modes/mode.ts';
import { modeOf } from './modes/modes.ts';
import { SILENT } from './modes/silent.ts';

/** The device that bears the host's own addresses: the bridge, or the uplink beside it. */
export function addressDevice(bridge: ResolvedBridge): string {
  const { settings } = bridge;
  return modeOf(settings).hasOwnNetwork ? (uplinkDevice(bridge) ?? settings.name) : settings.name;
}

/** Everything of the host's network but the packet filter. */
export function hostNetwork(model: HostModel): TreeContent {
  const first = model.bridges[0];
  const forwards = model.bridges.some(({ settings }) => modeOf(settings).isForwarding);
  return joinContent(
    { files: deviceFiles(model) },
    ...(first === undefined ? [] : [onlineContent(first), uplinkGuard(model)]),
    { files: [textFile('/etc/sysctl.d/60-xenwright.conf', sysctlText(forwards))] },
    // Guests' interfaces belong to Xen: a careless file of somebody's must not grab them.
    {
      files: [
        textFile(
          `${NETWORKD}/05-xenwright-guests.network`,
          systemdFile(['Match', { Driver: 'vif tun', Name: 'vif* xw*' }], ['Link', { Unmanaged: true }]),
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

/** One .network file per device, even when several bridges use it by different VLANs. */
function deviceFiles(model: HostModel): TreeContent['files'] {
  const [first] = model.bridges;
  return devicesOf(model).flatMap((device) => {
    const { name, link, mtu, carries } = device;
    const [bridge, { addressing, isWaitedFor, network, more }] = sideOf(model, name);
    const file = networkFile(
      { Name: name },
      { ...addressing, mtu },
      {
        link: { RequiredForOnline: isWaitedFor && bridge === first ? null : false },
        network: { ...carries, ...network },
        more,
      },
    );
    return [...link.files(device, model), textFile(`${NETWORKD}/${link.order}-xenwright-${name}.network`, file)];
  });
}

/** What a device has to say for a bridge: as the bridge, or as its way outside. What only carries others says nothing. */
function sideOf(model: HostModel, name: string): readonly [ResolvedBridge | null, DeviceSide] {
  for (const bridge of model.bridges) {
    const mode = modeOf(bridge.settings);
    if (bridge.settings.name === name) return [bridge, mode.bridge(model, bridge)];
    if (uplinkDevice(bridge) === name) return [bridge, mode.uplink(model, bridge)];
  }
  return [null, SILENT];
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
  const pinned = [...new Set(model.bridges.flatMap(({ uplinks }) => uplinks.map(({ name }) => name)))];
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
