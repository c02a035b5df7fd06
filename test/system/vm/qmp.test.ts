import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openQmp } from '../../../src/system/vm/qmp.ts';

interface Asked {
  readonly execute: string;
  readonly arguments: unknown;
  readonly id: number;
}

const folder = mkdtempSync(join(tmpdir(), 'xw-qmp-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** The other end of a control socket: `answer` says what comes back for each command. */
async function pretendQemu(
  answer: (asked: Asked) => object | null,
): Promise<{ socket: Socket; asked: Asked[]; end(): void }> {
  const asked: Asked[] = [];
  const clients: Socket[] = [];
  count += 1;
  const path = join(folder, `control-${count}`);
  const server = createServer((client) => {
    clients.push(client);
    client.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
    client.on('data', (chunk) => {
      for (const line of String(chunk)
        .split('\n')
        .filter((text) => text !== '')) {
        const message = JSON.parse(line) as Asked;
        asked.push(message);
        const reply = answer(message);
        if (reply !== null)
          client.write(`${JSON.stringify({ event: 'RESUME' })}\r\n${JSON.stringify({ ...reply, id: message.id })}\r\n`);
      }
    });
  }).listen(path);
  await once(server, 'listening');
  return {
    socket: connect(path),
    asked,
    end: () => {
      for (const client of clients) client.destroy();
      server.close();
    },
  };
}

test('commands follow the greeting, and each gets its own answer, whatever comes between', async () => {
  const qemu = await pretendQemu(({ execute }) => (execute === 'slow' ? null : { return: execute }));
  const events: string[] = [];
  const control = openQmp(qemu.socket, (name) => events.push(name));
  const quick = control.execute('query-status');
  expect(await quick).toBe('query-status');
  expect(qemu.asked.map((message) => message.execute)).toEqual(['qmp_capabilities', 'query-status']);
  expect(events).toEqual(['RESUME', 'RESUME']);
});

test('a refusal comes back as what QEMU said', async () => {
  const qemu = await pretendQemu(({ execute }) =>
    execute === 'device_add'
      ? { error: { class: 'GenericError', desc: 'no slot/function available for virtio-blk-pci' } }
      : { return: {} },
  );
  await expect(openQmp(qemu.socket).execute('device_add', { driver: 'virtio-blk-pci' })).rejects.toThrow(
    'no slot/function available',
  );
});

test('nobody waits for a machine that has ended', async () => {
  const qemu = await pretendQemu(({ execute }) => (execute === 'qmp_capabilities' ? { return: {} } : null));
  const control = openQmp(qemu.socket);
  const waiting = control.execute('query-status');
  setTimeout(() => qemu.end(), 20);
  await expect(waiting).rejects.toThrow('QEMU has ended');
  await expect(control.execute('query-status')).rejects.toThrow('QEMU has ended');
});
