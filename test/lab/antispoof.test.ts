/**
 * The filter on a guest that may not borrow addresses, with real packets: three network namespaces stand for Dom0 with
 * its bridge, the guest, and a machine of the network. Needs root, iproute2 and nftables; no virtual machine.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostFirewall } from '../../src/plan/network/firewall.ts';
import { exec } from '../../src/system/process/exec.ts';
import { fileIn, modelOf } from '../plan/trees/model.ts';

const model = modelOf([
  'domus.web1.network=[{ bridge: xenbr0, mac: "00:16:3e:11:22:33", addresses: [192.0.2.20/24, "2001:db8::20/64"], antispoof: true }]',
]);
const rules = fileIn(hostFirewall(model), '/etc/xenwright/firewall.nft');
const [vif = ''] = /xw[0-9a-f]+/.exec(rules) ?? [];
const folder = mkdtempSync(join(tmpdir(), 'xw-antispoof-'));
const [dom0, guest, lan] = ['dom0', 'guest', 'lan'].map((name) => `xw-${name}-${process.pid}`) as [
  string,
  string,
  string,
];

/** Runs a script in a namespace. */
const inside = async (namespace: string, script: string): Promise<string> =>
  (await exec(['ip', 'netns', 'exec', namespace, 'bash', '-ec', script], { timeoutMs: 30_000 })).stdout;

/** Packets that arrive from an address; each is one datagram, sent by the guest. */
async function arrived(from: string, family: 'ip' | 'ip6'): Promise<number> {
  const counted = await inside(lan, `nft list table inet seen`);
  return Number(new RegExp(`${family} saddr ${from} .*packets (\\d+)`).exec(counted)?.[1] ?? Number.NaN);
}
/** A neighbour's address is learned by ARP or ND first: the second datagram goes through where the first had to wait. */
const send = async (to: string): Promise<void> => {
  await inside(guest, `for n in 1 2 3; do echo hello > /dev/udp/${to}/9 || true; sleep 0.3; done`);
};

async function sendFromAnother(): Promise<void> {
  await inside(
    guest,
    'ip addr add 192.0.2.66/32 dev eth0; ip addr add 2001:db8::66/128 dev eth0 nodad; ip route replace 192.0.2.1/32 dev eth0 src 192.0.2.66; ip -6 route replace 2001:db8::1/128 dev eth0 src 2001:db8::66; ip neigh flush dev eth0',
  );
  await send('192.0.2.1');
  await send('2001:db8::1');
  await inside(
    guest,
    'ip route del 192.0.2.1/32; ip -6 route del 2001:db8::1/128; ip addr del 192.0.2.66/32 dev eth0; ip addr del 2001:db8::66/128 dev eth0; ip neigh flush dev eth0',
  );
}

beforeAll(async () => {
  for (const namespace of [dom0, guest, lan]) await exec(['ip', 'netns', 'add', namespace]);
  writeFileSync(join(folder, 'firewall.nft'), rules);
  await inside(
    dom0,
    `
    ip link add xenbr0 type bridge && ip link set xenbr0 up
    ip link add ${vif} type veth peer name eth0 netns ${guest}
    ip link add lan type veth peer name eth0 netns ${lan}
    for port in ${vif} lan; do ip link set $port master xenbr0 && ip link set $port up; done
    nft -f ${join(folder, 'firewall.nft')} && nft -f ${join(folder, 'firewall.nft')}`,
  );
  const quiet = 'sysctl -qw net.ipv6.conf.eth0.accept_dad=0 net.ipv6.conf.eth0.accept_ra=2';
  await inside(
    guest,
    `${quiet}; ip link set eth0 address 00:16:3e:11:22:33; ip link set eth0 up; ip link set lo up; ip addr add 192.0.2.20/24 dev eth0; ip addr add 2001:db8::20/64 dev eth0 nodad`,
  );
  await inside(
    lan,
    `${quiet}; ip link set eth0 up; ip addr add 192.0.2.1/24 dev eth0; ip addr add 2001:db8::1/64 dev eth0 nodad
    nft 'table inet seen { chain main { type filter hook input priority 0;
      ip saddr 192.0.2.20 counter
      ip saddr 192.0.2.66 counter
      ip6 saddr 2001:db8::20 udp dport 9 counter
      ip6 saddr 2001:db8::66 udp dport 9 counter
    }
    }'`,
  );
});
afterAll(async () => {
  for (const namespace of [dom0, guest, lan]) await exec(['ip', 'netns', 'del', namespace], { okCodes: [0, 1] });
});

describe('a guest that may not borrow addresses', () => {
  it('reaches the network from its own, by IPv4 and IPv6', async () => {
    await send('192.0.2.1');
    await send('2001:db8::1');
    expect(await arrived('192.0.2.20', 'ip')).toBeGreaterThan(0);
    expect(await arrived('2001:db8::20', 'ip6')).toBeGreaterThan(0);
  });

  it('does not with an address of another, nor does anybody learn it from the guest', async () => {
    await sendFromAnother();
    expect(await arrived('192.0.2.66', 'ip')).toBe(0);
    expect(await arrived('2001:db8::66', 'ip6')).toBe(0);
    expect(await inside(lan, 'ip neigh show')).not.toMatch(/192\.0\.2\.66 .*lladdr/);
  });

  it('does not with another card’s address', async () => {
    const before = await arrived('192.0.2.20', 'ip');
    await inside(guest, 'ip link set eth0 address 00:16:3e:99:99:99; ip neigh flush dev eth0');
    await send('192.0.2.1');
    await inside(guest, 'ip link set eth0 address 00:16:3e:11:22:33; ip neigh flush dev eth0');
    expect(await arrived('192.0.2.20', 'ip')).toBe(before);
  });

  it('still does from its own afterwards', async () => {
    const before = await arrived('192.0.2.20', 'ip');
    await inside(guest, 'ip route replace 192.0.2.0/24 dev eth0 src 192.0.2.20; ip neigh flush dev eth0');
    await send('192.0.2.1');
    expect(await arrived('192.0.2.20', 'ip')).toBeGreaterThan(before);
  });

  it('would, were it not for the filter', async () => {
    await inside(dom0, 'nft delete table bridge xenwright_guests');
    await sendFromAnother();
    expect(await arrived('192.0.2.66', 'ip')).toBeGreaterThan(0);
    expect(await arrived('2001:db8::66', 'ip6')).toBeGreaterThan(0);
  });
});
