/** `xenwright medium-session --console NAME`: what every console of the booted medium runs. Not for people. */
import { EXIT, XenwrightError } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import {
  parseKernelOptions,
  withMediumDefaults,
  type KernelOptions,
  type ParsedOptions,
} from '../medium/session/kernel-options.ts';
import { SESSION_FOLDER } from '../medium/session/places.ts';
import type { SessionPorts } from '../medium/session/ports.ts';
import { PROFILE_LABEL, runSession, wizardLoop } from '../medium/session/session.ts';
import { bootLocalDisk } from '../system/disk/local-disk.ts';
import { askSecret } from '../system/terminal/ask-secret.ts';
import { doOn, otherConsoles } from '../system/terminal/console-tasks.ts';
import { followConsole, masterConsole, waitForKey } from '../system/medium/console.ts';
import { bringUpNetwork } from '../system/medium/network.ts';
import {
  becomeMaster,
  hasVolume,
  isBootedBySystemd,
  keepPublicKeys,
  sessionTexts,
  settleDevices,
  showBundledBases,
} from '../system/medium/session.ts';
import { openSsh, setKeyboard } from '../system/medium/ssh.ts';
import { endMachine } from '../system/process/power.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { runShell } from '../system/process/run-shell.ts';
import { MACHINE_STATE } from '../system/run/state.ts';
import type { AskJob, Asked } from '../install/ask-sections.ts';
import { failedAction } from '../install/failed-action.ts';
import type { FailedRun } from '../install/failure-bundles.ts';
import type { InstallOptions } from '../install/install-options.ts';
import { sessionTranslator, type SessionTranslator } from '../install/session-translator.ts';
import { thisTerminal } from '../install/this-terminal.ts';

// What draws, fetches and installs is loaded when it is needed: the first words on the screen do not wait for it.
const wizardHere = async (io: CommandIo): Promise<number> => await (await import('./wizard.ts')).wizard({}, io);

/** An ended machine takes its time to go down; nothing else may be begun meanwhile. */
const GOING_DOWN_MS = 10 * 60_000;

export async function mediumSession({ console: name }: { readonly console: string }, io: CommandIo): Promise<number> {
  if (process.getuid?.() !== 0 || !(await isBootedBySystemd()))
    throw new XenwrightError({
      code: 'usage',
      exit: EXIT.usage,
      message: `medium-session on ${name} is started by the boot medium alone`,
      hint: 'use install, or the wizard',
    });
  const isMaster = await becomeMaster();
  const texts = await sessionTexts();
  const parsed = withMediumDefaults(parseKernelOptions(texts.commandLine), texts.defaults);
  const { lang } = parsed.options;
  // The wizard begins in it, too, where it can be shown.
  if (lang !== null) process.env['LC_MESSAGES'] = lang;
  const translator = sessionTranslator();
  const { glyphs } = thisTerminal();
  if (lang !== null) await translator.speak(lang);
  const here = actsHere(translator, io);
  if (isMaster) await work({ parsed, translator, here, name }, io);
  else
    await followConsole(
      SESSION_FOLDER,
      name,
      async ({ kind, data }) => await here[kind as keyof ConsoleActs](data as never),
      glyphs,
    );
  return await wizardLoop({
    wizard: async () => await wizardHere(io),
    key: waitForKey,
    shell: here.shell,
    end: endForGood,
    say: (line) => io.out(`${translator.said(line)(glyphs)}\n`),
  });
}

/** What a person does at a console, and what comes of it. */
interface ConsoleActs {
  shell(note: Message): Promise<void>;
  wizard(): Promise<number>;
  ask(job: AskJob): Promise<Asked>;
  secret(question: string): Promise<string>;
}

function actsHere(translator: SessionTranslator, io: CommandIo): ConsoleActs {
  const { glyphs } = thisTerminal();
  return {
    shell: async (note) => await runShell(`${translator.said(note)(glyphs)}\n`),
    wizard: async () => await wizardHere(io),
    ask: async (job) => await (await import('../install/ask-sections.ts')).askSections(job, io),
    secret: askSecret,
  };
}

