/** What disks say of themselves (SMART), where smartctl is installed. Disks that sleep are left asleep. */
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import { finding, notKnown, row, type StatusFinding } from '../finding.ts';
import type { Answer } from '../port.ts';

/** A disk, and what smartctl said of it. */
interface DiskSeen {
  readonly name: string;
  readonly answer: Answer;
}
interface SmartSeen {
  readonly isRoot: boolean;
  readonly disks: readonly DiskSeen[];
}

/** Whole disks that may have SMART; not those of Xen, loops, arrays, memory. */
const DISKS = /^(?:sd[a-z]+|hd[a-z]|nvme\d+n\d+)$/;
/** All that hang together stay within the time of a check. */
const AT_ONCE = 16;
const MOST_DISKS = 64;

export const smart = row<SmartSeen>({
  name: 'smart',
  look: async (port) => {
    const names = (await port.list('/sys/class/block')).filter((name) => DISKS.test(name)).slice(0, MOST_DISKS);
    const disks: DiskSeen[] = [];
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const some = names
        .slice(from, from + AT_ONCE)
        .map(async (name) => ({
          name,
          answer: await port.ask(['smartctl', '-j', '-n', 'standby', '-i', '-H', '-A', `/dev/${name}`]),
        }));
      disks.push(...(await Promise.all(some)));
      if (disks.some(({ answer }) => answer.kind === 'missing')) return { isRoot: port.isRoot, disks: [] };
    }
    return { isRoot: port.isRoot, disks };
  },
  judge: ({ isRoot, disks }) => disks.flatMap((disk) => judgeDisk(disk, isRoot)),
});

/** Bits of smartctl's exit code (smartctl(8)). */
const NOT_OPENED = 2;
const FAILING = 8;

/** Empty for a disk that has no SMART. */
export function judgeDisk({ name, answer }: DiskSeen, isRoot: boolean): StatusFinding[] {
  const subject = name;
  if (answer.kind !== 'said') return [notKnown(`smartctl ${name}`, answer, { isRoot })];
  const told = parseJson(answer.text);
  const report = isRecord(told) ? told : {};
  const said = JSON.stringify(part(report, 'smartctl')['messages'] ?? '');
  if ((answer.exitCode & NOT_OPENED) !== 0 || !isRecord(report['smart_status'])) {
    if (/STANDBY|SLEEP/i.test(said)) return [finding('hostStatus.smart.asleep', 'ok', { subject })];
    if (/Permission denied/i.test(said + answer.trouble) || !isRoot)
      return [notKnown(`smartctl ${name}`, { ...answer, trouble: said }, { isRoot })];
    // USB bridges, virtual disks, RAID adapters: they have none, or hide it.
    return [];
  }
  const nvme = part(report, 'nvme_smart_health_information_log');
  const worn = numberOf(nvme['percentage_used']);
  const figures = worn === null ? [] : [{ name: 'diskWear', value: worn / 100, warning: 0.9, critical: 1.5 } as const];
  const isFailing = part(report, 'smart_status')['passed'] === false || (answer.exitCode & FAILING) !== 0;
  if (isFailing || (numberOf(nvme['critical_warning']) ?? 0) !== 0)
    return [finding('hostStatus.smart.failing', 'critical', { subject, hint: 'hostStatus.smart.hint', figures })];
  const bad = badSectors(report) + (numberOf(nvme['media_errors']) ?? 0);
  if (bad > 0)
    return [
      finding('hostStatus.smart.sectors', 'warning', {
        subject,
        values: { count: bad },
        hint: 'hostStatus.smart.hint',
        figures,
      }),
    ];
  if (worn !== null && worn >= 90)
    return [
      finding('hostStatus.smart.worn', 'warning', {
        subject,
        values: { percent: worn },
        hint: 'hostStatus.smart.hint',
        figures,
      }),
    ];
  return [finding('hostStatus.smart.well', 'ok', { subject, figures })];
}

/** Sectors that cannot be read: 197 waits to be replaced, 198 was found by the disk's own test. */
function badSectors(report: Readonly<Record<string, unknown>>): number {
  const table = part(report, 'ata_smart_attributes')['table'];
  const counts = (Array.isArray(table) ? table : []).flatMap((entry: unknown) =>
    isRecord(entry) && (entry['id'] === 197 || entry['id'] === 198)
      ? (numberOf(part(entry, 'raw')['value']) ?? [])
      : [],
  );
  return Math.max(0, ...counts);
}

function part(report: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const value = report[name];
  return isRecord(value) ? value : {};
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
