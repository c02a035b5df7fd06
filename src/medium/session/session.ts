/** The course of a session on the booted medium: network, profile, install, and what follows; or the wizard. Ports do the work. */
import { EXIT, reasonOf, XenwrightError } from '../../errors.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import type { KernelOptions, OnError, ParsedOptions } from '../kernel-options.ts';
import { failureText, type Failure } from './failure.ts';

export interface NetworkOutcome { /** `eth0 192.0.2.5/24`, one a NIC. */ readonly addresses: readonly string[]; /** From DHCP. */ readonly source: string | null }
export interface Waiting { readonly secondsLeft: number; readonly attempt: number; readonly lastWords: readonly string[] }
/** `onSlow`: a SOURCE takes its time, and why it may. */
export interface WhileFetching { onWait(waiting: Waiting): void; onSlow(note: string): void }
export interface Fetched { readonly source: string; readonly text: string }
export interface SessionPorts {
  /** On every console. */
  say(text: string): void;
  /** The next key, or null after so many seconds (none: for ever); `onSecond` is told how many are left. */
  key(seconds: number | null, onSecond?: (left: number) => void, signal?: AbortSignal): Promise<string | null>;
  /** All that is plugged in is known. */
  devices(): Promise<void>;
  keyboard(layout: string): Promise<void>;
  network(options: KernelOptions, wantsSource: boolean): Promise<NetworkOutcome>;
  /** The SOURCE on a volume with our label, if one is plugged in. */
  labelled(): Promise<string | null>;
  /** Lines for people: fingerprint, one-time password. */
  ssh(options: KernelOptions, more: readonly string[]): Promise<readonly string[]>;
  fetch(sources: readonly string[], options: KernelOptions, told: WhileFetching, signal: AbortSignal): Promise<Fetched>;
  /** `install`, with its exit code; it ends the machine itself when `install.onFinish` says so. */
  install(fetched: Fetched, options: KernelOptions, found: boolean, onPrepared: (profile: EffectiveProfile) => void): Promise<number>;
  wizard(): Promise<number>;
  shell(note: string): Promise<void>;
  end(how: 'reboot' | 'poweroff'): Promise<void>;
  /** Keeps support bundles of a run that failed; lines for people. */
  bundles(): Promise<readonly string[]>;
  /** Into the system on the disk, with nothing written to it. Returns only when it cannot. */
  bootLocalDisk(): Promise<void>;
  /** The last lines that were said, and where all of it is. */
  lastLines(): readonly string[];
  readonly logPath: string;
  now(): number;
}

/** Where a profile may be found that nobody has named. */
export const PROFILE_LABEL = 'XENWRIGHT-PROFILE';
const COUNTDOWN_SECONDS = 30;
/** Machines that go on by themselves after an error do not wait for a server for ever. */
const PATIENCE_MS = 10 * 60_000;

/** Goes on until the machine is ended; returns when a person has asked for the wizard to be everywhere. */
export async function runSession({ options, faults }: ParsedOptions, ports: SessionPorts): Promise<void> {
  ports.say('Xenwright, from the boot medium. A root shell is on tty2 (Alt+F2).\n');
  for (const fault of faults) ports.say(`! ${fault}\n`);
  if (options.keyboard !== null) await told(ports, 'keyboard', async () => await ports.keyboard(options.keyboard as string));
  // The session begins before the system is up: what is plugged in may still be found.
  await told(ports, 'devices', async () => await ports.devices());
  const isNamed = options.profile.length > 0;
  const label = isNamed ? null : await ports.labelled();
  const network = await told(ports, 'network', async () => await ports.network(options, !isNamed && label === null)) ?? { addresses: [], source: null };
  for (const address of network.addresses) ports.say(`network: ${address}\n`);
  if (network.addresses.length === 0) ports.say('network: no NIC has an address\n');
  await told(ports, 'SSH', async () => { for (const line of await ports.ssh(options, [])) ports.say(`${line}\n`); });
  const found = label ?? network.source;
  const sources = isNamed ? options.profile : found === null ? [] : [found];
  if (sources.length === 0) {
    ports.say('No profile was named and none was found: the wizard asks.\n');
    return;
  }
  ports.say(`profile: ${sources.join(', ')}${isNamed ? '' : ` (found ${label === null ? 'by DHCP' : `on ${PROFILE_LABEL}`}: only blank disks are taken, unless it says otherwise)`}\n`);
  while (await unattended(sources, !isNamed, options, ports) === 'again') ports.say('\nOnce more.\n');
}

/** A part that fails is told of, and the rest goes on: the shell and the wizard may be what helps. */
async function told<T>(ports: SessionPorts, part: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    ports.say(`! ${part}: ${reasonOf(error)}\n`);
    return null;
  }
}

async function unattended(sources: readonly string[], found: boolean, options: KernelOptions, ports: SessionPorts): Promise<'again' | 'wizard'> {
  let ofProfile: OnError | null = null;
  let failure: Failure;
  try {
    const fetched = await fetchOrCancel(sources, options, ports);
    if (fetched === null) return 'wizard';
    ports.say(`profile: ${fetched.source} is here\n`);
    const exit = await ports.install(fetched, options, found, (profile) => {
      ofProfile = profile.install.onError;
      if (options.ssh === 'key') void told(ports, 'SSH', async () => { await ports.ssh(options, [...profile.host.admin.sshKeys]); });
    });
    if (exit === EXIT.done) return await afterInstall(ports);
    failure = { code: 'install-failed', exit, message: 'the install did not come to its end', hint: null, lastLines: ports.lastLines(), command: null };
  } catch (error) {
    if (!(error instanceof XenwrightError)) throw error;
    if (error.code === 'already-installed') return await alreadyInstalled(error, ports);
    failure = { code: error.code, exit: error.exit, message: error.message, hint: error.hint ?? null, lastLines: error.lastLines, command: error.command ?? null };
  }
  return await afterFailure(failure, options.onError ?? ofProfile ?? 'hold', ports);
}

