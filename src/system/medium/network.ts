/**
 * Brings up the network of a booted medium by systemd-networkd: every NIC at once, and no waiting for ports without a
 * cable.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KernelOptions } from '../../medium/session/kernel-options.ts';
import {
  addressLines,
  hasCarrier,
  isUp,
  leasedSource,
  networkFiles,
  resolvConf,
  stateValue,
  vlanFiles,
} from '../../medium/session/network-files.ts';
import { NETWORKD_FOLDER } from '../../medium/session/places.ts';
import type { Meanwhile, NetworkOutcome } from '../../medium/session/ports.ts';
import { exec } from '../process/exec.ts';

const NETIF = '/run/systemd/netif';
const POLL_MS = 250;
/** The system is still starting, and the service waits for its turn there. */
const RESTART_MS = 300_000;
/** Links come up and switches begin to forward: until then no carrier means nothing. */
const CARRIER_MS = 8_000;
const ADDRESS_MS = 25_000;
/** Where a SOURCE is wanted from DHCP, and one NIC has answered: the others get so long. */
const OTHERS_MS = 5_000;

/** Begins while the system starts; no network card is given up before all devices are known. */
export async function bringUpNetwork(
  options: Pick<KernelOptions, 'ip' | 'vlan'>,
  { devices, wantsSource }: Meanwhile,
): Promise<NetworkOutcome> {
  await mkdir(NETWORKD_FOLDER, { recursive: true });
  for (const old of await readdir(NETWORKD_FOLDER)) if (old.includes('xenwright')) await rm(join(NETWORKD_FOLDER, old));
  // The names of network cards are their last ones only then.
  if (options.vlan !== null) await devices;
  const nics = await physicalNics();
  for (const { name, content } of [
    ...networkFiles(options),
    ...(options.vlan === null ? [] : vlanFiles(nics, options.vlan)),
  ])
    await writeFile(join(NETWORKD_FOLDER, name), content, { mode: 0o644 });
  await exec(['systemctl', 'restart', 'systemd-networkd.service'], { timeoutMs: RESTART_MS });
  const known: { allSinceMs: number | null; wantsSource: boolean | null } = { allSinceMs: null, wantsSource: null };
  void devices.then(() => {
    known.allSinceMs = Date.now();
  });
  void wantsSource.then((wants) => {
    known.wantsSource = wants;
  });
  let upSinceMs: number | null = null;
  for (;;) {
    const links = await linksNow();
    const up = links.filter(({ state }) => isUp(state));
    const source = await anySource();
    const sinceMs = known.allSinceMs === null ? 0 : Date.now() - known.allSinceMs;
    if (up.length > 0) upSinceMs ??= Date.now();
    const othersSinceMs = Math.max(upSinceMs ?? 0, known.allSinceMs ?? 0);
    const isEnough =
      up.length > 0 &&
      (known.wantsSource === false ||
        (known.wantsSource === true && (source !== null || Date.now() - othersSinceMs > OTHERS_MS)));
    const isHopeless = sinceMs > ADDRESS_MS || (sinceMs > CARRIER_MS && !links.some(({ state }) => hasCarrier(state)));
    if (isEnough || isHopeless) {
      await writeResolvConf();
      return { addresses: await addressesNow(), source };
    }
    await delay(POLL_MS);
  }
}

async function physicalNics(): Promise<string[]> {
  const names = await readdir('/sys/class/net').catch(() => []);
  const real = await Promise.all(
    names.map(async (name) => (await readdir(`/sys/class/net/${name}/device`).catch(() => null)) !== null),
  );
  return names.filter((_, index) => real[index]).sort();
}

async function linksNow(): Promise<{ readonly index: string; readonly state: string }[]> {
  const names = await readdir(join(NETIF, 'links')).catch(() => []);
  return await Promise.all(names.map(async (index) => ({ index, state: await text(join(NETIF, 'links', index)) })));
}

async function anySource(): Promise<string | null> {
  for (const index of (await readdir(join(NETIF, 'leases')).catch(() => [])).sort((a, b) => Number(a) - Number(b))) {
    const source = leasedSource(await text(join(NETIF, 'leases', index)));
    if (source !== null) return source;
  }
  return null;
}

async function writeResolvConf(): Promise<void> {
  const state = await text(join(NETIF, 'state'));
  if (stateValue(state, 'DNS') === null) return;
  // It may be a link to where nobody writes.
  await rm('/etc/resolv.conf', { force: true });
  await writeFile('/etc/resolv.conf', resolvConf(state));
}

async function addressesNow(): Promise<string[]> {
  const { stdout } = await exec(['ip', '-brief', 'address', 'show', 'scope', 'global'], {
    timeoutMs: 10_000,
    quiet: true,
  });
  return addressLines(stdout);
}

async function text(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
