/**
 * A run in a process of its own, with a session of its own: neither Ctrl-C, nor a closed terminal, nor a screen that
 * stands still reaches it. Both sides of the line between it and the process that started it are here.
 */
import { spawn } from 'node:child_process';
import type { ErrorFields } from '../../errors.ts';
import { ownCommand } from './own-program.ts';

/** What the run's process says. `listening`: it can be watched in that folder. */
export type FromBackground =
  | { readonly type: 'listening'; readonly folder: string }
  | { readonly type: 'told'; readonly text: string }
  | { readonly type: 'refused'; readonly error: ErrorFields }
  | { readonly type: 'ended'; readonly exit: number };
export type BackgroundEnd =
  | Exclude<FromBackground, { type: 'listening' | 'told' }>
  | { readonly type: 'died'; readonly how: string };

export interface BackgroundRun {
  readonly pid: number;
  /** The folder it can be watched in; null when it ended before. */
  readonly listening: Promise<string | null>;
  readonly ended: Promise<BackgroundEnd>;
  /** What it had to say to people, so far. */
  told(): string;
  /** As Ctrl-C would stop it. */
  stop(): void;
  /** Lets it go on without us. */
  release(): void;
}

/** Starts `xenwright install-behind` and gives it its request. */
export function startBackgroundRun(request: unknown): BackgroundRun {
  const [executable = '', ...args] = ownCommand('install-behind');
  const child = spawn(executable, args, { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const listening = Promise.withResolvers<string | null>();
  const ended = Promise.withResolvers<BackgroundEnd>();
  let text = '';
  let end: BackgroundEnd | null = null;
  child.on('message', (raw) => {
    const message = raw as FromBackground;
    if (message.type === 'listening') listening.resolve(message.folder);
    else if (message.type === 'told') text += message.text;
    else end = message;
  });
  const over = (how: string): void => {
    listening.resolve(null);
    ended.resolve(end ?? { type: 'died', how });
  };
  child.on('error', (error) => over(error.message));
  child.on('exit', (code, signal) => {
    // What it said last may still be on its way.
    setImmediate(() => over(signal ?? `exit code ${code ?? '?'}`));
  });
  child.send(request as object, () => undefined);
  return {
    pid: child.pid ?? 0,
    listening: listening.promise,
    ended: ended.promise,
    told: () => text,
    stop: () => {
      child.kill('SIGTERM');
    },
    release() {
      if (child.connected) child.disconnect();
      child.unref();
    },
  };
}

/** The other side: the request, and where to say things. Whoever asked may have gone: then nobody hears it. */
export function behindParent(): {
  readonly request: Promise<unknown>;
  isThere(): boolean;
  send(message: FromBackground): Promise<void>;
} {
  return {
    request: new Promise((resolve, reject) => {
      process.once('message', resolve);
      process.once('disconnect', () => reject(new Error('nobody is there any more who could say what to install')));
    }),
    isThere: () => process.connected === true,
    send: (message) =>
      new Promise((resolve) => {
        if (process.connected !== true || process.send === undefined) resolve();
        else process.send(message, undefined, undefined, () => resolve());
      }),
  };
}
