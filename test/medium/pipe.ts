/** An appliance without a machine: the executor's link and the agent's port, joined by two pipes in memory. */
import type { Executor } from '../../src/actions/kind.ts';
import type { XenwrightError } from '../../src/errors.ts';
import type { ApplianceLink } from '../../src/appliance/executor.ts';
import { runAgent, type AgentPort, type AgentWork } from '../../src/appliance/agent.ts';
import type { Action, SecretRef } from '../../src/plan/action.ts';

export type Work = (
  action: Action,
  use: {
    readonly secret: (ref: SecretRef) => Promise<string>;
    readonly timeScale: () => number;
    readonly events: Parameters<Executor['run']>[1];
    readonly signal: AbortSignal;
  },
) => Promise<void>;

export interface Pretended {
  readonly start: () => Promise<ApplianceLink>;
  readonly wire: string[];
  readonly taken: string[];
  /** Unmounted inside, and unplugged outside. */
  readonly left: string[];
  readonly back: string[];
  readonly starts: () => number;
  readonly cleaned: () => boolean;
  /** The machine ends at once. */
  crash(): void;
}

export function pretendAppliance(
  work: Work,
  options: {
    readonly uptimeSeconds?: number;
    readonly says?: string;
    readonly fullOfDisks?: boolean;
    readonly silent?: boolean;
    /** So many starts end before the agent speaks. */
    readonly failedStarts?: number;
    readonly endsAtDisk?: boolean;
    readonly fault?: XenwrightError;
  } = {},
): Pretended {
  const wire: string[] = [];
  const taken: string[] = [];
  const left: string[] = [];
  const back: string[] = [];
  let starts = 0;
  let cleaned = false;
  let crash = (): void => undefined;
  const start = async (): Promise<ApplianceLink> => {
    starts += 1;
    const [toAgent, fromAgent] = [pipe(wire), pipe(wire)];
    const gone = new Promise<string>((resolve) => {
      crash = () => resolve(options.says ?? 'Kernel panic - not syncing');
    });
    const port: AgentPort = {
      send: fromAgent.write,
      sent: async () => undefined,
      onData: toAgent.listen,
      gone: gone.then(() => undefined),
    };
    const agentWork: AgentWork = {
      port,
      uptimeSeconds: options.uptimeSeconds ?? 3,
      executor: (secret, timeScale) => ({
        run: (action, events, signal) => work(action, { secret, timeScale, events, signal }),
      }),
      takeBase: async (hash) => {
        taken.push(hash);
      },
      leaveBase: async (hash) => {
        left.push(hash);
      },
      cleanUp: async () => {
        cleaned = true;
      },
    };
    if (starts <= (options.failedStarts ?? 0)) setImmediate(() => crash());
    else if (options.silent !== true) void runAgent(agentWork).then(() => crash());
    return {
      send: toAgent.write,
      onData: fromAgent.listen,
      giveBase: async () => {
        if (options.endsAtDisk === true) {
          crash();
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        }
        return options.fullOfDisks !== true;
      },
      takeBack: async (hash) => {
        back.push(hash);
      },
      gone,
      fault: () => options.fault ?? null,
      kill: () => crash(),
    };
  };
  return { start, wire, taken, left, back, starts: () => starts, cleaned: () => cleaned, crash: () => crash() };
}

function pipe(log: string[]): { write(text: string): void; listen(listener: (chunk: string) => void): void } {
  const listeners: ((chunk: string) => void)[] = [];
  return {
    // Later, as a real port does, and cut in two.
    write: (text) => {
      log.push(text);
      const middle = Math.floor(text.length / 2);
      setImmediate(() => {
        for (const chunk of [text.slice(0, middle), text.slice(middle)])
          for (const listener of listeners) listener(chunk);
      });
    },
    listen: (listener) => {
      listeners.push(listener);
    },
  };
}
