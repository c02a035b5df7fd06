/** A virtio-serial port as the agent sees it: a character device that reads as ended when nobody holds the other end. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { AgentPort } from '../medium/agent.ts';

/** Opens the port for both directions. Writes keep their order. */
export async function openPort(path: string): Promise<AgentPort> {
  const writing = await open(path, 'w');
  const reading = createReadStream(path, { encoding: 'utf8', highWaterMark: 64 * 1024 });
  let tail: Promise<unknown> = Promise.resolve();
  return {
    send(line) {
      tail = tail.then(() => writing.writeFile(line)).catch(() => undefined);
    },
    onData(listener) {
      reading.on('data', (chunk) => listener(String(chunk)));
    },
    gone: new Promise((resolve) => {
      reading.on('end', () => resolve());
      reading.on('error', () => resolve());
    }),
  };
}

/** Seconds since the kernel started (proc_uptime(5)). */
export async function uptimeSeconds(): Promise<number> {
  return Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
}
