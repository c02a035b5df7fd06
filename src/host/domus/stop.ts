/**
 * Stopping DomUs: asked to shut down, waited for, and switched off only where that is wished. Those of Xenwright are
 * noted as stopped before anything else, so that the host's own starter does not try them again.
 */
import { ownersOf, readHands } from '../../facts/xl-owners.ts';
import { cleanLine } from '../../clean-text.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { localFiles } from '../../system/files/files.ts';
import { runStarter, starterCommand, WAS_STOPPED } from './own-starter.ts';
import { destroy, domainsNow, inRescue, isOwn, type Power } from './power.ts';
import { wordFor, type Target } from './targets.ts';
import { NOTHING_STORED, type RunningDomain } from './running.ts';

/** As the starter's for DomUs without a record. */
const USUAL_SECONDS = 120;
/** Between two looks: often at first, as most are down soon. */
const FIRST_LOOK_MS = 500;
const LAST_LOOK_MS = 5_000;
/** libxl gives each device ten seconds. */
const DESTROY_SECONDS = 60;
/** xl takes two seconds to restart a guest, and a slow host longer to create one. */
const SETTLING_ROUNDS = 120;

export interface StopWish {
  /** Switched off: at once, or where there is a time, after it. */
  readonly force: boolean;
  /** For each of them; null: its own stopTimeout. */
  readonly seconds: number | null;
}

type Running = Target & { readonly domain: RunningDomain };

/** Resolves with whether all are down. What becomes of each is told. */
export async function stopDomus(given: readonly Target[], wish: StopWish, power: Power): Promise<boolean> {
  const own = given.filter((target) => isOwn(target, power)).map(({ name }) => name);
  const byStarter = wish.force || wish.seconds !== null ? [] : own;
  // Also of those that do not run: whoever is being started is not to be tried again.
  if (byStarter.length < own.length) await noteStopped(own, power);
  const targets = await settled(given, power);
  const running = targets.filter((target): target is Running => target.domain !== null);
  for (const { name, domain, known } of targets) {
    if (known?.isInRescue === true)
      power.tell({ key: 'commandLine.domu.power.ofRescued', values: { name, why: inRescue(name, known.wayOut) } });
    if (domain === null) power.tell({ key: 'commandLine.domu.power.notRunning', values: { name } });
  }
  if (wish.force && wish.seconds === null) return await destroyAll(running, power);
  // By hand first, and the host's own in the order of theirs: as when the host goes down.
  const areDown = await shutDown(
    running.filter(({ name }) => !byStarter.includes(name)),
    wish,
    power,
  );
  const ownOnes = targets.filter(({ name }) => byStarter.includes(name));
  return (ownOnes.length === 0 || (await stopOwn(ownOnes, power))) && areDown;
}

/** One that restarts, or is just being created, is there in a moment: its xl has it in hand. */
async function settled(targets: readonly Target[], power: Power): Promise<Target[]> {
  let found = [...targets];
  for (let round = 0; round < SETTLING_ROUNDS && found.some(({ domain }) => domain === null); round++) {
    const hands = await readHands(power.port);
    const isComing = (target: Target): boolean => target.domain === null && isInHand(hands, target);
    if (!found.some(isComing)) break;
    await power.sleep(FIRST_LOOK_MS);
    const now = await domainsNow(power);
    found = found.map((target) => {
      const domain = target.domain === null ? now?.get(target.name) : undefined;
      return domain === undefined ? target : { ...target, domain: { ...domain, ...NOTHING_STORED } };
    });
  }
  return found;
}

function isInHand(hands: Awaited<ReturnType<typeof readHands>>, { name, known }: Target): boolean {
  return ownersOf(hands, { name, config: known?.config ?? '' }).length > 0;
}

/** The starter switches off who is not down after its stopTimeout, as the profile says. */
async function stopOwn(targets: readonly Target[], power: Power): Promise<boolean> {
  for (const target of targets.filter(({ domain }) => domain !== null))
    power.tell({
      key: 'commandLine.domu.power.askedOwn',
      values: { name: target.name, time: power.duration(secondsFor(target, null)) },
    });
  const lines = await runStarter(
    power,
    'stop',
    targets.map(({ name }) => name),
  );
  const now = await domainsNow(power);
  for (const target of targets) {
    const { name, domain } = target;
    const line = lines.find((one) => one.startsWith(`${name}: not down`));
    if (line !== undefined) power.tell(cleanLine(line));
    else if (now?.has(name) !== false) power.tell(stillRuns(name, secondsFor(target, null), power));
    else if (domain !== null) power.tell({ key: 'commandLine.domu.power.stopped', values: { name } });
  }
  return targets.every(({ name }) => now?.has(name) === false);
}

/** As the starter writes it (assets/host/domus.py): the starter's own retries look at it before each attempt. */
async function noteStopped(names: readonly string[], { notes }: Power): Promise<void> {
  await localFiles.makeDirectory(notes, '0755');
  const note = JSON.stringify({ created: false, stopped: true, why: WAS_STOPPED });
  for (const name of names) await localFiles.writeText(`${notes}/${name}.json`, note, { mode: '0644' });
}

async function destroyAll(running: readonly Running[], power: Power): Promise<boolean> {
  await Promise.all(running.map(async ({ domain }) => await destroy(domain)));
  const told: Told = {
    down: (name) => power.tell({ key: 'commandLine.domu.power.off', values: { name } }),
    late: (name, seconds) => power.tell(stillRuns(name, seconds, power)),
  };
  return await waitUntilDown(running, new Map(running.map(({ name }) => [name, DESTROY_SECONDS])), told, power);
}

