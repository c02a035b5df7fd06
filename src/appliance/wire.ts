/** What the engine's side and the agent in the appliance say to each other: JSON, one object a line. Pure. */
import type { OutputStream } from '../actions/kind.ts';
import type { EventError } from '../engine/events.ts';
import type { Action, SecretRef } from '../plan/action.ts';

export type ToAgent =
  | {
      readonly type: 'run';
      readonly action: Action;
      readonly timeScale: number;
      /** Bases that were plugged in as disks. */
      readonly disks: readonly string[];
    }
  | { readonly type: 'cancel'; readonly id: string }
  | { readonly type: 'secret'; readonly request: number; readonly value: string | null }
  | { readonly type: 'close' };
export type FromAgent =
  | { readonly type: 'hello'; readonly uptimeSeconds: number }
  | { readonly type: 'output'; readonly id: string; readonly stream: OutputStream; readonly text: string }
  | {
      readonly type: 'progress';
      readonly id: string;
      readonly done: number;
      readonly total: number;
      readonly unit: string;
    }
  | { readonly type: 'report'; readonly id: string; readonly fact: { sshHostKey?: string; address?: string } }
  | { readonly type: 'secret'; readonly request: number; readonly ref: SecretRef }
  | { readonly type: 'finished'; readonly id: string; readonly error: (EventError & { readonly exit: number }) | null }
  | { readonly type: 'closed' };

/** One message as a line. */
export function encode(message: ToAgent | FromAgent): string {
  return `${JSON.stringify(message)}\n`;
}

/** Splits what arrives into messages; half a line waits for its rest. Lines that are no JSON are left out. */
export function decoder<T>(onMessage: (message: T) => void): (chunk: string) => void {
  // A long line comes in many pieces: they are joined once, at its end.
  let pieces: string[] = [];
  return (chunk) => {
    pieces.push(chunk);
    if (!chunk.includes('\n')) return;
    const lines = pieces.join('').split('\n');
    pieces = [lines.pop() ?? ''];
    for (const line of lines) {
      let message: T;
      try {
        message = JSON.parse(line) as T;
      } catch {
        continue;
      }
      onMessage(message);
    }
  };
}
