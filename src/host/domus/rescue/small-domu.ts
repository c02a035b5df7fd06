/**
 * A rescue DomU: small, without a network, with Dom0's own kernel and the DomU's disks. So neither Dom0's kernel nor
 * its root meets what the guest has written.
 */
import { setTimeout } from 'node:timers/promises';
import power from '../../../../assets/host/rescue/power.sh' with { type: 'text' };
import { cleanLine } from '../../../clean-text.ts';
import { EXIT, failure } from '../../../errors.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { localFiles } from '../../../system/files/files.ts';
import { readRunning, type RunningDomain } from '../running.ts';
import { labelOf, resultOf, type OpenedDisk, type SessionOptions, type SessionResult } from './session.ts';
import { canBeWritten, deviceAt, MOST_DISKS, smallConfig, smallName } from './small-config.ts';
import { interrupted, refused } from './stop.ts';
import type { RescueTarget } from './target.ts';
import { ordersText, readTold, TOLD_BYTES, type Told } from './told-disk.ts';
import type { SmallWorld } from './small-world.ts';
import type { RescueWorld } from './world.ts';

const MEMORY_MIB = 256;
/** What cryptsetup may need for a passphrase of LUKS 2, besides. */
const LUKS_MIB = 1024;
/** Xen needs some for itself. */
const SPARE_MIB = 32;
const LOOK_MS = 500;
const SHUTDOWN_MS = 30_000;
const FREED_MS = 10_000;
const GONE_MS = 60_000;

export interface SmallPlan {
  readonly release: string;
  readonly kernel: string;
  readonly type: 'pv' | 'pvh';
  readonly memoryMiB: number;
}

/** Looks only. Throws `rescue-domu` (exit 4) where such a DomU cannot be. */
export async function planSmall(
  target: RescueTarget,
  disks: readonly OpenedDisk[],
  wantedMiB: number | null,
  { port, small }: RescueWorld,
): Promise<SmallPlan> {
  const unfit = (reason: Message): Error => failure('rescue-domu', EXIT.refused, { domu: target.name, reason });
  const { isDom0, domains } = await readRunning(port);
  if (!isDom0) throw unfit({ key: 'errors.rescue-domu.noXen' });
  const kernel = (await small?.kernel()) ?? null;
  if (kernel === null) throw unfit({ key: 'errors.rescue-domu.kernel' });
  const odd = [target.name, ...disks.map(({ disk }) => disk.path)].find((text) => !canBeWritten(text));
  if (odd !== undefined || disks.length > MOST_DISKS)
    throw unfit({ key: 'errors.rescue-domu.odd', values: { path: cleanLine(odd ?? target.name, 200) } });
  const info = await port.ask(['xl', 'info']);
  if ('why' in info) throw unfit({ key: 'errors.rescue-refused.silent', values: { why: info.why } });
  const freeMiB = Number(/^free_memory\s*:\s*(\d+)/m.exec(info.text)?.[1] ?? 0) - SPARE_MIB;
  const hasLuks = disks.some(({ found }) => found.some(({ type }) => type === 'crypto_LUKS'));
  const usualMiB = hasLuks ? Math.max(MEMORY_MIB, Math.min(MEMORY_MIB + LUKS_MIB, freeMiB)) : MEMORY_MIB;
  // A guest that is stopped first gives its memory back, and so does what an earlier rescue has left.
  const own = (domains ?? [])
    .filter(({ name }) => name === target.name || name === smallName(target.name))
    .reduce((sum, domain) => sum + domain.memoryMiB, 0);
  const memoryMiB = wantedMiB ?? usualMiB;
  if (memoryMiB > freeMiB + own)
    throw unfit({ key: 'errors.rescue-domu.memory', values: { needed: memoryMiB, free: Math.max(0, freeMiB + own) } });
  const type = /^virt_caps\s*:.*\bhvm\b/m.test(info.text) ? 'pvh' : 'pv';
  return { ...kernel, kernel: kernel.path, type, memoryMiB };
}

/** Throws `rescue-failed` (exit 5), `rescue-domu` (4), or `interrupted.command` (130). */
export async function sessionInDomu(
  target: RescueTarget,
  disks: readonly OpenedDisk[],
  options: SessionOptions & { readonly memoryMiB: number | null },
  world: RescueWorld,
  signal: AbortSignal,
): Promise<SessionResult & { readonly output: string }> {
  const { small } = world;
  if (small === null) throw failure('rescue-how', EXIT.usage);
  const plan = await planWhenFree(target, disks, options.memoryMiB, world);
  const place = placeOf(target.name, world);
  try {
    const initrd = await small.initrd(plan.release);
    await localFiles.writeText(place.told, await orders(target, disks, options, small), { mode: '0600' });
    const name = smallName(target.name);
    const text = smallConfig({ ...plan, name, initrd, disks: disks.map(({ disk }) => disk), told: place.told });
    await localFiles.writeText(place.config, text, { mode: '0600' });
    await small.create(place.config);
    // Its console ends with it.
    signal.addEventListener('abort', () => void shutDown(target, world).catch(() => undefined));
    if (options.command === '') await inConsole(target, small, world);
    await untilGone(target, world, signal);
    const told = readTold(Buffer.from((await world.port.readHex(place.told)) ?? '', 'hex'));
    return result(target, told);
  } finally {
    await endSmall(target, world);
  }
}

