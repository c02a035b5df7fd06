/**
 * The host at one look, for its screen: DomUs with their disks, Dom0, what is free, the network. Looks only; what does
 * not answer is left out. How the host is (`host status`) takes longer and is asked apart.
 */
import type { Translate } from '../../i18n/keys.ts';
import { parseGroups, GROUPS_ASKED, type VolumeGroupFill } from '../../facts/volume-fill.ts';
import type { ListedDomu, ListResult } from '../domus/list-result.ts';
import { readDomuList } from '../domus/list.ts';
import { readKnown, type KnownDomu } from '../domus/running.ts';
import { domuPort } from '../status/domu-health.ts';
import { told } from '../status/finding.ts';
import { textOf, type StatusPort } from '../status/port.ts';
import { diskPathsOf } from './disks.ts';
import { parseFigures, type DomainFigures } from './figures.ts';
import { bridgesIn, NETWORK_ASKED, type BridgeNow } from './network.ts';
import { rememberingPort } from './remembering-port.ts';

export interface OverviewPort extends StatusPort {
  /** How large a volume or an image is, in MiB; null: it cannot be looked at. */
  sizeMiB(path: string): Promise<number | null>;
}
export interface Overview {
  readonly hostname: string;
  readonly isRoot: boolean;
  /** Did Xenwright install it? Only then DomUs can be added. */
  readonly isInstalled: boolean;
  readonly list: ListResult;
  /** Dom0 among them, with the number 0. */
  readonly domains: readonly DomainFigures[];
  /** What Xen has, and what it has given to nobody. */
  readonly memory: { readonly totalMiB: number; readonly freeMiB: number } | null;
  readonly groups: readonly VolumeGroupFill[];
  readonly bridges: readonly BridgeNow[];
  /** All disks of a DomU together, by its name. */
  readonly diskMiB: ReadonlyMap<string, number>;
}

const XL_LIST = ['xl', 'list'];

/** Never throws. Reasons are in the words of `t`. */
export async function readOverview(given: OverviewPort, t: Translate): Promise<Overview> {
  const port = rememberingPort(given);
  const hosts = domuPort(port);
  const [list, known, info, groups, network, hostname, installed] = await Promise.all([
    readDomuList(hosts, t),
    readKnown(hosts),
    port.ask(['xl', 'info']),
    port.ask(GROUPS_ASKED),
    port.ask(NETWORK_ASKED),
    port.read('/proc/sys/kernel/hostname'),
    port.list('/etc/xenwright'),
  ]);
  const domains = list.xen ? parseFigures(textOf(await port.ask(XL_LIST)) ?? '') : [];
  return {
    hostname: told(hostname ?? '') || 'localhost',
    isRoot: port.isRoot,
    isInstalled: installed.includes('profile.yaml'),
    list,
    domains,
    memory: memoryIn(textOf(info) ?? ''),
    groups: parseGroups(textOf(groups) ?? '') ?? [],
    bridges: bridgesIn(textOf(network)),
    diskMiB: await disksOf(list.domus, known, given),
  };
}

/** What domains take now; null: xl does not answer. */
export async function readFigures(port: Pick<StatusPort, 'ask'>): Promise<readonly DomainFigures[] | null> {
  const text = textOf(await port.ask(XL_LIST));
  return text === null ? null : parseFigures(text);
}

function memoryIn(info: string): Overview['memory'] {
  const number = (name: string): number => Number(new RegExp(`^${name}\\s*:\\s*(\\d+)`, 'm').exec(info)?.[1] ?? NaN);
  const [totalMiB, freeMiB] = [number('total_memory'), number('free_memory')];
  return Number.isNaN(totalMiB) || Number.isNaN(freeMiB) ? null : { totalMiB, freeMiB };
}

/** Records say how large volumes were made; of others the device or the image is looked at. */
async function disksOf(
  domus: readonly ListedDomu[],
  known: readonly KnownDomu[],
  port: Pick<OverviewPort, 'sizeMiB'>,
): Promise<ReadonlyMap<string, number>> {
  const byName = new Map(known.map((one) => [one.name, one]));
  const found = await Promise.all(
    domus.map(async ({ name }) => {
      const paths = diskPathsOf(byName.get(name));
      const sizes = await Promise.all(paths.map(async (path) => await port.sizeMiB(path)));
      const sum = sizes.reduce<number>((all, size) => all + (size ?? 0), 0);
      return [name, sum] as const;
    }),
  );
  return new Map(found.filter(([, sum]) => sum > 0));
}
