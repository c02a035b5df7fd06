/** VLANs: tagged networks on what leads outside. */
import { shortened } from '../device-name.ts';
import { systemdFile, textFile } from '../../trees/content.ts';
import { NETWORKD, type NetworkLink } from './link.ts';

/** The tagged device on another. */
export function vlanDevice(below: string, vlan: number): string {
  return shortened(below, `.${vlan}`);
}

/** The VLAN of a bridge. */
export const vlan: NetworkLink = {
  order: 25,
  devices: ({ settings }, below) => {
    const id = settings.vlan;
    return id === null ? [] : below.map((name) => vlanDevice(name, id));
  },
  entry: () => 'VLAN',
  files: ({ name, users, mtu }) => [
    textFile(
      `${NETWORKD}/15-xenwright-${name}.netdev`,
      systemdFile(
        ['NetDev', { Name: name, Kind: 'vlan', MTUBytes: mtu }],
        ['VLAN', { Id: users.map(({ settings }) => settings.vlan).find((id) => id !== null) ?? null }],
      ),
    ),
  ],
};
