/** A DomU that must be down, and stay down, before anybody opens its disk. */
import { setTimeout } from 'node:timers/promises';
import { EXIT, failure, type XenwrightError } from '../../../errors.ts';
import { ownersOf, readHands } from '../../../facts/xl-owners.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { readRunning, type RunningDomain } from '../running.ts';
import type { RescueTarget } from './target.ts';
import type { RescueWorld } from './world.ts';

const LOOK_MS = 500;
/** xl's process is at work for a while after its guest is gone, and for two seconds before it starts it anew. */
const OWNER_MS = 15_000;

export function refused(target: { readonly name: string }, reason: Message): XenwrightError {
  return failure('rescue-refused', EXIT.refused, { domu: target.name, reason });
}

/**
 * The running domain of this name, or of this number, which a dying one still has; null: none. Throws `rescue-refused`
 * where Xen runs and does not say.
 */
export async function domainOf(
  target: RescueTarget,
  { port }: RescueWorld,
  domid?: number,
): Promise<RunningDomain | null> {
  const { isDom0, domains, why } = await readRunning(port);
  if (isDom0 && domains === null)
    throw refused(target, { key: 'errors.rescue-refused.silent', values: { why: why ?? '' } });
  return domains?.find(({ name, number }) => name === target.name || number === domid) ?? null;
}

/** What makes it impossible whatever is asked for. Looks only. */
export async function refuseBusy(target: RescueTarget, world: RescueWorld): Promise<RunningDomain | null> {
  const { port, saved } = world;
  if ((await port.list(saved)).includes(target.name))
    throw refused(target, { key: 'errors.rescue-refused.saved', values: { file: `${saved}/${target.name}` } });
  const { domains } = await readRunning(port);
  // xl names the two ends of a move like this.
  if (domains?.some(({ name }) => [`${target.name}--incoming`, `${target.name}--migratedaway`].includes(name)) === true)
    throw refused(target, { key: 'errors.rescue-refused.moving' });
  const domain = await domainOf(target, world);
  if (domain?.state === 'paused')
    throw refused(target, { key: 'errors.rescue-refused.paused', values: { number: String(domain.number) } });
  const owners = ownersOf(await readHands(port), { ...target, domain: domain?.number });
  if (owners.some(({ verb }) => /^(save|migrate|restore)/.test(verb)))
    throw refused(target, { key: 'errors.rescue-refused.moving' });
  return domain;
}

/**
 * Asks the guest to stop and waits for as long as its record gives it; `mayForce` is asked when that was not enough.
 * Throws `rescue-refused` when it does not go down, or somebody would start it again.
 */
export async function stop(
  target: RescueTarget,
  world: RescueWorld,
  mayForce: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const { port } = world;
  const domain = await domainOf(target, world);
  if (domain !== null) {
    // By its number: a name may look like one.
    const number = String(domain.number);
    if ('why' in (await port.ask(['xl', 'shutdown', number]))) await port.ask(['xl', 'shutdown', '-F', number]);
    if (!(await isDown(target, world, target.stopTimeoutMs, signal))) {
      if (!(await mayForce()))
        throw refused(target, {
          key: 'errors.rescue-refused.running',
          values: { seconds: target.stopTimeoutMs / 1000 },
        });
      const again = await domainOf(target, world);
      if (again !== null) await world.destroy(again.number);
    }
  }
  if (!(await isDown(target, world, OWNER_MS, signal, domain?.number))) {
    const owner = ownersOf(await readHands(port), target)[0];
    throw refused(
      target,
      owner === undefined
        ? { key: 'errors.rescue-refused.running', values: { seconds: target.stopTimeoutMs / 1000 } }
        : { key: 'errors.rescue-refused.monitor', values: { process: owner.pid } },
    );
  }
}

/** `interrupted.command` (130). */
export function interrupted(): XenwrightError {
  return failure('interrupted.command', EXIT.interrupted, { file: 'domu rescue' });
}

export function stopIfEnded(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted();
}

/** No domain, and nobody who would make one of it. */
async function isDown(
  target: RescueTarget,
  world: RescueWorld,
  limitMs: number,
  signal: AbortSignal,
  domid?: number,
): Promise<boolean> {
  const untilMs = Date.now() + limitMs;
  for (;;) {
    if ((await domainOf(target, world, domid)) === null && ownersOf(await readHands(world.port), target).length === 0)
      return true;
    if (Date.now() >= untilMs) return false;
    stopIfEnded(signal);
    await setTimeout(LOOK_MS);
  }
}
