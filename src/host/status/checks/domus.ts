/**
 * The DomUs: those that start with the host, and all that run. Down and why, starting over and over, and what they and
 * their health checks say. What guests and xl write is data.
 */
import { SAVED_GUESTS } from '../../../facts/host-places.ts';
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import { finding, row, type StatusFinding } from '../finding.ts';
import { textOf, type StatusPort } from '../port.ts';
import { readKnown, readRunning, type KnownDomu, type Running, type RunningDomain } from '../../domus/running.ts';
import { domuPort, failedHealth } from '../domu-health.ts';

/** One DomU, as it was found. */
interface DomuSeen {
  readonly name: string;
  /** Null: somebody started it, and this host has nothing of it. */
  readonly known: (Pick<KnownDomu, 'autostart' | 'trouble' | 'isInRescue'> & { readonly reports: boolean }) | null;
  readonly domain: Pick<RunningDomain, 'state' | 'guest'> | null;
  /** What the host's starter has noted: /run/xenwright/domus/NAME.json. */
  readonly started: string | null;
  /** The end of xl's log of it. */
  readonly log: string;
  readonly uptimeSeconds: number | null;
  readonly isSaved: boolean;
  /** What its health checks lack; empty: well, or it has none. */
  readonly unwell: readonly string[];
}

export interface DomusSeen {
  readonly isDom0: boolean;
  readonly isRoot: boolean;
  /** Why nothing is known of what runs; null: it is. */
  readonly why: string | null;
  readonly domus: readonly DomuSeen[];
}

/** A domain that restarts is gone for 2 s, before xl makes it again. */
const GONE_MS = 3_000;
const LOG_CHARACTERS = 65_536;
/** Names that may stand in a path. */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}$/;

export const domus = row<DomusSeen>({ name: 'domus', look, judge: judgeDomus });

async function look(port: StatusPort): Promise<DomusSeen> {
  const hostPort = domuPort(port);
  const known = await readKnown(hostPort);
  let running = await readRunning(hostPort);
  const isMissing = ({ name, autostart }: KnownDomu): boolean => autostart && domainOf(running, name) === null;
  if (running.domains !== null && known.some(isMissing)) {
    await port.pause(GONE_MS);
    running = await readRunning(hostPort);
  }
  const uptimes = parseUptimes(running.domains === null ? null : textOf(await port.ask(['xl', 'uptime'])));
  const saved = await port.list(SAVED_GUESTS);
  const unwell = await failedHealth(port, known, running);
  const strangers = (running.domains ?? []).filter(({ name }) => !known.some((one) => one.name === name));
  const all = [
    ...known,
    ...strangers.map(({ name }) => ({ name, record: null, autostart: false, trouble: null, isStranger: true })),
  ];
  return {
    isDom0: running.isDom0,
    isRoot: port.isRoot,
    why: running.domains === null ? (running.why ?? '') : null,
    domus: await Promise.all(
      all.map(async (one): Promise<DomuSeen> => {
        const domain = domainOf(running, one.name);
        return {
          name: one.name,
          known:
            'isStranger' in one
              ? null
              : {
                  autostart: one.autostart,
                  trouble: one.trouble,
                  isInRescue: one.isInRescue,
                  reports: one.record?.reports === true,
                },
          domain,
          started: FILE_NAME.test(one.name) ? await port.read(`/run/xenwright/domus/${one.name}.json`) : null,
          log: await logOf(port, one.name),
          uptimeSeconds: domain === null ? null : (uptimes.get(domain.number) ?? null),
          isSaved: saved.includes(one.name),
          unwell: unwell.get(one.name) ?? [],
        };
      }),
    ),
  };
}

function domainOf({ domains }: Running, name: string): RunningDomain | null {
  return domains?.find((domain) => domain.name === name) ?? null;
}

async function logOf(port: StatusPort, name: string): Promise<string> {
  return FILE_NAME.test(name) ? ((await port.read(`/var/log/xen/xl-${name}.log`)) ?? '').slice(-LOG_CHARACTERS) : '';
}

