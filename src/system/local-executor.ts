/** Carries out actions in this process. */
import type { Action } from '../plan/action.ts';
import type { ActionHandler, Executor } from '../actions/kind.ts';
import type { ActionKind } from '../plan/action.ts';
import { createLocalContext, type LocalMachine } from './local-context.ts';

export type HandlerTable = { readonly [K in ActionKind]: ActionHandler<K> };

/** An executor over a table of handlers, on this machine. */
export function createLocalExecutor(machine: LocalMachine, handlers: HandlerTable): Executor {
  return {
    async run(action: Action, events, signal) {
      const handler = handlers[action.kind] as ActionHandler<ActionKind>;
      await handler.apply(action as never, createLocalContext(machine, action.id, events, signal));
    },
  };
}