/** Asked all together; each has its own time. One that has crashed hears nothing: it is removed. */
async function shutDown(running: readonly Running[], wish: StopWish, power: Power): Promise<boolean> {
  const limits = new Map(running.map((target) => [target.name, secondsFor(target, wish.seconds)]));
  for (const target of running) await askToShutDown(target, wish, power);
  const late: string[] = [];
  const told: Told = {
    down: (name) => power.tell({ key: 'commandLine.domu.power.stopped', values: { name } }),
    late: (name, seconds) => {
      if (wish.force) late.push(name);
      else power.tell(stillRuns(name, seconds, power));
    },
  };
  const areDown = await waitUntilDown(running, limits, told, power);
  if (late.length === 0) return areDown;
  // Another number than at first: it may have restarted meanwhile.
  const now = await domainsNow(power);
  const left = running.flatMap((target) => {
    const domain = late.includes(target.name) ? now?.get(target.name) : undefined;
    return domain === undefined ? [] : [{ ...target, domain: { ...target.domain, number: domain.number } }];
  });
  return await destroyAll(left, power);
}

async function askToShutDown(target: Running, { force, seconds }: StopWish, power: Power): Promise<void> {
  const word = wordFor(target.domain);
  const values = { name: target.name, time: power.duration(secondsFor(target, seconds)) };
  power.tell(
    force ? { key: 'commandLine.domu.power.askedOwn', values } : { key: 'commandLine.domu.power.asked', values },
  );
  if (target.domain.state === 'crashed') await destroy(target.domain);
  // Without drivers of Xen in the guest: by the button of its machine (ACPI).
  else if ('why' in (await power.port.ask(['xl', 'shutdown', word])))
    await power.port.ask(['xl', 'shutdown', '-F', word]);
}

/** Who is told of one that is down, and of one whose seconds are over. */
interface Told {
  down(name: string): void;
  late(name: string, seconds: number): void;
}

/** Looks at all of them at once. Resolves with whether none was late. */
async function waitUntilDown(
  targets: readonly Running[],
  limits: ReadonlyMap<string, number>,
  told: Told,
  power: Power,
): Promise<boolean> {
  const waiting = new Map(limits);
  const began = performance.now();
  let [areDown, pauseMs] = [true, FIRST_LOOK_MS];
  while (waiting.size > 0) {
    const gone = await goneOf(
      targets.filter(({ name }) => waiting.has(name)),
      power,
    );
    const seconds = (performance.now() - began) / 1000;
    for (const [name, limit] of [...waiting]) {
      if (gone.has(name)) told.down(name);
      else if (seconds >= limit) {
        areDown = false;
        told.late(name, limit);
      } else continue;
      waiting.delete(name);
    }
    if (waiting.size === 0) break;
    const leftMs = (Math.min(...waiting.values()) - seconds) * 1000;
    await power.sleep(Math.max(10, Math.min(pauseMs, leftMs)));
    pauseMs = Math.min(LAST_LOOK_MS, pauseMs * 1.3);
  }
  return areDown;
}

/**
 * Those that are down for good. A restarting one is gone for two seconds: its xl still has it in hand. One that has
 * shut down, and whose xl is gone, is removed: nobody else would.
 */
async function goneOf(targets: readonly Running[], power: Power): Promise<ReadonlySet<string>> {
  const now = await domainsNow(power);
  if (now === null) return new Set();
  const doubtful = targets.filter(({ name }) => (now.get(name)?.state ?? 'shutdown') === 'shutdown');
  const hands = doubtful.length === 0 ? [] : await readHands(power.port);
  const left = doubtful.filter((target) => !isInHand(hands, target));
  for (const { name } of left) {
    const domain = now.get(name);
    if (domain !== undefined) await destroy(domain);
  }
  return new Set(left.map(({ name }) => name).filter((name) => !now.has(name)));
}

function secondsFor({ known }: Target, wished: number | null): number {
  if (wished !== null) return wished;
  const own = known?.record?.stopTimeoutSeconds;
  return typeof own === 'number' && own > 0 ? own : USUAL_SECONDS;
}

function stillRuns(name: string, seconds: number, { duration }: Power) {
  return {
    key: 'commandLine.domu.power.stillRuns',
    values: { name, time: duration(seconds), command: commandLine(['xenwright', 'domu', 'stop', '--force', name]) },
  } as const;
}

/** The commands, for people who want to see them first. */
export function stopCommands(targets: readonly Target[], wish: StopWish, power: Power): string[][] {
  const running = targets.filter((target): target is Running => target.domain !== null);
  const byStarter = wish.force || wish.seconds !== null ? [] : running.filter((target) => isOwn(target, power));
  return [
    ...running
      .filter((target) => !byStarter.includes(target))
      .flatMap(({ domain }) => [
        ...(wish.force && wish.seconds === null ? [] : [['xl', 'shutdown', wordFor(domain)]]),
        ...(wish.force ? [['xl', 'destroy', wordFor(domain)]] : []),
      ]),
    ...(byStarter.length === 0
      ? []
      : [
          starterCommand(
            power.scripts,
            power.units,
            'stop',
            byStarter.map(({ name }) => name),
          ),
        ]),
  ];
}
