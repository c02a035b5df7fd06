/**
 * Starting DomUs: those of Xenwright by the host's own starter, those made by hand by xl, with the same care: never
 * beside an xl or a rescue that has it in hand, never on a disk that somebody else uses, never over a saved image.
 */
import { ownersOf, readHands } from '../../facts/xl-owners.ts';
import { cleanLine } from '../../clean-text.ts';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import type { Message } from '../../i18n/phrase.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { acquireLock } from '../../system/files/lock.ts';
import { exec } from '../../system/process/exec.ts';
import { apart } from './apart.ts';
import { disksInUse } from './disks-free.ts';
import { askCheck, runStarter, starterCommand } from './own-starter.ts';
import { destroy, domainsNow, inRescue, isOwn, nextSteps, notUp, type Power } from './power.ts';
import type { Target } from './targets.ts';

/** libxl's own limits (a boot loader 120 s, hotplug scripts 40 s each), and some more. */
const CREATE_LIMIT_MS = 5 * 60_000;
/** A guest that dies at once is gone by then: a boot loader that finds nothing, a kernel that is none. */
const FIRST_STEPS_MS = 5_000;
/** How often a disk that is in use is looked at. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 2_000;
const LOCK = 'by-hand.lock';
/** They would end xl in the middle. */
const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with whether all are up, as far as they can say so. What becomes of each is told. */
export async function startDomus(targets: readonly Target[], power: Power): Promise<boolean> {
  const waiting = targets.filter(({ domain }) => domain === null);
  for (const { name, domain } of targets)
    if (domain !== null) power.tell({ key: 'commandLine.domu.power.alreadyRuns', values: { name } });
  const free = waiting.filter(({ known }) => known?.isInRescue !== true);
  for (const refusal of rescuedOf(targets)) power.tell(refusal);
  if (free.length === 0) return waiting.length === 0;
  power.tell({
    key: 'commandLine.domu.power.starting',
    values: { names: { list: free.map(({ name }) => name), by: 'comma' } },
  });
  const fresh = await withoutSaved(free, power);
  const own = fresh.filter((target) => isOwn(target, power));
  let areUp = (own.length === 0 || (await startOwn(own, power))) && fresh.length === waiting.length;
  for (const target of fresh) if (!own.includes(target)) areUp = (await startByHand(target, power)) && areUp;
  return areUp;
}

/** What is said of those that are not started because a rescue has them in hand. */
export function rescuedOf(targets: readonly Target[]): Message[] {
  return targets
    .filter(({ domain, known }) => domain === null && known?.isInRescue === true)
    .map(({ name, known }) => notUp(name, inRescue(name, known?.wayOut)));
}

/** The memory of one that was saved has its filesystems mounted: started afresh and restored later they are lost. */
async function withoutSaved(targets: readonly Target[], { port, saved, tell }: Power): Promise<Target[]> {
  const images = await port.list(saved);
  return targets.filter(({ name }) => {
    if (!images.includes(name)) return true;
    const path = `${saved}/${name}`;
    const command = commandLine(['xl', 'restore', path]);
    tell(notUp(name, { key: 'commandLine.domu.power.saved', values: { path, command } }));
    return false;
  });
}

async function startOwn(targets: readonly Target[], power: Power): Promise<boolean> {
  const hands = await readHands(power.port);
  const isInHand = ({ name, known }: Target): boolean =>
    ownersOf(hands, { name, config: known?.config ?? '' }).length > 0;
  // Its disks are in use while its own xl starts it again; the starter sees that and leaves it alone.
  const used = await usedNow(targets.filter((target) => !isInHand(target)).map(disksOf), power);
  for (const [name, error] of used) tellError(name, error, power);
  const names = targets.map(({ name }) => name).filter((name) => !used.has(name));
  if (names.length === 0) return used.size === 0;
  const created = new Set(names.map((name) => `${name}: created`));
  for (const line of await runStarter(power, 'start', names)) if (!created.has(line)) power.tell(cleanLine(line));
  const verdicts = (await askCheck(power.scripts, names)) ?? [];
  for (const name of names) {
    const { up = false, why = null, address = null } = verdicts.find((one) => one.name === name) ?? {};
    if (!up) {
      power.tell(notUp(name, why ?? { key: 'commandLine.domu.power.noReason' }));
      power.tell(nextSteps(name));
    } else if (address === null) power.tell({ key: 'commandLine.domu.power.up', values: { name } });
    else power.tell({ key: 'commandLine.domu.power.upAt', values: { name, address } });
  }
  return used.size === 0 && names.every((name) => verdicts.some((one) => one.name === name && one.up));
}

