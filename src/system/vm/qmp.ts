/** QEMU's control socket (QMP): commands, their answers, and what QEMU tells unasked. */
import type { Socket } from 'node:net';
import { decoder } from '../../appliance/wire.ts';

export interface Qmp {
  /** Throws with what QEMU says when it refuses, or when the machine has ended. */
  execute(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

interface Answer {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
export type QmpEventListener = (name: string, data: Readonly<Record<string, unknown>>) => void;
interface Question {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Speaks over a connected socket. The greeting needs no answer but this first command. */
export function openQmp(socket: Socket, onEvent: QmpEventListener = () => undefined): Qmp {
  const waiting = new Map<number, Question>();
  let count = 0;
  let ended = false;
  socket.setEncoding('utf8');
  const receive = decoder<Answer>(({ id, error, return: value, event, data }) => {
    if (event !== undefined) onEvent(event, data ?? {});
    const question = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || question === undefined) return;
    waiting.delete(id);
    if (error === undefined) question.resolve(value);
    else question.reject(new Error(`QEMU: ${error.desc}`));
  });
  socket.on('data', (chunk) => receive(String(chunk)));
  socket.on('close', () => {
    ended = true;
    for (const question of waiting.values()) question.reject(new Error('QEMU has ended'));
    waiting.clear();
  });
  const execute: Qmp['execute'] = (command, parameters = {}) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error('QEMU has ended'));
      count += 1;
      waiting.set(count, { resolve, reject });
      socket.write(`${JSON.stringify({ execute: command, arguments: parameters, id: count })}\n`);
    });
  const ready = execute('qmp_capabilities');
  ready.catch(() => undefined);
  return {
    execute: async (command, parameters) => {
      await ready;
      return await execute(command, parameters);
    },
  };
}
