/**
 * The DomUs of this host, whoever made them: what runs (one `xl list`, one look into xenstore) and what is known
 * (records, configurations in /etc/xen, links in /etc/xen/auto). Works on every Xen host. Looks only; what guests, xl,
 * xenstore and hand-written files say is data: bounded, cleaned, never an option or a path to follow.
 */
import { DOMU_RECORDS } from '../../facts/host-places.ts';
import ipaddr from 'ipaddr.js';
import { cleanLine } from '../../clean-text.ts';
import { reasonOf, XenwrightError } from '../../errors.ts';
import { parseJson } from '../../facts/lsblk.ts';
import { newerRecord, recordIn } from '../../facts/record-forms.ts';
import type { Message } from '../../i18n/phrase.ts';
import type { ProbePort } from '../../facts/probe-port.ts';
import type { DomuRecord } from '../../plan/domu/domu-record.ts';
import { asideOf, readOwned } from '../../facts/in-rescue.ts';
import { exec } from '../../system/process/exec.ts';
import { systemProbe } from '../../system/process/probe-port.ts';

const CONFIGS = '/etc/xen';
const AUTOSTART = '/etc/xen/auto';
/** xl and xenstore answer at once, or not for a long time. */
const ANSWER_MS = 20_000;
const MOST_NAME = 128;
const MOST_WORDS = 300;
const MOST_ADDRESSES = 16;
/** Somebody's disk image may have been called .cfg. */
const MOST_CONFIG_CHARACTERS = 256 * 1024;
/** As the host's own scripts take them: xenwright_host/records.py. */
const RECORD_NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;

/** `text`: what a command printed; `why`: it did not answer, for people. */
type Answer = { readonly text: string } | { readonly why: string };
/** The host as it is looked at. */
export interface HostPort extends ProbePort {
  ask(argv: readonly string[]): Promise<Answer>;
}

/** This host. */
export function hostPort(): HostPort {
  return {
    ...systemProbe(),
    async ask(argv) {
      try {
        return { text: (await exec(argv, { timeoutMs: ANSWER_MS, quiet: true })).stdout };
      } catch (error) {
        const lines = error instanceof XenwrightError ? error.lastLines : [];
        const told = lines.findLast((line) => /error|denied|fail|unable|cannot/i.test(line));
        return { why: cleanLine(told ?? reasonOf(error), MOST_WORDS) };
      }
    },
  };
}

type DomainState = 'running' | 'paused' | 'shutdown' | 'crashed' | 'dying';
/** A domain that Xen has. */
export interface RunningDomain {
  /** Its domid: another one after every restart of it. */
  readonly number: number;
  /** As xl names it; what is shown goes through `cleanLine`. `(null)`: it is dying. */
  readonly name: string;
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly state: DomainState;
  /** Null where xenstore does not tell. */
  readonly uuid: string | null;
  readonly guest: GuestWords;
}
/** What the guest itself says, cleaned; it may be wrong. */
interface GuestWords {
  readonly state: 'up' | 'failed' | null;
  readonly why: string | null;
  readonly addresses: readonly string[];
}
export interface Running {
  /** Does this system run as Dom0? */
  readonly isDom0: boolean;
  /** All but Dom0, in the order of their numbers. Null: xl does not answer (`why`), or Xen does not run. */
  readonly domains: readonly RunningDomain[] | null;
  /** Why there are none, or why nothing is known of what guests say; English, from the tools themselves. */
  readonly why: string | null;
}

/** What runs now. Never throws. */
export async function readRunning(port: HostPort): Promise<Running> {
  const isDom0 = ((await port.read('/proc/xen/capabilities')) ?? '').includes('control_d');
  if (!isDom0) return { isDom0, domains: null, why: null };
  const [listed, stored] = await Promise.all([
    port.ask(['xl', 'list']),
    port.ask(['xenstore-ls', '-f', '/local/domain']),
  ]);
  if ('why' in listed) return { isDom0, domains: null, why: listed.why };
  const store = 'text' in stored ? parseStore(stored.text) : new Map<number, StoredDomain>();
  return {
    isDom0,
    domains: parseList(listed.text).map((row) => ({ ...row, ...(store.get(row.number) ?? NOTHING_STORED) })),
    why: 'why' in stored ? stored.why : null,
  };
}

