/**
 * The session of the booted medium at the one console that does the work: what it needs of the system and of a person,
 * whichever console that one sits at. What draws, fetches and installs is loaded when it is needed: the first words on
 * the screen do not wait for it.
 */
import { EXIT, failure } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import type { KernelOptions, ParsedOptions } from '../medium/session/kernel-options.ts';
import { SESSION_FOLDER } from '../medium/session/places.ts';
import { PROFILE_LABEL, runSession } from '../medium/session/session.ts';
import { type SessionPorts } from '../medium/session/ports.ts';
import { bootLocalDisk } from '../system/disk/local-disk.ts';
import { masterConsole, type MasterConsole } from '../system/medium/console.ts';
import { bringUpNetwork } from '../system/medium/network.ts';
import { hasVolume, keepPublicKeys, settleDevices, showBundledBases } from '../system/medium/session.ts';
import { openSsh, setKeyboard } from '../system/medium/ssh.ts';
import { endMachine } from '../system/process/power.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { MACHINE_STATE } from '../system/run/state.ts';
import { consoleChoice, type ConsoleActs, type ConsoleChoice } from './console-acts.ts';
import { failedAction, howFar } from './failed-action.ts';
import type { FailedRun } from './failure-bundles.ts';
import type { InstallOptions } from './install-options.ts';
import type { SessionTranslator } from './session-translator.ts';
import { thisTerminal } from './this-terminal.ts';

/** An ended machine takes its time to go down; nothing else may be begun meanwhile. */
const GOING_DOWN_MS = 10 * 60_000;

export interface MasterSession {
  readonly parsed: ParsedOptions;
  readonly translator: SessionTranslator;
  readonly here: ConsoleActs;
  /** Of this console. */
  readonly name: string;
  install(sources: readonly string[], options: InstallOptions, io: CommandIo): Promise<number>;
}

/** Returns when the wizard is to be everywhere. */
export async function masterSession(session: MasterSession, io: CommandIo): Promise<void> {
  const { parsed, translator, here } = session;
  const console = masterConsole(SESSION_FOLDER, thisTerminal().glyphs);
  const say = (line: Message, before = '', after = '\n'): void =>
    console.say((characters) => `${before}${translator.said(line)(characters)}${after}`);
  await showBundledBases();
  const choice = consoleChoice(console, here, say);
  await runSession(parsed, {
    say,
    tick: (line, isNewLine = false) => say(line, isNewLine ? '\n' : '\r', ' '),
    speak: translator.speak,
    key: console.key,
    lastLines: console.lastLines,
    forgetLines: console.forgetLines,
    logPath: console.logPath,
    devices: () => settleDevices(),
    keyboard: setKeyboard,
    network: bringUpNetwork,
    shell: async (note, where) => {
      await choice.at(where === undefined ? console.from() : await choice.whereTo(where), 'shell', note);
    },
    end: endForGood,
    now: Date.now,
    labelled: async () => ((await hasVolume(PROFILE_LABEL)) ? `label:${PROFILE_LABEL}/profile.yaml` : null),
    ssh: openSsh,
    ...installPorts(session, console, choice, io),
    wizard: async () => await choice.at(console.from(), 'wizard', null),
    bootLocalDisk: async () => {
      await bootLocalDisk(say);
      await goingDown();
    },
  });
  console.wizardEverywhere();
}

/** From the profile to what is kept of an install that failed. */
function installPorts(
  { parsed, name, install }: MasterSession,
  console: MasterConsole,
  { at, askAt }: ConsoleChoice,
  io: CommandIo,
): Pick<SessionPorts, 'fetch' | 'install' | 'failedAction' | 'howFar' | 'bundles'> {
  const sessionIo: CommandIo = {
    readText: io.readText,
    out: (text) => console.say(text),
    err: (text) => console.say(text),
    interactive: io.interactive,
  };
  let prepared: FailedRun['prepared'] = null;
  return {
    fetch: fetchPort(sessionIo),
    install: async (fetched, options, found, onPrepared, end) =>
      await install(
        [fetched.source],
        {
          ...(await installOptions(options, io)),
          fetched,
          found,
          end,
          mirror: console.mirror,
          askOn: async (job) => {
            const where = await askAt();
            return { ...(await at(where, 'ask', job)), console: where ?? name };
          },
          askSecret: async (question) => await at(await askAt(), 'secret', question),
          onPrepared: (profile) => {
            prepared = { profile, ...fetched };
            onPrepared(profile);
          },
        },
        sessionIo,
      ),
    failedAction: async () => await failedAction(MACHINE_STATE),
    howFar: async () => await howFar(MACHINE_STATE),
    bundles: async () =>
      await (
        await import('./failure-bundles.ts')
      ).failureBundles({
        stateFolder: MACHINE_STATE,
        prepared,
        report: parsed.options.report,
        logs: [console.logPath],
        tls: parsed.options.tls,
      }),
  };
}

/** A server that does not answer is asked again and again; a person may stop that. */
function fetchPort(io: CommandIo): SessionPorts['fetch'] {
  return async (sources, options, { onWait, onSlow }, signal) =>
    await (
      await import('../system/source/fetch-profile.ts')
    ).fetchProfile(sources, {
      identity: await (await import('./machine-here.ts')).machineHere({}, io),
      keepTrying: true,
      signal,
      onWait,
      onSlow,
      read: async (place, access) => await io.readText(place, access),
      trust: {
        sha256: options.sha256 ?? undefined,
        tlsFingerprint: options.tls ?? undefined,
        publicKeys: await publicKeys(options, io),
      },
    });
}

async function installOptions(options: KernelOptions, io: CommandIo): Promise<InstallOptions> {
  const keys = await publicKeys(options, io);
  return {
    // Which console this session happens to run on was chosen by nobody.
    usedConsole: null,
    image: [],
    set: options.set,
    yes: true,
    resumeIfInterrupted: true,
    ui: options.ui === 'auto' ? 'plain' : options.ui,
    allowClear: options.allowClear,
    ...(options.sha256 === null ? {} : { sha256: options.sha256 }),
    ...(options.tls === null ? {} : { tlsFingerprint: options.tls }),
    ...(keys === undefined ? {} : { pubkey: await keepPublicKeys(keys) }),
    ...(options.report === null ? {} : { report: options.report }),
  };
}

/** The text of keys itself, or what stands at a path. Over plain HTTP anybody on the way could have put it there. */
async function publicKeys({ pubkey }: KernelOptions, io: CommandIo): Promise<string | undefined> {
  if (pubkey === null) return undefined;
  if (/^(ssh|ecdsa|sk)-\S+ \S+/m.test(pubkey)) return pubkey;
  if (/^http:/i.test(pubkey)) throw failure('usage.pubkeyInClear', EXIT.usage);
  return await io.readText(pubkey);
}

/** Comes back only if the machine does not go down. */
export async function endForGood(how: 'reboot' | 'poweroff'): Promise<void> {
  await endMachine(how);
  await goingDown();
}

async function goingDown(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, GOING_DOWN_MS);
  });
}
