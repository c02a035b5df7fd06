/** Every DomU of this host in one list: what runs, what is known, and why what should be up is not. Looks only. */
import { FIRST_BOOT_NOW, STARTER_NOTES } from '../../facts/host-places.ts';
import { ownersOf, readHands } from '../../facts/xl-owners.ts';
import { cleanLine } from '../../clean-text.ts';
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { recordIn } from '../../facts/record-forms.ts';
import { english } from '../../i18n/english.ts';
import type { Translate } from '../../i18n/keys.ts';
import { say, type Message } from '../../i18n/phrase.ts';
import { domuVerdictOf, type DomuVerdict } from '../../report/domu-verdict.ts';
import type { ListedDomu, ListResult } from './list-result.ts';
import { WAS_STOPPED } from './own-starter.ts';
import { inRescue } from './power.ts';
import { readKnown, readRunning, type HostPort, type KnownDomu, type RunningDomain } from './running.ts';

const MOST_WORDS = 300;

/** What is known of it apart from whether it runs. */
interface Told {
  readonly note: Readonly<Record<string, unknown>>;
  readonly verdict: DomuVerdict | null;
  /** Its xl lives: it is about to be created again. */
  readonly isInHand: boolean;
}

/** Reasons are in the words of `t`, but for those of the host's own scripts, of guests and of xl. Never throws. */
export async function readDomuList(port: HostPort, t: Translate = english): Promise<ListResult> {
  const [running, known] = await Promise.all([readRunning(port), readKnown(port)]);
  const domains = running.domains ?? [];
  const isGone = (domu: KnownDomu): boolean => !domains.some(({ name }) => name === domu.name);
  const hands = running.domains !== null && known.some(isGone) ? await readHands(port) : [];
  const verdicts = verdictsIn(await port.read(FIRST_BOOT_NOW));
  const rows = await Promise.all(
    known.map(async (domu) => {
      const domain = domains.find(({ name }) => name === domu.name) ?? null;
      const told: Told = {
        note: domu.by === 'record' && domain === null ? await noteOf(port, domu.name) : {},
        verdict: verdicts.find(({ name }) => name === domu.name) ?? null,
        isInHand: domain === null && ownersOf(hands, domu).length > 0,
      };
      const why = whyOf(domu, domain, told);
      return knownRow(domu, domain, told, {
        isUnknown: running.isDom0 && running.domains === null,
        why: why === null ? null : say(why, t),
      });
    }),
  );
  const strangers = domains.filter(({ name }) => !known.some((one) => one.name === name));
  return {
    version: 1,
    xen: running.isDom0,
    why: running.why,
    domus: [...rows, ...strangers.map(strangerRow)].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function verdictsIn(text: string | null): DomuVerdict[] {
  const read = recordIn('verdict', parseJson(text));
  return read.is === 'known' && Array.isArray(read.record['domus']) ? read.record['domus'].map(domuVerdictOf) : [];
}

/** The name of a record is fit for a path. */
async function noteOf(port: HostPort, name: string): Promise<Readonly<Record<string, unknown>>> {
  const note = parseJson(await port.read(`${STARTER_NOTES}/${name}.json`));
  return isRecord(note) ? note : {};
}

function knownRow(
  domu: KnownDomu,
  domain: RunningDomain | null,
  told: Told,
  { isUnknown, why }: { readonly isUnknown: boolean; readonly why: string | null },
): ListedDomu {
  const { record, written } = domu;
  const fixed = record?.address == null ? (written?.addresses ?? []) : [record.address];
  const state = domain === null ? stateOfGone(domu, told, isUnknown) : stateOfDomain(domain, record?.reports === true);
  return {
    name: domu.name,
    state,
    up: isUp(domu, domain),
    why,
    domid: domain?.number ?? null,
    uuid: domain?.uuid ?? (typeof record?.uuid === 'string' ? record.uuid : null),
    memoryMiB: domain?.memoryMiB ?? written?.memoryMiB ?? null,
    vcpus: domain?.vcpus ?? written?.vcpus ?? null,
    autostart: domu.autostart,
    addresses: [...new Set([...fixed, ...(domain?.guest.addresses ?? [])])],
    type: record === null ? (written?.type ?? null) : cleanLine(String(record.type), 8),
    boot: record === null ? (written?.boot ?? null) : cleanLine(String(record.boot), 8),
    by: domu.by === 'record' ? 'xenwright' : 'hand',
    config: domu.config,
  };
}

function strangerRow(domain: RunningDomain): ListedDomu {
  const { name, number, uuid, memoryMiB, vcpus, guest } = domain;
  return {
    name,
    state: stateOfDomain(domain, false),
    up: guest.state === null ? null : guest.state === 'up',
    why: guest.why,
    domid: number,
    uuid,
    memoryMiB,
    vcpus,
    autostart: false,
    addresses: [...guest.addresses],
    type: null,
    boot: null,
    by: 'unknown',
    config: null,
  };
}

function stateOfDomain({ state, guest }: RunningDomain, reports: boolean): ListedDomu['state'] {
  // One that has shut down is there until its xl has removed it.
  if (state === 'shutdown') return 'dying';
  return state === 'running' && reports && guest.state === null ? 'starting' : state;
}

function stateOfGone(
  { isInRescue, wayOut }: KnownDomu,
  { note, isInHand }: Told,
  isUnknown: boolean,
): ListedDomu['state'] {
  if (isUnknown) return 'unknown';
  if (isInHand) return 'starting';
  return isInRescue && wayOut == null ? 'in-rescue' : note['again'] === true ? 'starting' : 'stopped';
}

function isUp({ record }: KnownDomu, domain: RunningDomain | null): boolean | null {
  if (domain === null) return false;
  return record?.reports === true ? domain.guest.state === 'up' : null;
}

function whyOf(domu: KnownDomu, domain: RunningDomain | null, told: Told): Message | null {
  const { name, written, config, trouble, whyTrouble } = domu;
  if (whyTrouble !== undefined) return whyTrouble;
  if (trouble !== null) return { key: 'commandLine.domu.list.reasons.record', values: { path: trouble } };
  if (domu.isInRescue) return inRescue(name, domu.wayOut);
  const { note, verdict } = told;
  if (domain !== null) return whyNotUp(domain, isUp(domu, domain), verdict);
  if (note['stopped'] === true) return wordsOf(note);
  if (note['created'] === true) return verdict?.why ?? { key: 'commandLine.domu.list.reasons.gone' };
  const missing: Message | null =
    written === null ? { key: 'commandLine.domu.list.reasons.noConfig', values: { config } } : null;
  return wordsOf(note) ?? verdict?.why ?? missing;
}

/** One that runs. */
function whyNotUp({ guest }: RunningDomain, up: boolean | null, verdict: DomuVerdict | null): Message | null {
  if (up === true) return null;
  if (guest.state === 'failed') return guest.why ?? { key: 'commandLine.domu.list.reasons.failed' };
  if (up === null) return verdict?.up === false ? verdict.why : null;
  return verdict?.why ?? { key: 'commandLine.domu.list.reasons.silent' };
}

function wordsOf({ why }: Told['note']): Message | null {
  if (why === WAS_STOPPED) return { key: 'commandLine.domu.list.reasons.stopped' };
  return typeof why === 'string' && why !== '' ? cleanLine(why, MOST_WORDS) : null;
}
