/** Network cards: they are there, and are pinned to their names by MAC. */
import { systemdFile, textFile } from '../../trees/content.ts';
import { NETWORKD, type NetworkLink } from './link.ts';

/** The cards of a bridge. */
export const card: NetworkLink = {
  order: 20,
  devices: ({ uplinks }) => uplinks.map(({ name }) => name),
  entry: () => null,
  files: ({ name, users }, model) => {
    const nic = users.flatMap(({ uplinks }) => uplinks).find((uplink) => uplink.name === name);
    return nic === undefined || !model.profile.host.network.pinNics
      ? []
      : [
          textFile(
            `${NETWORKD}/10-xenwright-${name}.link`,
            systemdFile(['Match', { MACAddress: nic.mac, Type: 'ether', Kind: '!*' }], ['Link', { Name: name }]),
          ),
        ];
  },
};