/** `xl uptime`, by the numbers of the domains: `web1 3 1 day, 2:03:04` */
function parseUptimes(text: string | null): ReadonlyMap<number, number> {
  return new Map(
    (text ?? '').split('\n').flatMap((line): [number, number][] => {
      const [, number, days, hours, minutes, seconds] =
        /\s(\d+)\s+(?:(\d+) days?,\s+)?(\d+):(\d\d):(\d\d)\s*$/.exec(line) ?? [];
      if (number === undefined) return [];
      return [
        [Number(number), ((Number(days ?? 0) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)],
      ];
    }),
  );
}

export function judgeDomus({ isDom0, isRoot, why, domus: all }: DomusSeen): StatusFinding[] {
  const wanted = all.filter(({ known }) => known?.autostart === true);
  if (!isDom0)
    return wanted.length === 0
      ? []
      : [finding('hostStatus.domus.noXen', 'critical', { values: { count: wanted.length } })];
  if (why !== null)
    return [
      isRoot || why === ''
        ? finding('hostStatus.unknown.failed', 'unknown', { values: { what: 'xl list', why } })
        : finding('hostStatus.unknown.root', 'unknown', { values: { what: 'xl list' } }),
    ];
  const each = all.flatMap((one) => judgeDomu(one).map((found) => ({ one, found })));
  const up = each.filter(({ one, found }) => one.known?.autostart === true && found.state === 'ok').length;
  return [
    finding('hostStatus.domus.summary', 'ok', {
      values: { up, count: wanted.length },
      figures: [
        { name: 'domusUp', value: up },
        { name: 'domusWanted', value: wanted.length },
      ],
    }),
    ...each.map(({ found }) => found),
  ];
}

/** So many restarts, the last of them not long ago, are no coincidence. */
const MANY_RESTARTS = 3;
const RECENT_SECONDS = 900;
/** A guest that has just been started need not be up yet. */
const START_SECONDS = 300;

function judgeDomu(one: DomuSeen): StatusFinding[] {
  const { name: subject, known, domain } = one;
  if (known !== null && known.trouble !== null)
    return [finding('hostStatus.domus.record', 'unknown', { subject, values: { file: known.trouble } })];
  if (domain === null) return known?.autostart === true ? [down(one)] : [];
  return [running(one, domain)];
}

function running({ name: subject, ...one }: DomuSeen, domain: NonNullable<DomuSeen['domain']>): StatusFinding {
  const hint = 'hostStatus.domus.consoleHint';
  if (domain.state === 'crashed') return finding('hostStatus.domus.crashed', 'critical', { subject, hint });
  if (domain.state === 'dying' || domain.state === 'shutdown')
    return finding('hostStatus.domus.ending', 'warning', { subject });
  if (domain.state === 'paused')
    return finding('hostStatus.domus.paused', 'warning', { subject, hint: 'hostStatus.domus.pausedHint' });
  const { restarts, crashes } = endsIn(one.log);
  const isYoung = one.uptimeSeconds !== null && one.uptimeSeconds < RECENT_SECONDS;
  if (restarts >= MANY_RESTARTS && isYoung)
    return finding('hostStatus.domus.again', crashes > 0 ? 'critical' : 'warning', {
      subject,
      values: { count: restarts },
      hint,
    });
  if (domain.guest.state === 'failed')
    return finding('hostStatus.domus.failed', 'critical', { subject, values: { why: domain.guest.why ?? '?' }, hint });
  if (one.known?.reports === true && domain.guest.state === null)
    return one.uptimeSeconds !== null && one.uptimeSeconds < START_SECONDS
      ? finding('hostStatus.domus.starting', 'warning', { subject })
      : finding('hostStatus.domus.silent', 'critical', { subject, hint });
  if (one.unwell.length > 0)
    return finding('hostStatus.domus.unwell', 'critical', { subject, values: { why: one.unwell.join('; ') }, hint });
  return finding('hostStatus.domus.up', 'ok', { subject });
}

function down({ name: subject, ...one }: DomuSeen): StatusFinding {
  // Its note says that it was stopped: by the rescue.
  if (one.known?.isInRescue === true)
    return finding('hostStatus.domus.rescue', 'warning', { subject, hint: 'hostStatus.domus.rescueHint' });
  const started = parseJson(one.started);
  const told = isRecord(started) ? started : {};
  if (told['stopped'] === true) return finding('hostStatus.domus.stopped', 'warning', { subject });
  if (one.isSaved) return finding('hostStatus.domus.saved', 'warning', { subject, hint: 'hostStatus.domus.savedHint' });
  const { restarts, crashes } = endsIn(one.log);
  if (crashes > 0 || restarts >= MANY_RESTARTS)
    return finding('hostStatus.domus.gone', 'critical', {
      subject,
      values: { count: restarts },
      hint: 'hostStatus.domus.downHint',
    });
  const why = typeof told['why'] === 'string' && told['why'] !== '' ? told['why'] : null;
  return why === null
    ? finding('hostStatus.domus.down', 'critical', { subject, hint: 'hostStatus.domus.downHint' })
    : finding('hostStatus.domus.downWhy', 'critical', { subject, values: { why }, hint: 'hostStatus.domus.downHint' });
}

/** How often it has ended other than by being switched off or saved: libxl's numbers of why (rebooted is 1). */
function endsIn(log: string): { readonly restarts: number; readonly crashes: number } {
  const reasons = [...log.matchAll(/Domain \d+ has shut down, reason code (\d+)/g)].map((match) => match[1] ?? '');
  return {
    restarts: reasons.filter((reason) => /^[1345]$/.test(reason)).length,
    crashes: reasons.filter((reason) => /^[34]$/.test(reason)).length,
  };
}