/** udev opens a device for a moment, and what served a guest that has just gone may take one to let go of its disk. */
async function usedNow(domus: Parameters<typeof disksInUse>[0], power: Power): ReturnType<typeof disksInUse> {
  let used = await disksInUse(domus, power.usersOf);
  for (let look = 1; used.size > 0 && look < LOOKS; look++) {
    await power.sleep(BETWEEN_LOOKS_MS);
    used = await disksInUse(domus, power.usersOf);
  }
  return used;
}

function disksOf({ name, known }: Target): { name: string; disks: readonly string[] } {
  return { name, disks: known?.written?.disks ?? [] };
}

function tellError(name: string, { message, hint }: XenwrightError, { tell }: Power): void {
  tell(notUp(name, cleanLine(message)));
  if (hint !== undefined) tell(`  ${cleanLine(hint)}`);
}

/** One after another: xl's hotplug scripts share one lock and one limit. */
async function startByHand(target: Target, power: Power): Promise<boolean> {
  const { name, known } = target;
  if (known === null || known.written === null) {
    power.tell(
      notUp(
        name,
        known?.whyTrouble ??
          (known?.trouble == null
            ? { key: 'commandLine.domu.power.noConfig' }
            : { key: 'commandLine.domu.power.badRecord', values: { path: known.trouble } }),
      ),
    );
    return false;
  }
  try {
    const lock = await acquireLock(`${power.notes}/${LOCK}`, { key: 'cli.places.domusByHand' });
    try {
      await create(target, known.config, power);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!(error instanceof XenwrightError)) throw error;
    tellError(name, error, power);
    for (const line of error.lastLines.slice(-5)) power.tell(`  | ${cleanLine(line, 300)}`);
    return false;
  }
  return await firstSteps(name, power);
}

/** Unless it is there, or about to be. Throws `disk-in-use`, `xl-silent`, and what xl says. */
async function create(target: Target, config: string, power: Power): Promise<void> {
  const { name } = target;
  // Somebody may have started it while this waited; one that restarts is gone for a while, but its xl is there.
  const now = await domainsNow(power);
  if (now === null) throw failure('xl-silent', EXIT.action, { why: { key: 'commandLine.domu.power.noReason' } });
  if (now.has(name)) return;
  const [owner] = ownersOf(await readHands(power.port), { name, config });
  if (owner !== undefined) {
    power.tell({ key: 'commandLine.domu.power.inHand', values: { name, process: owner.pid } });
    return;
  }
  const used = (await usedNow([disksOf(target)], power)).get(name);
  if (used !== undefined) throw used;
  await createWhole(target, config, power);
}

function createCommand(name: string, config: string, { units }: Power): string[] {
  return apart(['xl', 'create', config], `DomU ${name}`, units);
}

/** xl cleans up after itself, unless it is ended: then half a domain is left, which nobody has in hand. */
async function createWhole({ name }: Target, config: string, power: Power): Promise<void> {
  const wait = (): void => undefined;
  for (const signal of INTERRUPTS) process.on(signal, wait);
  try {
    await exec(createCommand(name, config, power), { timeoutMs: CREATE_LIMIT_MS, quiet: true, outlives: true });
  } catch (error) {
    const half = error instanceof XenwrightError && error.code === 'command-timeout' && (await domainsNow(power));
    const domain = half === false ? undefined : half?.get(name);
    if (domain !== undefined && ownersOf(await readHands(power.port), { name, config }).length === 0)
      await destroy(domain);
    throw error;
  } finally {
    for (const signal of INTERRUPTS) process.off(signal, wait);
  }
}

/** It cannot say that it is up: it runs a while after it was created. */
async function firstSteps(name: string, power: Power): Promise<boolean> {
  await power.sleep(FIRST_STEPS_MS);
  const domain = (await domainsNow(power))?.get(name);
  if (domain?.state === 'running') {
    power.tell({ key: 'commandLine.domu.power.runs', values: { name } });
    return true;
  }
  const log = `/var/log/xen/xl-${name}.log`;
  const why: Message =
    domain === undefined
      ? { key: 'commandLine.domu.power.gone', values: { log } }
      : domain.state === 'crashed'
        ? { key: 'commandLine.domu.power.crashed' }
        : domain.state;
  power.tell(notUp(name, why));
  power.tell(nextSteps(name));
  return false;
}

/** The commands, for people who want to see them first. */
export function startCommands(targets: readonly Target[], power: Power): string[][] {
  const waiting = targets.filter(({ known, domain }) => domain === null && known?.isInRescue !== true);
  const own = waiting.filter((target) => isOwn(target, power)).map(({ name }) => name);
  const others = waiting.filter(({ name, known }) => known !== null && !own.includes(name));
  return [
    ...(own.length === 0
      ? []
      : [starterCommand(power.scripts, power.units, 'start', own), [power.scripts.check, ...own]]),
    ...others.map(({ name, known }) => createCommand(name, known?.config ?? '', power)),
  ];
}
