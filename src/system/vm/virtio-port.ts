/** A virtio-serial port as the agent sees it: a character device that reads as ended when nobody holds the other end. */
import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { AgentPort } from '../../appliance/agent.ts';

/** Opens the port for both directions, once: the kernel refuses a second opening. Writes keep their order. */
export async function openPort(path: string): Promise<AgentPort & { close(): void }> {
  const file = await open(path, 'r+');
  // Reading the device blocks a thread, and with it the end of this process, even process.exit; a child can be ended.
  const reader = spawn('cat', { stdio: [file.fd, 'pipe', 'inherit'] });
  const received = reader.stdout as Readable;
  received.setEncoding('utf8');
  let tail: Promise<unknown> = Promise.resolve();
  return {
    send(line) {
      const bytes = Buffer.from(line);
      tail = tail
        .then(async () => {
          for (let at = 0; at < bytes.length;)
            at += (await file.write(bytes, at, bytes.length - at, null)).bytesWritten;
        })
        .catch(() => undefined);
    },
    sent: () => tail.then(() => undefined),
    onData(listener) {
      received.on('data', (chunk) => listener(String(chunk)));
    },
    gone: new Promise((resolve) => {
      reader.once('close', () => resolve());
    }),
    close: () => {
      reader.kill();
    },
  };
}

/** Seconds since the kernel started (proc_uptime(5)). */
export async function uptimeSeconds(): Promise<number> {
  return Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
}
