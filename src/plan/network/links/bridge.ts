/** Bridges: what guests are connected to. Each bears the MAC of its card. */
import { systemdFile, textFile } from '../../trees/content.ts';
import { modeOf } from '../modes/modes.ts';
import { NETWORKD, type NetworkLink } from './link.ts';

/** The bridge itself, on its uplink, or beside it where guests have a network of their own. */
export const bridge: NetworkLink = {
  order: 30,
  devices: ({ settings }) => [settings.name],
  entry: ({ settings }) => (modeOf(settings).hasOwnNetwork ? null : 'Bridge'),
  files: ({ name, users, mtu }) => [
    textFile(
      `${NETWORKD}/10-xenwright-${name}.netdev`,
      systemdFile(
        ['NetDev', { Name: name, Kind: 'bridge', MACAddress: users.map(({ mac }) => mac)[0] ?? null, MTUBytes: mtu }],
        ['Bridge', { STP: false, ForwardDelaySec: 0 }],
      ),
    ),
    // Without this, udev gives the bridge a made-up MAC, and the DHCP reservation is lost.
    textFile(
      `${NETWORKD}/10-xenwright-${name}.link`,
      systemdFile(['Match', { OriginalName: name }], ['Link', { MACAddressPolicy: 'none' }]),
    ),
  ],
};
