/** What the wizard knows of the machine that it runs on. */
import type { Facts, SourceMedium } from '../../facts/facts.ts';
import { imageMachine } from '../../facts/image-machine.ts';

/** Which medium is looked for; an image's is a file, also when it comes from an address. */
export interface WantedMedium {
  readonly source: string;
  readonly forImage: boolean;
}
/** Null: it could not be looked into, and why. */
export interface ProbedMedium extends WantedMedium {
  readonly found: SourceMedium | null;
  readonly reason: string;
}

/** What the wizard knows of this machine. */
export interface Environment {
  /** This machine, probed. */
  readonly facts: Facts;
  /** Hex; what an image's MACs and UUIDs come from. */
  readonly imageSeed: string;
  /** Public keys of the person at the keyboard. */
  readonly ownKeys: readonly string[];
  /** Runs from a boot medium: then this machine's disks are the target by default. */
  readonly isMedium: boolean;
  /** May this process install? */
  readonly isRoot: boolean;
  /** A machine that is booted here from an image is emulated whole. Absent: nobody boots one. */
  readonly emulates?: boolean;
  /** It can mount a filesystem that lies in a file: what an image's plan depends on. */
  readonly mountsImages?: boolean;
  /** The medium that was looked into last. */
  readonly medium?: ProbedMedium;
}

/** What is taken for granted while this machine is still being looked at: nothing is there. */
export const DEFAULT_ENVIRONMENT: Environment = {
  facts: { ...imageMachine({ disks: [], seed: '00', aptSources: { mirrors: [] } }), kind: 'machine' },
  imageSeed: '00',
  ownKeys: [],
  isMedium: false,
  isRoot: true,
};
