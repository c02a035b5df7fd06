/**
 * The course of a session on the booted medium: network, profile, install, and what follows; or the wizard. Ports do
 * the work.
 */
import type { FarRun } from '../../report/how-far.ts';
import { shownSource } from '../../profile/source-ref.ts';
import { EXIT, reasonOf, XenwrightError } from '../../errors.ts';
import { errorMessages, titleMessage } from '../../i18n/translate-events.ts';
import type { TextKey } from '../../i18n/keys.ts';
import { localeMeantBy } from '../../i18n/locales.ts';
import type { Phrase, Message } from '../../i18n/phrase.ts';
import type { FailedAction } from '../../report/first-failure.ts';
import type { KernelOptions, OnError, ParsedOptions } from './kernel-options.ts';
import { failureLines, type Failure } from './failure.ts';
import { fetchOrCancel, padded } from './fetch.ts';
import type { NetworkOutcome, SessionPorts } from './ports.ts';

/** Where a profile may be found that nobody has named. */
export const PROFILE_LABEL = 'XENWRIGHT-PROFILE';
const SHELL_BACK: Phrase = { key: 'session.shell.back' };
const COUNTDOWN_SECONDS = 30;
/** So long a console may be silent while something is waited for. */
const SILENCE_MS = 5000;

/** Goes on until the machine is ended; returns when a person has asked for the wizard to be everywhere. */
export async function runSession({ options, faults }: ParsedOptions, ports: SessionPorts): Promise<void> {
  if (options.lang !== null) await ports.speak(options.lang);
  ports.say({ key: 'session.welcome', values: { tty: 'tty2', keys: 'Alt+F2' } });
  for (const fault of faults) ports.say({ key: 'session.fault', values: { fault } });
  const isNamed = options.profile.length > 0;
  const { label, network } = await whileItStarts(options, isNamed, ports);
  for (const address of network.addresses) ports.say({ key: 'session.network', values: { address } });
  if (network.addresses.length === 0) ports.say({ key: 'session.noAddress' });
  await reportFailure(ports, 'SSH', async () => {
    for (const line of await ports.ssh(options, [])) ports.say(line);
  });
  const found = label ?? network.source;
  const sources = isNamed ? options.profile : found === null ? [] : [found];
  if (sources.length === 0) {
    ports.say({ key: 'session.wizardAsks' });
    return;
  }
  // Whoever stands at one of the consoles need not be who may read it.
  const named = sources.map(shownSource).join(', ');
  ports.say(
    isNamed
      ? { key: 'session.profile', values: { sources: named } }
      : label === null
        ? { key: 'session.profileByDhcp', values: { sources: named } }
        : { key: 'session.profileOn', values: { sources: named, label: PROFILE_LABEL } },
  );
  while ((await unattended(sources, !isNamed, options, ports)) === 'again') {
    ports.say('');
    ports.say({ key: 'session.again' });
  }
}

/**
 * The session begins before the system is up: what is plugged in may still be found, and the consoles still get their
 * ordinary keyboard. The network comes up meanwhile.
 */
async function whileItStarts(
  options: KernelOptions,
  isNamed: boolean,
  ports: SessionPorts,
): Promise<{ readonly label: string | null; readonly network: NetworkOutcome }> {
  const parts = { devices: { key: 'session.parts.devices' }, network: { key: 'session.parts.network' } } as const;
  const devices = reportFailure(ports, parts.devices, async () => await ports.devices());
  const label = devices.then(async () => (isNamed ? null : await ports.labelled()));
  const network = reportFailure(ports, parts.network, async () => {
    const wantsSource = isNamed ? Promise.resolve(false) : label.then((source) => source === null);
    return await ports.network(options, { devices, wantsSource });
  });
  await toldWhatIsWaitedFor(ports, parts.devices, devices);
  if (options.keyboard !== null)
    await reportFailure(
      ports,
      { key: 'session.parts.keyboard' },
      async () => await ports.keyboard(options.keyboard as string),
    );
  return {
    network: (await toldWhatIsWaitedFor(ports, parts.network, network)) ?? { addresses: [], source: null },
    label: await label,
  };
}