/** Null: a key was pressed, and a person goes on. */
async function fetchOrCancel(sources: readonly string[], options: KernelOptions, ports: SessionPorts): Promise<Fetched | null> {
  const cancel = new AbortController();
  const over = new AbortController();
  const goesOnByItself = options.onError === 'reboot' || options.onError === 'poweroff';
  const untilMs = goesOnByItself ? ports.now() + PATIENCE_MS : Number.POSITIVE_INFINITY;
  let told = -1;
  let words: readonly string[] = [];
  let isWaiting = false;
  const keys = (async () => {
    for (;;) {
      const key = await ports.key(null, undefined, over.signal);
      if (key === null) return;
      // A key before there is anything to cancel was meant for something else.
      if (isWaiting) { cancel.abort(); return; }
    }
  })();
  try {
    return await ports.fetch(sources, options, {
      onWait({ secondsLeft, attempt, lastWords }) {
        isWaiting = true;
        if (attempt !== told) for (const word of lastWords) ports.say(`\n${word}`);
        ports.say(`${attempt === told ? '\r' : '\n'}attempt ${attempt + 1} in ${String(secondsLeft).padStart(2)} s; any key: the wizard `);
        told = attempt;
        words = lastWords;
        if (ports.now() > untilMs) cancel.abort();
      },
      onSlow(note) {
        isWaiting = true;
        ports.say(`\n${note}; any key: the wizard\n`);
      },
    }, cancel.signal);
  } catch (error) {
    if (!cancel.signal.aborted) throw error;
    ports.say('\n');
    if (ports.now() > untilMs) throw new XenwrightError({ code: 'source-unreachable', exit: EXIT.source, message: `no profile could be read within ${PATIENCE_MS / 60_000} minutes`, lastLines: words, hint: 'look at the server, the network and xenwright.profile=', cause: error });
    return null;
  } finally {
    over.abort();
    await keys;
    if (told >= 0) ports.say('\n');
  }
}

/** The machine is being ended, or `install.onFinish: hold` keeps it. */
async function afterInstall(ports: SessionPorts): Promise<'again' | 'wizard'> {
  ports.say('\nThe host is installed. Keys: r restarts into it, p powers off, s is a shell.\n');
  return await choose(ports);
}

async function alreadyInstalled(error: XenwrightError, ports: SessionPorts): Promise<'again' | 'wizard'> {
  ports.say(`\nAlready installed: ${error.message}\nNothing was written. ${error.hint ?? ''}\n`);
  const key = await ports.key(10, (left) => ports.say(`\rIts own disk is booted in ${String(left).padStart(2)} s; any key: stay here `));
  ports.say('\n');
  if (key === null) await told(ports, 'booting the disk', async () => await ports.bootLocalDisk());
  ports.say('Keys: r restarts, p powers off, s is a shell, w the wizard.\n');
  return await choose(ports);
}

async function afterFailure(failure: Failure, onError: OnError, ports: SessionPorts): Promise<'again' | 'wizard'> {
  ports.say(failureText(failure, ports.logPath));
  for (const line of await told(ports, 'support bundle', async () => await ports.bundles()) ?? []) ports.say(`${line}\n`);
  if (onError === 'reboot' || onError === 'poweroff') {
    const key = await ports.key(COUNTDOWN_SECONDS, (left) => ports.say(`\r${onError === 'reboot' ? 'Restart' : 'Power off'} in ${String(left).padStart(2)} s (on-error); any key: stay here `));
    ports.say('\n');
    if (key === null) await ports.end(onError);
  }
  if (onError === 'shell') await ports.shell('A shell, since on-error says so. exit brings the keys back.\n');
  ports.say('Keys: a tries again, s is a shell, w the wizard, r restarts, p powers off.\n');
  return await choose(ports);
}

/** What a person wants now. */
async function choose(ports: SessionPorts): Promise<'again' | 'wizard'> {
  for (;;) {
    switch (await ports.key(null)) {
      case 'a': return 'again';
      case 'w': return 'wizard';
      case 's': await ports.shell('exit leads back here.\n'); ports.say('Keys: a again, s shell, w wizard, r restart, p power off.\n'); break;
      case 'r': await ports.end('reboot'); break;
      case 'p': await ports.end('poweroff'); break;
      default: break;
    }
  }
}

/** The wizard on one console, again and again: it may be left for a shell. */
export async function wizardForEver(ports: Pick<SessionPorts, 'wizard' | 'key' | 'shell' | 'end'> & { tell(text: string): void }): Promise<never> {
  for (;;) {
    try {
      await ports.wizard();
    } catch (error) {
      ports.tell(`${reasonOf(error)}\n`);
    }
    ports.tell('\nKeys: w is the wizard again, s a shell, r restarts, p powers off.\n');
    for (let key: string | null = null; key !== 'w';) {
      key = await ports.key(null);
      if (key === 's') await ports.shell('exit leads back here.\n');
      if (key === 'r') await ports.end('reboot');
      if (key === 'p') await ports.end('poweroff');
    }
  }
}
