/** The state of the host: every check at once, each within its time, as data. */
import { reasonOf } from '../../errors.ts';
import { CHECKS } from './checks/table.ts';
import { finding, told, worst, type CheckRow, type State, type StatusFinding } from './finding.ts';
import type { StatusPort } from './port.ts';

/** What one check found. Nothing: this host has nothing of the kind. */
interface CheckReport {
  readonly name: string;
  readonly findings: readonly StatusFinding[];
}
export interface StatusReport {
  readonly hostname: string;
  /** When it was looked at: RFC 3339. */
  readonly time: string;
  readonly state: State;
  readonly checks: readonly CheckReport[];
}

/** Some ask many tools, one after the other. */
const CHECK_LIMIT_MS = 60_000;

/** Never throws, never waits much longer than a minute. */
export async function readStatus(
  port: StatusPort,
  rows: readonly CheckRow[] = CHECKS,
  limitMs = CHECK_LIMIT_MS,
): Promise<StatusReport> {
  const checks = await Promise.all(
    rows.map(async (row): Promise<CheckReport> => ({ name: row.name, findings: await findingsOf(row, port, limitMs) })),
  );
  return {
    hostname: told(((await port.read('/proc/sys/kernel/hostname')) ?? '').trim()) || 'localhost',
    time: new Date(port.now()).toISOString(),
    state: worst(checks.flatMap(({ findings }) => findings.map(({ state }) => state))),
    checks,
  };
}

/** A check that goes wrong is that check's finding, and nobody else's. */
async function findingsOf(row: CheckRow, port: StatusPort, limitMs: number): Promise<readonly StatusFinding[]> {
  const what = row.name;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly StatusFinding[]>((resolve) => {
    timer = setTimeout(() => resolve([finding('hostStatus.unknown.late', 'unknown', { values: { what } })]), limitMs);
  });
  try {
    return await Promise.race([row.run(port), late]);
  } catch (error) {
    return [finding('hostStatus.unknown.failed', 'unknown', { values: { what, why: reasonOf(error) } })];
  } finally {
    clearTimeout(timer);
  }
}
