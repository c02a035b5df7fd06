/** Which DomUs a command is meant for: by their names, or all of a kind. */
import { FIRST_BOOT_VERDICT } from '../../facts/host-places.ts';
import { suggestion } from '../../command-line/suggest.ts';
import { EXIT, failure } from '../../errors.ts';
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { cleanLine } from '../../clean-text.ts';
import { readKnown, readRunning, type HostPort, type KnownDomu, type RunningDomain } from './running.ts';

/** One DomU: what is known of it, and its domain while it runs. One of them is there. */
export interface Target {
  readonly name: string;
  readonly known: KnownDomu | null;
  readonly domain: RunningDomain | null;
}

/** What xl takes for it: a name that somebody else chose may look like an option or a number. */
export function wordFor({ name, number }: Pick<RunningDomain, 'name' | 'number'>): string {
  return /^[A-Za-z_][A-Za-z0-9_.:+-]*$/.test(name) ? name : String(number);
}

/** Every DomU of this host. Throws `no-xen` (exit 4), and `xl-silent` (exit 5). */
export async function readTargets(port: HostPort): Promise<Target[]> {
  const [running, known] = await Promise.all([readRunning(port), readKnown(port)]);
  if (!running.isDom0) throw await noXen(port);
  if (running.domains === null) throw failure('xl-silent', EXIT.action, { why: running.why ?? '' });
  // One that is dying has no name any more that anybody could mean.
  const domains = running.domains.filter(({ name }) => name !== '(null)');
  const of = (name: string): RunningDomain | null => domains.find((domain) => domain.name === name) ?? null;
  return [
    ...known.map((one) => ({ name: one.name, known: one, domain: of(one.name) })),
    ...domains
      .filter(({ name }) => !known.some((one) => one.name === name))
      .map((domain) => ({ name: domain.name, known: null, domain })),
  ];
}

async function noXen(port: HostPort) {
  const said = parseJson(await port.read(FIRST_BOOT_VERDICT));
  return isRecord(said) && said['fallback'] === true && typeof said['why'] === 'string'
    ? failure('no-xen.because', EXIT.refused, { why: cleanLine(said['why'], 300) })
    : failure('no-xen.plain', EXIT.refused);
}

/** Each once, in the order given. Throws `no-such-domu` (exit 2) before anything is done to any of them. */
export function chosen(all: readonly Target[], names: readonly string[]): Target[] {
  return [...new Set(names)].map((name) => all.find((one) => one.name === name) ?? noSuch(all, name));
}

function noSuch(all: readonly Target[], name: string): never {
  const known = all.map((one) => one.name).filter((one) => /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/.test(one));
  const guess = /Did you mean (?:one of )?(.*)\?\)/.exec(suggestion(name, known))?.[1];
  if (guess === undefined) throw failure('no-such-domu.none', EXIT.usage, { name: cleanLine(name) });
  throw failure('no-such-domu.near', EXIT.usage, { name: cleanLine(name), guess });
}
