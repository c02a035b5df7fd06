/** One running appliance in which whole plans are carried out again and again, on tiny bases, and killed. */
import type { ApplianceExecutor } from '../../../src/appliance/executor.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { applianceOn, command, emptyDisk, outputOf } from './appliance.ts';
import { tinyStore } from './tiny-store.ts';

/**
 * Where a run kills itself: an action, a moment of it (see tiny-run.ts), how long after that, and whether all its
 * commands die too.
 */
export interface Kill {
  readonly id: string;
  readonly moment: string;
  readonly delayMs: number;
  readonly tree: boolean;
}
export interface TinyRun {
  readonly killed: boolean;
  readonly code: number;
  readonly said: string;
  readonly result: string;
  /** Ids and errors of what did not end well, the interrupted ones of the run before included. */
  readonly failures: readonly (readonly [string, { readonly code: string }])[];
  readonly times: Readonly<Record<string, readonly number[]>>;
}
export interface TinyHost {
  /** Runs or resumes a plan with its journal in this state. */
  run(plan: string, state: string, kill?: Kill): Promise<TinyRun>;
  /** What the disk holds now, as text. */
  look(plan: string, state: string): Promise<string>;
  /** Lets go of the disk, so that the next run finds it as after a start. */
  rest(): Promise<void>;
  /** What a command in the appliance says. */
  say(command: string): Promise<string>;
  close(): Promise<void>;
}

const KILLED = 137;

/** `more`: further images, as the disks after the first. */
export async function tinyHost(
  folder: string,
  plans: Readonly<Record<string, Plan>>,
  more: readonly string[] = [],
): Promise<TinyHost> {
  const base = await tinyStore(folder, plans);
  const appliance: ApplianceExecutor = applianceOn(base, [emptyDisk(folder, 'disk', 65_536), ...more], folder);
  const say = (run: string): Promise<string> => outputOf(appliance, command(run));
  return {
    async run(plan, state, kill) {
      const words = kill === undefined ? '-' : `${kill.id} ${kill.moment} ${kill.delayMs} ${kill.tree ? 'tree' : ''}`;
      const said = await say(
        `NODE_COMPILE_CACHE=/tmp/compiled /mnt/node /bases/tiny-run.mjs /tmp/${state} /bases/plan-${plan}.json ${words} 2>&1; echo "exit $?"`,
      );
      const code = Number(/exit (\d+)$/.exec(said)?.[1]);
      const summary = /^\{"result".*\}$/m.exec(said)?.[0];
      return {
        killed: code === KILLED,
        code,
        said,
        result: '',
        failures: [],
        times: {},
        ...(summary === undefined ? {} : (JSON.parse(summary) as object)),
      };
    },
    look: (plan, state) => say(`/mnt/node /bases/tiny-look.mjs /bases/plan-${plan}.json /tmp/${state}`),
    rest: async () => {
      await say('vgchange -an >/dev/null 2>&1; blkdiscard -f /dev/disk/by-id/virtio-xw-disk0; udevadm settle');
    },
    say,
    close: () => appliance.close(),
  };
}
