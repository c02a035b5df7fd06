/** A DomU's interfaces, one after the other. */
import { getAt, listAt, type Plain } from '../../answers/draft.ts';
import { addressFields } from '../addresses.ts';
import { named } from '../fields.ts';
import { countOf, itemChooser, itemField } from '../items.ts';
import { type ItemList } from '../screen.ts';
import type { Context, Option, Screen } from '../screen.ts';

const interfaces: ItemList = {
  path: ({ domu }) => ['domus', domu ?? 0, 'network'],
  inEffective: ['domus', 0, 'network'],
  // A DomU without a network is one, too.
  least: 0,
  // As systemd calls it in the DomU.
  name: (nic, index) => `enX${index} (${String(getAt(nic, ['bridge']) ?? '')})`,
  fresh: (context) => {
    const used = listAt(context.effective, interfaces.inEffective).map((nic) => getAt(nic, ['bridge']));
    const free = bridgeNames(context).find((name) => !used.includes(name));
    return free === undefined ? {} : { bridge: free };
  },
};

export const domuNetwork: Screen = {
  id: 'domuNetwork',
  section: 'domu',
  kind: 'form',
  items: interfaces,
  fields: [
    itemChooser(interfaces, 'nicItem'),
    itemField(interfaces, 'onBridge', 'choice', 'bridge', { options: bridges }),
    itemField(interfaces, 'mac', 'text', 'mac'),
    ...addressFields(
      {
        at: (context) => [...interfaces.path(context), context.item],
        inEffective: ({ item }) => [...interfaces.inEffective, item],
        isThere: (context) => countOf(interfaces, context) > 0,
      },
      {
        how4: 'domuIpv4',
        address4: 'domuAddress4',
        gateway4: 'domuGateway4',
        how6: 'domuIpv6',
        address6: 'domuAddress6',
        gateway6: 'domuGateway6',
        dns: 'domuDns',
      },
    ),
    itemField(interfaces, 'domuOnLink', 'toggle', 'onLink', { isShown: hasGateway }),
  ],
};

/** Only who names a gateway can name one that lies elsewhere. */
function hasGateway(context: Context): boolean {
  return listAt(context.draft.profile, [...interfaces.path(context), context.item, 'gateways']).length > 0;
}

function bridges(context: Context): Option[] {
  return named(bridgeNames(context));
}

function bridgeNames({ effective }: Context): string[] {
  return listAt(effective, ['host', 'network', 'bridges']).map((bridge: Plain) => String(getAt(bridge, ['name'])));
}
