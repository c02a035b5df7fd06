/** What a change of a DomU works on: this host. Tests have a folder and stand-in tools. */
import type { ExecOptions, ExecResult } from '../../../actions/kind.ts';
import { guardKept } from '../activate.ts';
import { STARTER_NOTES } from '../../../facts/host-places.ts';
import { exec } from '../../../system/process/exec.ts';

export interface ChangeWorld {
  /** Before every path of the host; empty on the host itself. */
  readonly root: string;
  /** Where a change is kept until it is done. */
  readonly pending: string;
  /** One change of the DomUs of this host at a time. */
  readonly lock: string;
  /** Locks of the host's own starter. */
  readonly starts: string;
  run(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Makes the packet filter of the profile that the host keeps now. */
  guard(): Promise<void>;
  /** Between any two things that are done; tests end there, as a kill would. */
  mayGoOn?(): void;
}

const CHANGE_PENDING = '/var/lib/xenwright/domu-change.json';
/** That of `domu add`, too. */
const LOCK = '/run/xenwright/domus.lock';

export const thisWorld: ChangeWorld = {
  root: '',
  pending: CHANGE_PENDING,
  lock: LOCK,
  starts: STARTER_NOTES,
  run: async (argv, options) => await exec(argv, { quiet: true, ...options }),
  guard: guardKept,
};