/** A console that is silent for long looks like one that hangs. */
async function toldWhatIsWaitedFor<T>(
  ports: Pick<SessionPorts, 'say' | 'now'>,
  part: Phrase,
  work: Promise<T>,
): Promise<T> {
  const beganMs = ports.now();
  const say = (): void => {
    const seconds = Math.round((ports.now() - beganMs) / 1000);
    ports.say({ key: 'session.waitingFor', values: { part, seconds } });
  };
  const clock = setInterval(say, SILENCE_MS);
  try {
    return await work;
  } finally {
    clearInterval(clock);
  }
}

/** A part that fails is told of, and the rest goes on: the shell and the wizard may be what helps. */
async function reportFailure<T>(
  ports: Pick<SessionPorts, 'say'>,
  part: Message,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    ports.say({ key: 'session.partFailed', values: { part, reason: reasonMessage(error) } });
    return null;
  }
}

async function unattended(
  sources: readonly string[],
  found: boolean,
  options: KernelOptions,
  ports: SessionPorts,
): Promise<'again' | 'wizard'> {
  let ofProfile: OnError | null = null;
  let failure: Failure;
  ports.forgetLines();
  try {
    const fetched = await fetchOrCancel(sources, options, ports);
    if (fetched === null) return 'wizard';
    if ('message' in fetched) return await afterFailure(fetched, options.onError ?? 'hold', ports);
    ports.say({ key: 'session.profileHere', values: { source: shownSource(fetched.source) } });
    const exit = await ports.install(
      fetched,
      options,
      found,
      (profile) => {
        ofProfile = profile.install.onError;
        const language = localeMeantBy(profile.language);
        if (options.lang === null && language !== null)
          void reportFailure(ports, { key: 'session.parts.language' }, async () => await ports.speak(language));
        if (options.ssh === 'key')
          void reportFailure(ports, 'SSH', async () => {
            await ports.ssh(options, [...profile.host.admin.sshKeys]);
          });
      },
      ports.end,
    );
    if (exit === EXIT.done) return await afterInstall(ports);
    failure = failureOf(
      exit,
      exit === EXIT.action ? await ports.failedAction() : null,
      await farOf(exit, ports),
      ports,
    );
  } catch (error) {
    if (error instanceof XenwrightError && error.code === 'already-installed')
      return await alreadyInstalled(error, ports);
    // Left alone, systemd would start the session again and again, and each would fail the same way.
    const known: Failure = !(error instanceof XenwrightError)
      ? faultOf(error)
      : { ...errorMessages(error), code: error.code, exit: error.exit, command: error.command ?? null };
    const far = await farOf(known.exit, ports);
    failure = { ...known, ...(far === undefined ? {} : { far }) };
  }
  return await afterFailure(failure, options.onError ?? ofProfile ?? 'hold', ports);
}

/** Ends of an install that had begun: others change nothing. */
const RAN: ReadonlySet<number> = new Set([EXIT.action, EXIT.fault, EXIT.interrupted]);

/** Undefined: no run has begun; null: nobody knows. */
async function farOf(exit: number, ports: Pick<SessionPorts, 'howFar'>): Promise<FarRun | null | undefined> {
  return RAN.has(exit) ? await ports.howFar() : undefined;
}

/** What is wrong, for whoever says it later. */
function reasonMessage(error: unknown): Message {
  return error instanceof XenwrightError ? errorMessages(error).message : reasonOf(error);
}

/** A fault of our own is told like any other end. */
function faultOf(error: unknown): Failure {
  const [, ...stack] = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return {
    code: 'fault',
    exit: EXIT.fault,
    message: reasonOf(error),
    hint: null,
    lastLines: stack.map((line) => line.trim()).slice(0, 10),
    command: null,
  };
}

/**
 * Of a run its first failed action, with its own last words: those of the run are a summary. Without one it is what was
 * said last.
 */
