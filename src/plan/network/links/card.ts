/** Network cards: they are there, and are pinned to their names by what identifies one alone. */
import { systemdFile, textFile } from '../../trees/content.ts';
import { NETWORKD, type NetworkLink } from './link.ts';

/** The cards of a bridge. */
export const card: NetworkLink = {
  order: 20,
  devices: ({ uplinks }) => uplinks.map(({ name }) => name),
  entry: () => null,
  files: ({ name, users }) => {
    const nic = users.flatMap(({ uplinks }) => uplinks).find((uplink) => uplink.name === name);
    return nic === undefined || nic.match === null
      ? []
      : [
          textFile(
            `${NETWORKD}/10-xenwright-${name}.link`,
            systemdFile(['Match', { ...nic.match, Type: 'ether', Kind: '!*' }], ['Link', { Name: name }]),
          ),
        ];
  },
};
