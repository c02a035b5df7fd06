/** Carries out actions in the appliance: the small virtual machine that has the images as its disks. */
import { noticeText } from '../i18n/notices.ts';
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { Executor, ExecutorEvents } from '../actions/kind.ts';
import type { Action, SecretRef } from '../plan/action.ts';
import { basesOf, readsOnce } from './base-disks.ts';
import { decoder, encode, type FromAgent, type ToAgent } from './wire.ts';

/** A running appliance, as the executor sees it. */
export interface ApplianceLink {
  send(line: string): void;
  onData(listener: (chunk: string) => void): void;
  /** Plugs a base in as a disk; false when it can only be read from the shared folder. */
  giveBase(hash: string): Promise<boolean>;
  /** Unplugs it: it is not read again. */
  takeBack(hash: string): Promise<void>;
  /** Resolves when the machine is gone, with what its console said last. */
  readonly gone: Promise<string>;
  /** Why it is gone, where that is known and was not the machine's own doing. */
  fault?(): XenwrightError | null;
  /** Ends the machine at once. */
  kill(): void;
}

interface Booted {
  readonly link: ApplianceLink;
  readonly timeScale: number;
}
interface Job {
  readonly events: ExecutorEvents;
  resolve(): void;
  reject(error: Error): void;
}

/** Slower than this many times is not believed: a hung start must not stretch every limit for ever. */
const MOST_TIME_SCALE = 20;
/** Kernel to agent on an ordinary machine with hardware virtualization. */
const ORDINARY_BOOT_SECONDS = 1.5;
/** Of a start that failed, in the log. */
const LINES_OF_FIRST_START = 10;

export class ApplianceExecutor implements Executor {
  readonly #start: () => Promise<ApplianceLink>;
  readonly #secret: (ref: SecretRef) => Promise<string>;
  readonly #jobs = new Map<string, Job>();
  #link: Promise<Booted> | null = null;
  #machine: ApplianceLink | null = null;
  #up = false;
  #closing = false;
  /** Why no other machine is started: it would fail the same way. */
  #fault: XenwrightError | null = null;

  /** `start` boots the machine; it is called at the first action, and again after a machine was lost. */
  constructor(start: () => Promise<ApplianceLink>, secret: (ref: SecretRef) => Promise<string>) {
    this.#start = start;
    this.#secret = secret;
  }

  async run(action: Action, events: ExecutorEvents, signal: AbortSignal): Promise<void> {
    if (this.#fault !== null) throw this.#fault;
    this.#link ??= this.#boot(events);
    const { link, timeScale } = await orAbort(this.#link, signal);
    if (action.kind === 'appliance.start') return;
    const disks: string[] = [];
    for (const hash of basesOf(action)) if (await link.giveBase(hash)) disks.push(hash);
    await new Promise<void>((resolve, reject) => {
      const cancel = (): void => link.send(encode({ type: 'cancel', id: action.id } satisfies ToAgent));
      const settle = (): void => {
        this.#jobs.delete(action.id);
        signal.removeEventListener('abort', cancel);
      };
      this.#jobs.set(action.id, {
        events,
        resolve: () => {
          settle();
          resolve();
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      signal.addEventListener('abort', cancel);
      // It may have ended already, while its base was plugged in.
      void link.gone.then((tail) => this.#jobs.get(action.id)?.reject(this.#whyGone(link, tail)));
      link.send(encode({ type: 'run', action, timeScale, disks } satisfies ToAgent));
      if (signal.aborted) cancel();
    });
    if (readsOnce(action)) for (const hash of disks) await link.takeBack(hash);
  }

  /** Powers the machine off: everything is unmounted and on the disk when this resolves. */
  async close(): Promise<void> {
    if (this.#link === null) return;
    this.#closing = true;
    // A machine that is still booting has written nothing: it need not finish first.
    if (!this.#up) this.#machine?.kill();
    const up = await this.#link.catch(() => null);
    if (up === null) return;
    up.link.send(encode({ type: 'close' } satisfies ToAgent));
    const patience = setTimeout(() => up.link.kill(), 120_000);
    await up.link.gone;
    clearTimeout(patience);
  }

  /**
   * A machine that stops before its agent speaks has written nothing, and emulated kernels now and then do: it gets a
   * second start.
   */
  async #boot(events: ExecutorEvents): Promise<Booted> {
    try {
      return await this.#bootOnce().catch(async (error: unknown) => {
        if (
          this.#closing ||
          this.#fault !== null ||
          !(error instanceof XenwrightError) ||
          error.code !== 'appliance-lost'
        )
          throw error;
        for (const line of error.lastLines.slice(-LINES_OF_FIRST_START)) events.output('stderr', line);
        events.output('notice', noticeText('notices.applianceAgain'));
        return await this.#bootOnce();
      });
    } catch (error) {
      this.#link = null;
      throw error;
    }
  }

  async #bootOnce(): Promise<Booted> {
    const link = await this.#start();
    this.#machine = link;
    this.#up = false;
    if (this.#closing) link.kill();
    const hello = new Promise<number>((resolve, reject) => {
      link.onData(
        decoder<FromAgent>((message) => {
          if (message.type === 'hello') resolve(message.uptimeSeconds);
          else this.#receive(message, link);
        }),
      );
      void link.gone.then((tail) => {
        reject(this.#whyGone(link, tail));
        if (this.#up) this.#link = null;
      });
    });
    const uptimeSeconds = await hello;
    this.#up = true;
    return { link, timeScale: Math.min(MOST_TIME_SCALE, Math.max(1, uptimeSeconds / ORDINARY_BOOT_SECONDS)) };
  }

  #whyGone(link: ApplianceLink, tail: string): XenwrightError {
    this.#fault ??= link.fault?.() ?? null;
    return this.#fault ?? lost(tail);
  }

  #receive(message: FromAgent, link: ApplianceLink): void {
    switch (message.type) {
      case 'output':
        this.#jobs.get(message.id)?.events.output(message.stream, message.text);
        break;
      case 'progress':
        this.#jobs.get(message.id)?.events.progress(message.done, message.total, message.unit);
        break;
      case 'report':
        this.#jobs.get(message.id)?.events.report(message.fact);
        break;
      case 'secret':
        void this.#secret(message.ref)
          .then(
            (value) => value,
            () => null,
          )
          .then((value) => link.send(encode({ type: 'secret', request: message.request, value } satisfies ToAgent)));
        break;
      case 'finished': {
        const job = this.#jobs.get(message.id);
        if (message.error === null) job?.resolve();
        else job?.reject(new XenwrightError(message.error));
        break;
      }
      default:
        break;
    }
  }
}

/** Waits for something unless told to stop. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = (): XenwrightError => failure('interrupted.appliance', EXIT.interrupted);
  if (signal.aborted) throw stopped();
  let listener = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => reject(stopped());
    signal.addEventListener('abort', listener, { once: true });
  });
  return await Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', listener));
}

function lost(tail: string): XenwrightError {
  return failure('appliance-lost', EXIT.action, {}, { lastLines: tail.split('\n').slice(-40) });
}