/** Returns when the wizard is to be everywhere. */
async function work(
  {
    parsed,
    translator,
    here,
    name,
  }: {
    readonly parsed: ParsedOptions;
    readonly translator: SessionTranslator;
    readonly here: ConsoleActs;
    readonly name: string;
  },
  io: CommandIo,
): Promise<void> {
  const { glyphs } = thisTerminal();
  const console = masterConsole(SESSION_FOLDER, glyphs);
  const say = (line: Message, before = '', after = '\n'): void =>
    console.say((characters) => `${before}${translator.said(line)(characters)}${after}`);
  await showBundledBases();
  const sessionIo: CommandIo = {
    readText: io.readText,
    out: (text) => console.say(text),
    err: (text) => console.say(text),
    interactive: io.interactive,
  };
  let prepared: FailedRun['prepared'] = null;
  /** At that console, or here: where it is this one, or is gone. */
  const at = async <K extends keyof ConsoleActs>(
    console: string | null,
    kind: K,
    data: Parameters<ConsoleActs[K]>[0] | null,
  ): Promise<Awaited<ReturnType<ConsoleActs[K]>>> => {
    if (console !== null) say({ key: 'session.goesOn', values: { console } });
    const done = console === null ? null : await doOn(SESSION_FOLDER, console, { kind, data });
    return (done === null ? await here[kind](data as never) : done.result) as Awaited<ReturnType<ConsoleActs[K]>>;
  };
  /** With several consoles nobody knows before which of them a person sits. */
  let asking: Promise<string | null> | null = null;
  const whereTo = async (line: Message): Promise<string | null> => {
    if ((await otherConsoles(SESSION_FOLDER)).length === 0) return null;
    say(line);
    await console.key(null);
    return console.from();
  };
  const askAt = async (): Promise<string | null> => await (asking ??= whereTo({ key: 'session.askWhere' }));
  const ports: SessionPorts = {
    say,
    tick: (line, isNewLine = false) => say(line, isNewLine ? '\n' : '\r', ' '),
    speak: translator.speak,
    key: console.key,
    lastLines: console.lastLines,
    logPath: console.logPath,
    devices: () => settleDevices(),
    keyboard: setKeyboard,
    network: bringUpNetwork,
    shell: async (note, where) => {
      await at(where === undefined ? console.from() : await whereTo(where), 'shell', note);
    },
    end: endForGood,
    now: Date.now,
    labelled: async () => ((await hasVolume(PROFILE_LABEL)) ? `label:${PROFILE_LABEL}/profile.yaml` : null),
    ssh: openSsh,
    fetch: async (sources, options, { onWait, onSlow }, signal) =>
      await (
        await import('../system/source/fetch-profile.ts')
      ).fetchProfile(sources, {
        identity: await (await import('../install/machine-here.ts')).machineHere({}, sessionIo),
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
      }),
    install: async (fetched, options, found, onPrepared, end) =>
      await (
        await import('./install.ts')
      ).install(
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
    bundles: async () =>
      await (
        await import('../install/failure-bundles.ts')
      ).failureBundles({
        stateFolder: MACHINE_STATE,
        prepared,
        report: parsed.options.report,
        logs: [console.logPath],
        tls: parsed.options.tls,
      }),
    wizard: async () => await at(console.from(), 'wizard', null),
    bootLocalDisk: async () => {
      await bootLocalDisk(say);
      await goingDown();
    },
  };
  await runSession(parsed, ports);
  console.wizardEverywhere();
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
  if (/^http:/i.test(pubkey))
    throw new XenwrightError({
      code: 'usage',
      exit: EXIT.usage,
      message: 'xenwright.pubkey= over plain HTTP protects nothing',
      hint: 'put the key on the medium (medium build), or name an https:// address',
    });
  return await io.readText(pubkey);
}

async function endForGood(how: 'reboot' | 'poweroff'): Promise<void> {
  await endMachine(how);
  await goingDown();
}

async function goingDown(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, GOING_DOWN_MS);
  });
}
