import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSource } from '../../src/system/source.ts';

test('a path is read, a missing one is exit 6', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'xw-source-')), 'p.yaml');
  await writeFile(path, 'version: 1\n');
  expect(await readSource(path)).toBe('version: 1\n');
  await expect(readSource(`${path}x`)).rejects.toMatchObject({ exit: 6, code: 'source-unreachable' });
});

test.each(['nfs://server/p.yaml', 'label:X/p.yaml', 'cdrom:/p.yaml'])('%s is refused as not supported yet', async (source) => {
  await expect(readSource(source)).rejects.toMatchObject({ exit: 6, message: expect.stringContaining('not supported yet') });
});

test('HTTP is tried again after a server error, but not after a 404', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/flaky' && asked.length === 1) response.writeHead(503).end('later');
    else if (request.url === '/flaky') response.end('version: 1\n');
    else response.writeHead(404).end('no such profile');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await readSource(`${base}/flaky`)).toBe('version: 1\n');
  await expect(readSource(`${base}/none`)).rejects.toMatchObject({ exit: 6, message: expect.stringContaining('404') });
  expect(asked).toEqual(['/flaky', '/flaky', '/none']);
  server.close();
});