function failureOf(
  exit: number,
  failed: FailedAction | null,
  far: FarRun | null | undefined,
  { lastLines }: Pick<SessionPorts, 'lastLines'>,
): Failure {
  if (failed === null)
    return {
      ...(far === undefined ? {} : { far }),
      ...(far?.at == null ? {} : { action: { domain: far.at.domain, title: titleMessage(far.at) } }),
      code: 'install-failed',
      exit,
      message: { key: 'session.notEnded' },
      hint: null,
      lastLines: lastLines(),
      command: null,
    };
  const { domain, others, error } = failed;
  return {
    ...errorMessages(error),
    code: error.code,
    exit,
    ...(far === undefined ? {} : { far }),
    command: error.command ?? null,
    action: { domain, title: titleMessage(failed) },
    others,
  };
}

/** `install.onFinish: hold` keeps the machine, or a person does. */
async function afterInstall(ports: SessionPorts): Promise<'again' | 'wizard'> {
  ports.say('');
  ports.say({ key: 'session.installed' });
  return await choose(ports);
}

async function alreadyInstalled(error: XenwrightError, ports: SessionPorts): Promise<'again' | 'wizard'> {
  ports.say('');
  const { message, hint } = errorMessages(error);
  ports.say({ key: 'session.already', values: { what: message } });
  ports.say({ key: 'session.nothingWritten', values: { hint: { sentence: hint ?? '' } } });
  const key = await countdown(10, 'session.ownDiskIn', ports);
  if (key === null) await reportFailure(ports, { key: 'session.parts.disk' }, async () => await ports.bootLocalDisk());
  ports.say({ key: 'session.keys.stay' });
  return await choose(ports);
}

async function afterFailure(failure: Failure, onError: OnError, ports: SessionPorts): Promise<'again' | 'wizard'> {
  for (const line of failureLines(failure, ports.logPath)) ports.say(line);
  for (const line of (await reportFailure(ports, { key: 'session.parts.bundle' }, async () => await ports.bundles())) ??
    [])
    ports.say(line);
  if (onError === 'reboot' || onError === 'poweroff') {
    const key = await countdown(
      COUNTDOWN_SECONDS,
      onError === 'reboot' ? 'session.restartIn' : 'session.powerOffIn',
      ports,
    );
    if (key === null) await ports.end(onError);
  }
  if (onError === 'shell') await ports.shell({ key: 'session.shell.asked' }, { key: 'session.shell.where' });
  ports.say({ key: 'session.keys.failed' });
  return await choose(ports);
}

/** Null: nobody pressed a key. */
async function countdown(seconds: number, key: TextKey, ports: SessionPorts): Promise<string | null> {
  const pressed = await ports.key(seconds, (left) => ports.tick({ key, values: { seconds: padded(left) } }));
  ports.say('');
  return pressed;
}

/** What a person wants now. */
async function choose(ports: SessionPorts): Promise<'again' | 'wizard'> {
  for (;;) {
    switch (await ports.key(null)) {
      case 'a':
        return 'again';
      case 'w':
        return 'wizard';
      case 's':
        await ports.shell(SHELL_BACK);
        ports.say({ key: 'session.keys.failed' });
        break;
      case 'r':
        await ports.end('reboot');
        break;
      case 'p':
        await ports.end('poweroff');
        break;
      default:
        break;
    }
  }
}

/** The wizard on one console, again and again: it may be left for a shell. */
export async function wizardLoop(
  ports: Pick<SessionPorts, 'wizard' | 'key' | 'shell' | 'end' | 'say'>,
): Promise<never> {
  for (;;) {
    try {
      await ports.wizard();
    } catch (error) {
      ports.say(reasonOf(error));
    }
    ports.say('');
    ports.say({ key: 'session.keys.wizard' });
    for (let key: string | null = null; key !== 'w';) {
      key = await ports.key(null);
      if (key === 's') await ports.shell(SHELL_BACK);
      if (key === 'r') await ports.end('reboot');
      if (key === 'p') await ports.end('poweroff');
    }
  }
}
