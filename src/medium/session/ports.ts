/** What a session on the booted medium needs of the machine and its consoles. */
import type { FarRun } from '../../report/how-far.ts';
import type { Locale } from '../../i18n/locales.ts';
import type { Message } from '../../i18n/phrase.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import type { FailedAction } from '../../report/first-failure.ts';
import type { KernelOptions } from './kernel-options.ts';

export interface NetworkOutcome {
  /** `eth0 192.0.2.5/24`, one a NIC. */
  readonly addresses: readonly string[];
  /** From DHCP. */
  readonly source: string | null;
}
/** What is found out while the network comes up. */
export interface Meanwhile {
  /** All that is plugged in is known: until then a missing network card, or one without a carrier, means nothing. */
  readonly devices: Promise<unknown>;
  /** Is a profile's address from DHCP wanted? Then the other network cards are waited for, too. */
  readonly wantsSource: Promise<boolean>;
}
interface Waiting {
  readonly secondsLeft: number;
  readonly attempt: number;
  readonly lastWords: readonly Message[];
}
/** `onSlow`: a SOURCE takes its time, and why it may. */
interface WhileFetching {
  onWait(waiting: Waiting): void;
  onSlow(note: Message): void;
}
export interface Fetched {
  readonly source: string;
  readonly text: string;
}
export interface SessionPorts {
  /** A line on every console, in the session's language where a console can show it. */
  say(line: Message): void;
  /** Over the line that stands there; `isNewLine`: on a new one. */
  tick(line: Message, isNewLine?: boolean): void;
  /** What is said from now on. */
  speak(language: Locale): Promise<void>;
  /** The next key, or null after so many seconds (none: for ever); `onSecond` is told how many are left. */
  key(seconds: number | null, onSecond?: (left: number) => void, signal?: AbortSignal): Promise<string | null>;
  /** All that is plugged in is known. */
  devices(): Promise<void>;
  keyboard(layout: string): Promise<void>;
  /** Comes up while devices are still looked for. */
  network(options: KernelOptions, meanwhile: Meanwhile): Promise<NetworkOutcome>;
  /** The SOURCE on a volume with our label, if one is plugged in. */
  labelled(): Promise<string | null>;
  /** Lines for people: fingerprint, one-time password. */
  ssh(options: KernelOptions, more: readonly string[]): Promise<readonly Message[]>;
  fetch(
    sources: readonly string[],
    options: KernelOptions,
    listener: WhileFetching,
    signal: AbortSignal,
  ): Promise<Fetched>;
  /**
   * `install`, with its exit code; when `install.onFinish` says so it ends the machine with `end`, and comes back only
   * if that fails.
   */
  install(
    fetched: Fetched,
    options: KernelOptions,
    found: boolean,
    onPrepared: (profile: EffectiveProfile) => void,
    end: SessionPorts['end'],
  ): Promise<number>;
  /** What failed first in the run that was just tried; null where nothing did, or nobody knows. */
  failedAction(): Promise<FailedAction | null>;
  /** How far that run came; null where none has begun, or nobody knows. */
  howFar(): Promise<FarRun | null>;
  wizard(): Promise<number>;
  /**
   * `where`: nobody has pressed a key for it; where there are several consoles this is said, and it opens at the one
   * where a key is pressed.
   */
  shell(note: Message, where?: Message): Promise<void>;
  /** Comes back only if the machine does not go down. */
  end(how: 'reboot' | 'poweroff'): Promise<void>;
  /** Keeps support bundles of a run that failed; lines for people. */
  bundles(): Promise<readonly Message[]>;
  /** Into the system on the disk, with nothing written to it. Returns only when it cannot. */
  bootLocalDisk(): Promise<void>;
  /** The last lines that were said, and where all of it is. */
  lastLines(): readonly string[];
  /** What was said up to now is no part of what comes: another attempt begins. */
  forgetLines(): void;
  readonly logPath: string;
  now(): number;
}