/** Lines of `xl list`, without Dom0. A name may have blanks. */
export function parseList(text: string): Omit<RunningDomain, keyof StoredDomain>[] {
  return text.split('\n').flatMap((line) => {
    const [, name, number, memory, vcpus, flags] =
      /^(.+?)\s+(\d+)\s+(\d+)\s+(\d+)\s+([a-z-]{6})\s+[\d.]+\s*$/.exec(line) ?? [];
    if (name === undefined || number === undefined || number === '0') return [];
    return [
      {
        number: Number(number),
        name: name.slice(0, MOST_NAME),
        memoryMiB: Number(memory),
        vcpus: Number(vcpus),
        state: stateOf(name, flags ?? ''),
      },
    ];
  });
}

/** `rbpscd`: running, blocked (idle), paused, shut down, crashed, dying. A kernel that has panicked may be `-psc-`. */
function stateOf(name: string, flags: string): DomainState {
  if (name === '(null)' || flags.includes('d')) return 'dying';
  if (flags.includes('c')) return 'crashed';
  if (flags.includes('s')) return 'shutdown';
  return flags.includes('p') ? 'paused' : 'running';
}

type StoredDomain = Pick<RunningDomain, 'uuid' | 'guest'>;
/** Of a domain that xenstore tells nothing of. */
export const NOTHING_STORED: StoredDomain = { uuid: null, guest: { state: null, why: null, addresses: [] } };
/** What our guests write (data/xenwright), and what guest agents of others do (attr). */
const STORE_LINE =
  /^\/local\/domain\/(\d+)\/(vm|data\/xenwright\/(?:state|why|addresses)|attr\/(?:vif\/\d+\/ipv[46]\/\d+|eth\d+\/ip)) = "(.*)"$/;
const UUID = /^\/vm\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** By the number of the domain. */
function parseStore(text: string): ReadonlyMap<number, StoredDomain> {
  const found = new Map<number, { uuid: string | null; state: string; why: string; addresses: string[] }>();
  for (const line of text.split('\n')) {
    const [, number, key, value] = STORE_LINE.exec(line.length > 4096 ? '' : line) ?? [];
    if (number === undefined || key === undefined || value === undefined) continue;
    const one = found.get(Number(number)) ?? { uuid: null, state: '', why: '', addresses: [] };
    found.set(Number(number), one);
    if (key === 'vm') one.uuid = UUID.exec(value)?.[1] ?? null;
    else if (key.endsWith('/state')) one.state = value;
    else if (key.endsWith('/why')) one.why = value;
    else one.addresses.push(...value.split(/\s+/));
  }
  return new Map(
    [...found].map(([number, { uuid, state, why, addresses }]) => [
      number,
      {
        uuid,
        guest: {
          state: state === 'up' || state === 'failed' ? state : null,
          why: why === '' ? null : cleanLine(written(why), MOST_WORDS),
          addresses: guestAddresses(addresses),
        },
      },
    ]),
  );
}

