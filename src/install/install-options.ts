/** What an install is asked for: the options of the command line, and those of whoever starts it for a person. */
import type { EffectiveProfile } from '../profile/effective.ts';
import type { Wanted } from '../system/process/provide-tools.ts';
import type { AskOptions } from './ask-sections.ts';
import type { LoadOptions } from './prepare.ts';

/** What may follow, by the key that asks for it: each is given the exit code of the run, and gives that of the command. */
export type Choices = Partial<Readonly<Record<'edit' | 'boot' | 'reboot', (exit: number) => Promise<number>>>>;

export interface InstallOptions extends LoadOptions {
  readonly image: readonly string[];
  readonly set: readonly string[];
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly yes?: boolean;
  readonly ui?: string;
  readonly state?: string;
  readonly only?: string;
  readonly jobs?: string;
  readonly replay?: string;
  /** Where events are reported, whatever the profile says (`xenwright.report=`). */
  readonly report?: string;
  /** Go on by itself with an unfinished run (the quick start). */
  readonly resumeIfInterrupted?: boolean;
  /**
   * The SOURCE was found (by a label, by DHCP), not named by anybody: only blank disks are taken unless the profile
   * says otherwise.
   */
  readonly found?: boolean;
  /** Ask on screen for what a profile leaves out that must be known. */
  readonly ask?: boolean;
  /** Asks in other places than this terminal: the sections of a profile, and passwords. */
  readonly askOn?: NonNullable<AskOptions['askOn']>;
  readonly askSecret?: (question: string) => Promise<string>;
  /** The profile with the answers of a person in it, in place of what SOURCE says. */
  readonly answered?: string;
  /** Told once it is known what is to be installed; who asks for it also does what `install.onError` says. */
  onPrepared?(profile: EffectiveProfile): void;
  /**
   * Ends this machine as `install.onFinish` says, in place of only asking for it: whoever called has nothing more to
   * say then.
   */
  readonly end?: (how: 'reboot' | 'poweroff') => Promise<void>;
  /** The terminal that a person uses, by its name; null: nobody does. Default: this process's own. */
  readonly usedConsole?: string | null;
  /** Everything that is printed of a run, for other consoles. */
  mirror?(text: string): void;
  /** What a person types to go on; default: the same command with --resume. */
  readonly resumeCommand?: string;
  /** Tools of what follows the install: they are there before it begins. */
  readonly alsoNeeds?: Wanted;
  /** Progress goes to standard error, since standard output is for a verdict (rehearse). */
  readonly toStandardError?: boolean;
  /** What the last screen of a watched install offers besides leaving; default: boot the image, or restart this machine. */
  readonly choices?: Choices;
  /** Can be taken along from the watched run. */
  readonly profile?: { readonly name: string; readonly text: string };
  /**
   * This process runs behind one that shows it (see watched-install): nothing is printed, and only the plan that was
   * agreed to is carried out.
   */
  readonly background?: {
    readonly planHash: string;
    /** Passwords that were asked there. */
    readonly answers: ReadonlyMap<string, string>;
    opened(): void;
    listening(folder: string): void;
    isWatched(): boolean;
  };
}
