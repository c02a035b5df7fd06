/** Carries out actions in this process. */
import type { Action, ActionKind } from '../../plan/action.ts';
import type { ActionHandler, Executor } from '../../actions/kind.ts';
import { createLocalContext, type LocalMachine } from './local-context.ts';

export type HandlerTable = { readonly [K in ActionKind]: ActionHandler<K> };

/**
 * An executor over a table of handlers, on this machine. `flush`: an action counts as done once its writes are on the
 * disk.
 */
export function createLocalExecutor(
  machine: LocalMachine,
  handlers: HandlerTable,
  options: { readonly flush: boolean },
): Executor {
  return {
    async run(action: Action, events, signal) {
      const handler = handlers[action.kind] as ActionHandler<ActionKind>;
      const context = createLocalContext(machine, action.id, events, signal);
      await handler.apply(action as never, context);
      if (options.flush) await context.exec(['sync'], { timeoutMs: 30 * 60_000, quiet: true });
    },
  };
}
