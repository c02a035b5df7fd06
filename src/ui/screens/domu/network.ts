/** A DomU's first interface. More of them stay as a loaded profile has them. */
import { getAt, listAt, type Path } from '../../wizard/draft.ts';
import { addressFields } from '../addresses.ts';
import { domuField, named } from '../fields.ts';
import type { Context, Option, Screen } from '../screen.ts';

const at = (context: Context): Path => ['domus', context.domu ?? 0, 'network', 0];

export const domuNetwork: Screen = {
  id: 'domuNetwork', section: 'domu', kind: 'form',
  fields: [
    domuField('onBridge', 'choice', 'network.0.bridge', { options: bridges }),
    domuField('mac', 'text', 'network.0.mac'),
    ...addressFields({ at, inEffective: ['domus', 0, 'network', 0] }, { how4: 'domuIpv4', address4: 'domuAddress4', gateway4: 'domuGateway4', how6: 'domuIpv6', address6: 'domuAddress6', gateway6: 'domuGateway6', dns: 'domuDns' }),
  ],
};

function bridges({ effective }: Context): Option[] {
  return named(listAt(effective, ['host', 'network', 'bridges']).map((bridge) => String(getAt(bridge, ['name']))));
}
