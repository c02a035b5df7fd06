/** The network in `host status`: the bridge, what leads out of it, the host's address and the gateway. */
import { describe, expect, test } from 'vitest';
import { judgeNetwork, network, type NetworkSeen } from '../../../src/host/status/checks/network.ts';
import { LATE, MISSING, said, short } from './answers.ts';
import { emptyPort } from './empty-port.ts';

describe('the gateway', () => {
  const looked = async (...states: readonly string[]): Promise<string | undefined> => {
    const left = [...states];
    const found = await network.run({
      ...emptyPort(),
      ask: async (argv) => {
        const words = argv.join(' ');
        if (words === 'ip -j -4 route show default') return said('[{"gateway":"192.0.2.1","dev":"xenbr0"}]');
        if (words === 'ip neigh show 192.0.2.1 dev xenbr0')
          return said(`192.0.2.1 lladdr 00:16:3e:00:00:01 ${left.shift()}`);
        return said('', 1);
      },
    });
    return found.map(({ id }) => id).join();
  };

  test('silent to ping, it is there if it has answered the kernel', async () => {
    expect(await looked('REACHABLE')).toBe('network.gateway');
    expect(await looked('DELAY', 'REACHABLE')).toBe('network.gateway');
  });

  test('one that died a moment ago is not, though the kernel still remembers it', async () => {
    expect(await looked('DELAY', 'FAILED')).toBe('network.silent');
    expect(await looked('PROBE', 'STALE')).toBe('network.silent');
    expect(await looked('INCOMPLETE')).toBe('network.silent');
  });
});

describe('network', () => {
  const out = { name: 'eno1', leadsOut: true, hasCarrier: true };
  const vif = { name: 'vif1.0', leadsOut: false, hasCarrier: true };
  const wanted = { bridge: 'xenbr0', device: 'xenbr0', wantsAddress: true };
  const seen: NetworkSeen = {
    wanted,
    bridges: [{ name: 'xenbr0', ports: [out, vif] }],
    device: null,
    addresses: said(
      '[{"ifname":"xenbr0","addr_info":[{"scope":"global","local":"192.0.2.10"},{"scope":"link","local":"fe80::1"}]}]',
    ),
    hasRoute: true,
    gateway: { address: '192.0.2.1', device: 'xenbr0', answers: true },
  };
  test.each([
    [
      {},
      'ok network.bridge: the bridge xenbr0 has a link by eno1; ok network.address: xenbr0 has the address 192.0.2.10; ok network.gateway',
    ],
    [{ bridges: [] }, 'critical network.noBridge: the bridge xenbr0 does not exist'],
    [{ bridges: [{ name: 'xenbr0', ports: [vif] }] }, 'critical network.noUplink'],
    [
      { bridges: [{ name: 'xenbr0', ports: [{ ...out, hasCarrier: false }, vif] }] },
      'critical network.noCarrier: no link on eno1 (of xenbr0)',
    ],
    [
      { addresses: said('[{"ifname":"xenbr0","addr_info":[{"scope":"link","local":"fe80::1"}]}]') },
      'critical network.noAddress',
    ],
    [
      { gateway: { ...seen.gateway, answers: false } },
      'critical network.silent: the gateway 192.0.2.1 does not answer',
    ],
    [{ gateway: null, hasRoute: false }, 'warning network.noGateway'],
    // A route to a line has no gateway to ask.
    [{ gateway: null, bridges: [], wanted: null }, ''],
    [{ gateway: null, hasRoute: false, addresses: LATE }, 'unknown unknown.late: ip did not answer in time'],
    [
      { wanted: { ...wanted, device: 'eno2' }, device: { ...out, name: 'eno2', hasCarrier: false } },
      'critical network.noCarrier: no link on eno2',
    ],
    // NAT: the guests' bridge has no way out of its own, and the host's address is elsewhere.
    [
      {
        wanted: { ...wanted, device: 'eno2' },
        bridges: [{ name: 'xenbr0', ports: [vif] }],
        device: out,
        addresses: MISSING,
      },
      'ok network.gateway',
    ],
    [{ wanted: null, gateway: null, bridges: [{ name: 'br1', ports: [] }] }, ''],
  ] as readonly (readonly [Partial<NetworkSeen>, string])[])('%j', (change, words) => {
    const found = judgeNetwork({ ...seen, ...change })
      .map(short)
      .join('; ');
    expect(found).toContain(words);
    if (words === '') expect(found).toBe('');
  });
});
