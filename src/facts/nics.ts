/** Network cards out of /sys/class/net: only real ones, in the order of their PCI addresses and names. */
import type { NicFacts } from './facts.ts';
import type { ProbePort } from './probe-port.ts';

/** Bridges, bonds, VLANs, tunnels and Xen's vifs have no device below them, or are not Ethernet. */
export async function probeNics(port: ProbePort): Promise<NicFacts[]> {
  const nics: NicFacts[] = [];
  for (const name of await port.list('/sys/class/net')) {
    const folder = `/sys/class/net/${name}`;
    const device = await port.link(`${folder}/device`);
    const isEthernet = (await port.read(`${folder}/type`))?.trim() === '1';
    const isWireless =
      (await port.list(`${folder}/wireless`)).length > 0 || (await port.list(`${folder}/phy80211`)).length > 0;
    if (device === null || !isEthernet || isWireless || device.includes('/vif-')) continue;
    const mac = await permanentMac(port, folder);
    if (mac === null) continue;
    nics.push({
      name,
      mac,
      pci: pciOf(device),
      driver: (await port.link(`${folder}/device/driver`))?.split('/').at(-1) ?? null,
      carrier: (await port.read(`${folder}/carrier`))?.trim() === '1',
      speedMbit: speedOf(await port.read(`${folder}/speed`)),
    });
  }
  return nics.sort((a, b) => compare(a.pci ?? '~', b.pci ?? '~') || compare(a.name, b.name));
}

/** A port of a bond carries the bond's MAC; bonding keeps the card's own beside it. */
async function permanentMac(port: ProbePort, folder: string): Promise<string | null> {
  const bonded = await port.read(`${folder}/bonding_slave/perm_hwaddr`);
  const mac = (bonded ?? (await port.read(`${folder}/address`)) ?? '').trim().toLowerCase();
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) && mac !== '00:00:00:00:00:00' ? mac : null;
}

/** The PCI function nearest to the device: virtio and USB sit one or more levels below theirs. */
export function pciOf(devicePath: string): string | null {
  return devicePath.split('/').findLast((part) => /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(part)) ?? null;
}

function speedOf(text: string | null): number | null {
  const speed = Number(text?.trim() ?? NaN);
  return Number.isInteger(speed) && speed > 0 && speed < 4_000_000 ? speed : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