/** What a guest that was stopped had is Xen's again a moment later. */
async function planWhenFree(...words: Parameters<typeof planSmall>): Promise<SmallPlan> {
  const untilMs = Date.now() + FREED_MS;
  for (;;) {
    try {
      return await planSmall(...words);
    } catch (error) {
      if (Date.now() >= untilMs) throw error;
      await setTimeout(LOOK_MS);
    }
  }
}

/** In memory: the one has passphrases. */
function placeOf(name: string, { work }: RescueWorld): { readonly config: string; readonly told: string } {
  return { config: `${work}/${labelOf(name)}.cfg`, told: `${work}/${labelOf(name)}.told` };
}

async function orders(
  target: RescueTarget,
  disks: readonly OpenedDisk[],
  { repair, command, secretFile }: SessionOptions,
  small: SmallWorld,
): Promise<string> {
  const text = ordersText({
    repair,
    command,
    power,
    secrets: secretFile === '' ? '' : await localFiles.readText(secretFile),
    terminal: small.terminal(),
    disks: disks.map(({ disk }, index) => ({ device: deviceAt(index), label: labelOf(disk.path), mount: disk.mount })),
  });
  if (text === null)
    throw failure('rescue-domu', EXIT.refused, { domu: target.name, reason: { key: 'errors.rescue-domu.long' } });
  return text + '\0'.repeat(TOLD_BYTES - Buffer.byteLength(text));
}

async function inConsole(target: RescueTarget, small: SmallWorld, world: RescueWorld): Promise<void> {
  const domain = await smallDomain(target, world);
  if (domain !== null) await small.console(String(domain.number));
  // It switches itself off a moment after its shell has ended; who has left the console leaves the rescue.
  const untilMs = Date.now() + SHUTDOWN_MS / 3;
  while ((await smallDomain(target, world)) !== null && Date.now() < untilMs) await setTimeout(LOOK_MS);
  await shutDown(target, world);
}

async function untilGone(target: RescueTarget, world: RescueWorld, signal: AbortSignal): Promise<void> {
  while ((await smallDomain(target, world)) !== null) {
    if (signal.aborted) throw interrupted();
    await setTimeout(LOOK_MS);
  }
}

function result(target: RescueTarget, told: Told | null): SessionResult & { readonly output: string } {
  if (told === null)
    throw failure('rescue-failed', EXIT.action, {
      domu: target.name,
      reason: {
        key: 'errors.rescue-failed.domuEnded',
        values: { log: `/var/log/xen/xl-${smallName(target.name)}.log` },
      },
    });
  return { ...resultOf(target, told.said, null), output: told.output };
}

/** The rescue DomU of this DomU that runs; null: none. */
async function smallDomain(target: RescueTarget, { port }: RescueWorld): Promise<RunningDomain | null> {
  const { isDom0, domains, why } = await readRunning(port);
  if (isDom0 && domains === null)
    throw refused(target, { key: 'errors.rescue-refused.silent', values: { why: why ?? '' } });
  return domains?.find(({ name }) => name === smallName(target.name)) ?? null;
}

async function shutDown(target: RescueTarget, world: RescueWorld): Promise<void> {
  const domain = await smallDomain(target, world);
  if (domain === null) return;
  await world.port.ask(['xl', 'shutdown', String(domain.number)]);
  if (!(await isGone(target, world, SHUTDOWN_MS))) await world.destroy(domain.number);
}

/** Ends one that runs, in order where it does that, and removes what it was told by. */
export async function endSmall(target: RescueTarget, world: RescueWorld): Promise<void> {
  await shutDown(target, world);
  await isGone(target, world, GONE_MS);
  const { told, config } = placeOf(target.name, world);
  for (const path of [told, config]) await localFiles.remove(path);
}

async function isGone(target: RescueTarget, world: RescueWorld, limitMs: number): Promise<boolean> {
  const untilMs = Date.now() + limitMs;
  while ((await smallDomain(target, world)) !== null) {
    if (Date.now() >= untilMs) return false;
    await setTimeout(LOOK_MS);
  }
  return true;
}
