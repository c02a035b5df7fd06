/**
 * Sums in threads of their own, over memory that the reader shares with them: one thread a sum, so that neither waits
 * for the other.
 */
import thread from '../../../assets/threads/checksum.cjs' with { type: 'text' };
import { Worker } from 'node:worker_threads';
import type { Summing } from '../../medium/copy/copier.ts';
import type { ImplantedChecksum } from '../../medium/copy/implanted-checksum.ts';

interface Thread {
  update(slot: number, offset: number, length: number): Promise<void>;
  digest(): Promise<string>;
}

function startThread(
  algorithm: string,
  slots: readonly Uint8Array[],
  endBytes: number,
  blank: ImplantedChecksum['blank'] | null,
): Thread & { end(): Promise<void> } {
  const worker = new Worker(thread, { eval: true, workerData: { algorithm, slots, endBytes, blank } });
  worker.unref();
  const queue: { resolve(value: string): void; reject(error: Error): void }[] = [];
  worker.on('message', ({ digest }: { digest?: string }) => {
    queue.shift()?.resolve(digest ?? '');
  });
  worker.on('error', (error) => {
    for (const waiting of queue.splice(0)) waiting.reject(error instanceof Error ? error : new Error(String(error)));
  });
  const ask = (message: object): Promise<string> =>
    new Promise((resolve, reject) => {
      queue.push({ resolve, reject });
      worker.postMessage(message);
    });
  return {
    update: async (slot, offset, length) => {
      await ask({ slot, offset, length });
    },
    digest: () => ask({ end: true }),
    end: async () => {
      await worker.terminate();
    },
  };
}

/** SHA-256 of everything, and MD5 in isomd5sum's way where one was implanted. */
export function startChecksums(
  slots: readonly Uint8Array[],
  implanted: ImplantedChecksum | null,
): Summing & { end(): Promise<void> } {
  const sha256 = startThread('sha256', slots, Number.MAX_SAFE_INTEGER, null);
  const md5 = implanted === null ? null : startThread('md5', slots, implanted.endBytes, implanted.blank);
  return {
    update: async (slot, offset, length) => {
      await Promise.all([sha256.update(slot, offset, length), md5?.update(slot, offset, length)]);
    },
    digest: async () => ({ sha256: await sha256.digest(), md5: md5 === null ? null : await md5.digest() }),
    end: async () => {
      await Promise.all([sha256.end(), md5?.end()]);
    },
  };
}

/** Memory that threads and the kernel share; each slot begins at a page, as direct reads and writes of devices want it. */
export function sharedSlots(count: number, slotBytes: number): Uint8Array[] {
  const pages = Math.ceil((count * slotBytes) / 65_536);
  // Its types come with those of browsers only.
  const { WebAssembly: wasm } = globalThis as unknown as {
    WebAssembly: { Memory: new (options: object) => { buffer: SharedArrayBuffer } };
  };
  const { buffer } = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  return Array.from({ length: count }, (_, index) => new Uint8Array(buffer, index * slotBytes, slotBytes));
}
