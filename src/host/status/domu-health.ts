/** Health checks of DomUs, asked from Dom0 now, by the records that the install has left. */
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { guestAddresses, type HostPort, type KnownDomu, type Running } from '../domus/running.ts';
import { told } from './finding.ts';
import { textOf, type HealthCheck, type StatusPort } from './port.ts';

/** So many DomUs are asked at once: a thousand that hang stay within the time of a check. */
const AT_ONCE = 250;
const MOST_CHECKS = 8;

/** The port as `running.ts` asks by it. */
export function domuPort(port: StatusPort): HostPort {
  return {
    ...port,
    ask: async (argv) => {
      const answer = await port.ask(argv);
      const [tool = ''] = argv;
      if (answer.kind === 'late') return { why: `${tool} does not answer` };
      if (answer.kind === 'missing') return { why: `${tool} is not installed` };
      return answer.exitCode === 0
        ? { text: answer.text }
        : { why: told(answer.trouble || `exit code ${answer.exitCode}`) };
    },
  };
}

/** What is wrong, by the names of the DomUs that are not well. Those that do not run are not asked. */
export async function failedHealth(
  port: StatusPort,
  known: readonly KnownDomu[],
  running: Running,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const asked = known.flatMap(({ name, record }) => {
    const domain = running.domains?.find((one) => one.name === name);
    const checks = Array.isArray(record?.health) ? record.health.filter(isCheck).slice(0, MOST_CHECKS) : [];
    if (record === null || domain?.state !== 'running' || checks.length === 0) return [];
    // One that reports and has not said that it is up is not asked yet: that is what is said of it.
    if (record.reports && domain.guest.state !== 'up') return [];
    return [
      { name, checks, addresses: record.reports ? domain.guest.addresses : guestAddresses([record.address ?? '']) },
    ];
  });
  const found = new Map<string, readonly string[]>();
  if (asked.length === 0) return found;
  const own = await ownAddresses(port);
  for (let from = 0; from < asked.length; from += AT_ONCE)
    await Promise.all(
      asked.slice(from, from + AT_ONCE).map(async ({ name, checks, addresses }) => {
        // A guest that says it has an address of Dom0 would be asked there.
        const address = addresses.find((one) => !own.has(one));
        const answers =
          address === undefined
            ? ['no address is known to check its health at']
            : await Promise.all(checks.map(async (check) => await port.healthy(check, address)));
        found.set(
          name,
          answers.flatMap((why) => (why === null ? [] : [why])),
        );
      }),
    );
  return found;
}

/** Records are files: somebody may have changed them. */
function isCheck(check: unknown): check is HealthCheck {
  if (!isRecord(check)) return false;
  if (Number.isInteger(check['tcp'])) return Number(check['tcp']) > 0 && Number(check['tcp']) < 65_536;
  return typeof check['http'] === 'string' && /^https?:/.test(check['http']) && URL.canParse(check['http']);
}

async function ownAddresses(port: StatusPort): Promise<ReadonlySet<string>> {
  const links = parseJson(textOf(await port.ask(['ip', '-j', 'addr', 'show'])));
  const entries = (Array.isArray(links) ? (links as unknown[]) : []).flatMap((one) =>
    isRecord(one) && Array.isArray(one['addr_info']) ? (one['addr_info'] as unknown[]) : [],
  );
  return new Set(entries.flatMap((one) => (isRecord(one) && typeof one['local'] === 'string' ? [one['local']] : [])));
}