/** xenstore-ls writes what is not ASCII, quotes and line breaks as C does. */
function written(text: string): string {
  const bytes: number[] = [];
  for (const [, octal, hex, sign, plain] of text.matchAll(/\\([0-7]{3})|\\x([0-9a-f]{2})|\\(.)|([^\\])/gis)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (sign !== undefined) bytes.push(...Buffer.from({ n: '\n', r: ' ', t: '\t' }[sign] ?? sign));
    else bytes.push(...Buffer.from(plain ?? ''));
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Those that one machine can have in a network; as guest_data.py takes them. */
export function guestAddresses(words: readonly string[]): string[] {
  const unfit = new Set(['loopback', 'unspecified', 'broadcast', 'multicast', 'linkLocal']);
  const found = words.slice(0, MOST_ADDRESSES).flatMap((word) => {
    if (word.includes('%') || !(ipaddr.IPv6.isValid(word) || ipaddr.IPv4.isValidFourPartDecimal(word))) return [];
    const address = ipaddr.process(word);
    // 240.0.0.0/4 is nobody's; ranges for documentation are in use all the same.
    const isLast = address.kind() === 'ipv4' && (address.toByteArray()[0] ?? 0) >= 240;
    return unfit.has(address.range()) || isLast ? [] : [address.toString()];
  });
  return [...new Set(found)];
}

/** A DomU that this host has a record or a configuration of; it may run or not. */
export interface KnownDomu {
  readonly name: string;
  /** `record`: Xenwright made it. `config`: somebody wrote it by hand. */
  readonly by: 'record' | 'config';
  /** The xl configuration, an absolute path. */
  readonly config: string;
  readonly autostart: boolean;
  readonly record: DomuRecord | null;
  /** What its configuration says; null: it is missing or cannot be read. */
  readonly written: XlConfig | null;
  /** Its record cannot be read; null: all is well. */
  readonly trouble: string | null;
  /** Why, where the record is whole: a newer Xenwright has written it. */
  readonly whyTrouble?: Message;
  /** A command (a rescue, above all) has it in hand: nobody else may start it, and its configuration lies aside. */
  readonly isInRescue: boolean;
  /** What leads out of that where it is no rescue. */
  readonly wayOut?: readonly string[] | null;
}

/** What is known, in the order of names. Never throws. */
export async function readKnown(port: HostPort): Promise<KnownDomu[]> {
  const found = new Map<string, KnownDomu>();
  const [configs, owned] = await Promise.all([readConfigs(port), readOwned(port)]);
  const writtenIn = async (path: string): Promise<XlConfig | null> =>
    (configs.find((one) => one.path === path) ?? (await readConfig(port, path))).written;
  for (const file of await port.list(DOMU_RECORDS)) {
    if (!file.endsWith('.json')) continue;
    const read = recordIn('domu', parseJson(await port.read(`${DOMU_RECORDS}/${file}`)));
    const record = read.is === 'known' ? read.record : null;
    const own = record !== null && RECORD_NAME.test(String(record['name'])) ? (record as unknown as DomuRecord) : null;
    const name = own?.name ?? cleanLine(file.slice(0, -'.json'.length), MOST_NAME);
    const config = typeof own?.config === 'string' ? own.config : `${CONFIGS}/${name}.cfg`;
    found.set(name, {
      name,
      by: 'record',
      config,
      autostart: own?.autostart === true,
      record: own,
      written: (await writtenIn(config)) ?? (owned.has(name) ? await writtenIn(asideOf(config)) : null),
      trouble: own === null ? `${DOMU_RECORDS}/${file}` : null,
      ...(read.is === 'newer' ? { whyTrouble: newerRecord(`${DOMU_RECORDS}/${file}`, read) } : {}),
      isInRescue: owned.has(name),
      wayOut: owned.get(name)?.wayOut ?? null,
    });
  }
  for (const { path, written, autostart } of configs) {
    const name = written?.name ?? null;
    // The file that is called as its DomU is comes before copies of it.
    if (name === null || (found.has(name) && !isBetter(found.get(name), path, autostart))) continue;
    const rest = { isInRescue: owned.has(name), wayOut: owned.get(name)?.wayOut ?? null };
    found.set(name, { name, by: 'config', config: path, autostart, record: null, written, trouble: null, ...rest });
  }
  // Whoever has a configuration alone is not found by it while that lies aside.
  for (const [name, { config, wayOut }] of owned) {
    if (found.has(name)) continue;
    const autostart = configs.some((one) => one.path === config && one.autostart);
    const written = await writtenIn(asideOf(config));
    const rest = { isInRescue: true, wayOut };
    found.set(name, { name, by: 'config', config, autostart, record: null, written, trouble: null, ...rest });
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function isBetter(known: KnownDomu | undefined, path: string, autostart: boolean): boolean {
  if (known === undefined || known.by === 'record') return false;
  return (autostart && !known.autostart) || (autostart === known.autostart && path === `${CONFIGS}/${known.name}.cfg`);
}

interface FoundConfig {
  readonly path: string;
  readonly written: XlConfig | null;
  readonly autostart: boolean;
}

/** Those in /etc/xen, and those that lie in or are linked into the folder of those that start with the host. */
async function readConfigs(port: HostPort): Promise<FoundConfig[]> {
  const started = new Set<string>();
  for (const name of await port.list(AUTOSTART))
    if (!name.startsWith('.')) started.add((await port.link(`${AUTOSTART}/${name}`)) ?? `${AUTOSTART}/${name}`);
  const paths = (await port.list(CONFIGS)).filter((name) => /^[^.].*\.cfg$/.test(name));
  const all = new Set([...paths.map((name) => `${CONFIGS}/${name}`), ...started]);
  return await Promise.all(
    [...all].map(async (path) => ({ ...(await readConfig(port, path)), autostart: started.has(path) })),
  );
}

async function readConfig(port: HostPort, path: string): Promise<Omit<FoundConfig, 'autostart'>> {
  const text = await port.read(path);
  return { path, written: text === null || text.length > MOST_CONFIG_CHARACTERS ? null : parseXlConfig(text) };
}

/** Of an xl configuration (xl.cfg(5)) what a list or a start asks for. */
export interface XlConfig {
  readonly name: string | null;
  readonly type: string | null;
  /** grub, pygrub, direct, bios or uefi, as profiles call it; null: not known. */
  readonly boot: string | null;
  readonly memoryMiB: number | null;
  readonly vcpus: number | null;
  /** Specifications of disks as they stand there. */
  readonly disks: readonly string[];
  /** Fixed ones of its interfaces (`ip=`). */
  readonly addresses: readonly string[];
}

/** Logs, locks and notes are called as the DomU is, by xl and by us: what would lead out of their folder is no name. */
function isName(name: string): boolean {
  return name !== '' && name.length <= MOST_NAME && !/[/\0]/.test(name);
}

/** Lines that nobody understands are left out: xl tells of them when it starts the DomU. */
export function parseXlConfig(text: string): XlConfig {
  const values = xlValues(text);
  const one = (key: string): string | null => values.get(key)?.[0] ?? null;
  const number = (key: string): number | null => (/^\d{1,9}$/.test(one(key) ?? '') ? Number(one(key)) : null);
  const type = one('type') ?? { hvm: 'hvm', generic: 'pv' }[one('builder') ?? ''] ?? 'pv';
  const name = one('name');
  return {
    name: name === null || !isName(name) ? null : name,
    type: cleanLine(type, 8),
    boot: bootOf(type, one),
    memoryMiB: number('memory'),
    vcpus: number('vcpus') ?? number('maxvcpus') ?? 1,
    disks: values.get('disk') ?? [],
    addresses: guestAddresses((values.get('vif') ?? []).flatMap((vif) => /(?:^|,)\s*ip=([^,]*)/.exec(vif)?.[1] ?? [])),
  };
}

function bootOf(type: string, one: (key: string) => string | null): string | null {
  if (type === 'hvm') return /^(ovmf|uefi)$/.test(one('firmware') ?? one('bios') ?? '') ? 'uefi' : 'bios';
  const bootloader = one('bootloader');
  if (bootloader !== null) return /(^|\/)pygrub$/.test(bootloader) ? 'pygrub' : null;
  const kernel = one('kernel');
  if (kernel === null) return null;
  return /grub[^/]*$/.test(kernel) ? 'grub' : 'direct';
}

/** A value is a word or a list of words; lists in lists are laid flat. In time that grows as the text does. */
export function xlValues(text: string): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  let [key, isValue, depth]: [string, boolean, number] = ['', false, 0];
  for (const [, double, single, word, equals, sign] of text.matchAll(XL_TOKEN)) {
    const given = double ?? single;
    if (equals !== undefined && depth === 0) {
      isValue = true;
      if (equals === '=' || !found.has(key)) found.set(key, []);
    } else if (sign === '[') depth += 1;
    else if (sign === ']') depth = Math.max(0, depth - 1);
    else if ((sign === '\n' || sign === ';') && depth === 0) [key, isValue] = ['', false];
    else if (isValue && (given ?? word) !== undefined)
      found.get(key)?.push(given?.replaceAll(/\\(.)/g, '$1') ?? word ?? '');
    else if (word !== undefined && depth === 0) key = word;
  }
  return found;
}

/** Comments, texts in either quotes, words, what parts them; the rest of a line after a quote that nobody closes. */
const XL_TOKEN = /#[^\n]*|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|["'][^\n]*|([A-Za-z0-9_.-]+)|(\+?=)|([[\];\n])/g;
