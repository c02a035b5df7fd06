/** The agent in the appliance: takes actions from the wire, carries them out here, tells what happens. */
import { EXIT, failure, fieldsOf } from '../errors.ts';
import type { Executor } from '../actions/kind.ts';
import type { SecretRef } from '../plan/action.ts';
import { readsOnce } from './base-disks.ts';
import { decoder, encode, type FromAgent, type ToAgent } from './wire.ts';

export interface AgentPort {
  send(line: string): void;
  /** Resolves when all that was sent is out. */
  sent(): Promise<void>;
  onData(listener: (chunk: string) => void): void;
  /** The other side is gone. */
  readonly gone: Promise<void>;
}
export interface AgentWork {
  readonly port: AgentPort;
  readonly uptimeSeconds: number;
  /** Makes the executor for this machine; secrets are asked for over the wire. */
  executor(secret: (ref: SecretRef) => Promise<string>, timeScale: () => number): Executor;
  /** Makes a base that was plugged in as a disk the one that actions read. */
  takeBase(hash: string): Promise<void>;
  /** It will be unplugged. */
  leaveBase(hash: string): Promise<void>;
  /** Unmounts and flushes everything. */
  cleanUp(): Promise<void>;
}

/** Works until it is told to close or the other side is gone. */
export async function runAgent(work: AgentWork): Promise<void> {
  const { port } = work;
  const send = (message: FromAgent): void => port.send(encode(message));
  const running = new Map<string, AbortController>();
  const secrets = askedSecrets(send);
  let timeScale = 1;
  const executor = work.executor(secrets.ask, () => timeScale);

  const run = async (message: ToAgent & { type: 'run' }): Promise<void> => {
    const { id } = message.action;
    const abort = new AbortController();
    running.set(id, abort);
    timeScale = message.timeScale;
    let error: (FromAgent & { type: 'finished' })['error'] = null;
    try {
      for (const hash of message.disks) await work.takeBase(hash);
      await executor.run(
        message.action,
        {
          output: (stream, text) => send({ type: 'output', id, stream, text }),
          progress: (done, total, unit) => send({ type: 'progress', id, done, total, unit }),
          report: (fact) => send({ type: 'report', id, fact }),
        },
        abort.signal,
      );
      if (readsOnce(message.action)) for (const hash of message.disks) await work.leaveBase(hash);
    } catch (thrown) {
      error = fieldsOf(thrown);
    }
    running.delete(id);
    send({ type: 'finished', id, error });
  };

  const closed = new Promise<void>((resolve) => {
    port.onData(
      decoder<ToAgent>((message) => {
        if (message.type === 'run') void run(message);
        else if (message.type === 'cancel') running.get(message.id)?.abort();
        else if (message.type === 'close') resolve();
        else secrets.answer(message);
      }),
    );
  });
  send({ type: 'hello', uptimeSeconds: work.uptimeSeconds });
  await Promise.race([closed, port.gone]);
  for (const abort of running.values()) abort.abort();
  await work.cleanUp();
  send({ type: 'closed' });
  await port.sent();
}

interface AskedSecrets {
  ask(ref: SecretRef): Promise<string>;
  answer(message: ToAgent & { type: 'secret' }): void;
}

/** Secrets over the wire: each question has a number, and its answer the same. */
function askedSecrets(send: (message: FromAgent) => void): AskedSecrets {
  const questions = new Map<number, { resolve(value: string): void; reject(error: Error): void }>();
  let asked = 0;
  return {
    ask: (ref) =>
      new Promise((resolve, reject) => {
        asked += 1;
        questions.set(asked, { resolve, reject });
        send({ type: 'secret', request: asked, ref });
      }),
    answer({ request, value }) {
      const question = questions.get(request);
      questions.delete(request);
      if (value === null) question?.reject(failure('secret-missing.other', EXIT.source));
      else question?.resolve(value);
    },
  };
}
