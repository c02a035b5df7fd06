/** A host that exists only as data, for tests of its screen: what is looked at can be changed, what is run is noted. */
import type { ListedDomu } from '../../src/host/domus/list-result.ts';
import type { Overview } from '../../src/host/overview/overview.ts';
import { finding, type StatusFinding } from '../../src/host/status/finding.ts';
import type { StatusReport } from '../../src/host/status/report.ts';
import type { HostPorts } from '../../src/ui/host/session.ts';

export function domu(name: string, more: Partial<ListedDomu> = {}): ListedDomu {
  return {
    name,
    state: 'running',
    up: true,
    why: null,
    domid: 1,
    uuid: null,
    memoryMiB: 2048,
    vcpus: 2,
    autostart: true,
    addresses: ['192.0.2.11'],
    type: 'pvh',
    boot: 'grub',
    by: 'xenwright',
    config: `/etc/xen/${name}.cfg`,
    ...more,
  };
}
export const stopped = (name: string, more: Partial<ListedDomu> = {}): ListedDomu =>
  domu(name, { state: 'stopped', up: false, domid: null, why: 'it was stopped', ...more });

/** As many as somebody has at the most; every fourth is stopped. */
export function manyDomus(count: number): ListedDomu[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `domu${String(index).padStart(3, '0')}`;
    return index % 4 === 3
      ? stopped(name)
      : domu(name, { domid: index + 1, addresses: [`10.0.${index >> 8}.${index & 255}`] });
  });
}

export function overviewOf(domus: readonly ListedDomu[], more: Partial<Overview> = {}): Overview {
  return {
    hostname: 'xen1',
    isRoot: true,
    isInstalled: true,
    list: { version: 1, xen: true, why: null, domus: [...domus] },
    domains: domainsOf(domus, 100),
    memory: { totalMiB: 65_536, freeMiB: 20_480 },
    groups: [{ name: 'xen1', sizeBytes: 2 ** 40, freeBytes: 2 ** 38, missing: 0 }],
    bridges: [
      {
        name: 'xenbr0',
        uplinks: [{ name: 'eno1', hasLink: true }],
        guests: domus.filter(({ domid }) => domid !== null).length,
        addresses: ['192.0.2.10/24'],
      },
    ],
    diskMiB: new Map(domus.map(({ name }) => [name, 8192])),
    ...more,
  };
}

/** As `xl list` has them after so many seconds of work. */
function domainsOf(domus: readonly ListedDomu[], seconds: number): Overview['domains'] {
  const row = (number: number, name: string, memoryMiB: number) => ({
    ...{ number, name, memoryMiB, vcpus: 2, flags: '-b----', seconds },
  });
  return [
    row(0, 'Domain-0', 4096),
    ...domus.flatMap(({ name, domid, memoryMiB }) => (domid === null ? [] : [row(domid, name, memoryMiB ?? 0)])),
  ];
}

export function reportOf(findings: readonly StatusFinding[]): StatusReport {
  return { hostname: 'xen1', time: '2026-11-30T20:00:00Z', state: 'ok', checks: [{ name: 'all', findings }] };
}
export const NO_GATEWAY = finding('hostStatus.network.noGateway', 'warning', { hint: 'hostStatus.network.hint' });

export interface PretendedHost extends HostPorts {
  overview: Overview;
  report: StatusReport;
  /** What was run, as it is typed. */
  readonly ran: string[];
  readonly asked: { looks: number; figures: number; checks: number };
  /** Something has happened. */
  change(overview: Overview): void;
  /** What the commands at work say, and how they end. */
  say(line: string): void;
  end(code: number): void;
}

export function pretendHost(domus: readonly ListedDomu[] = [domu('web1'), stopped('db1')]): PretendedHost {
  let changed = (): void => undefined;
  let tell = (_line: string): void => undefined;
  let finish = (_code: number): void => undefined;
  const asked = { looks: 0, figures: 0, checks: 0 };
  const host: PretendedHost = {
    overview: overviewOf(domus),
    report: reportOf([]),
    ran: [],
    asked,
    async look() {
      asked.looks += 1;
      return host.overview;
    },
    async figures() {
      asked.figures += 1;
      return host.overview.domains.map((one) => ({ ...one, seconds: one.seconds + asked.figures }));
    },
    async check() {
      asked.checks += 1;
      return host.report;
    },
    watch(onChange) {
      changed = onChange;
      return () => {
        changed = () => undefined;
      };
    },
    async runBehind(args, onLine) {
      host.ran.push(args.join(' '));
      tell = onLine;
      return await new Promise((resolve) => {
        finish = resolve;
      });
    },
    async runInFront(args) {
      host.ran.push(`in front: ${args.join(' ')}`);
      return 0;
    },
    now: () => performance.now(),
    change(overview) {
      host.overview = overview;
      changed();
    },
    say: (line) => tell(line),
    end: (code) => finish(code),
  };
  return host;
}
