/** A virtio-serial port as the agent sees it: a character device that reads as ended when nobody holds the other end. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { AgentPort } from '../medium/agent.ts';

/** Opens the port for both directions, once: the kernel refuses a second opening. Writes keep their order. */
export async function openPort(path: string): Promise<AgentPort> {
  const file = await open(path, 'r+');
  const reading = createReadStream(path, { fd: file.fd, autoClose: false, encoding: 'utf8', highWaterMark: 64 * 1024 });
  let tail: Promise<unknown> = Promise.resolve();
  return {
    send(line) {
      const bytes = Buffer.from(line);
      tail = tail.then(async () => {
        for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, null)).bytesWritten;
      }).catch(() => undefined);
    },
    sent: () => tail.then(() => undefined),
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
