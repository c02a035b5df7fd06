/** One reading of a SOURCE, from real files and a real server. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSource } from '../../../src/system/source/source.ts';
import { serve } from '../http/web-server.ts';

test('a path is read, a missing one is exit 6', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'xw-source-')), 'p.yaml');
  await writeFile(path, 'version: 1\n');
  expect(await readSource(path)).toBe('version: 1\n');
  expect(await readSource(`file://${path}`)).toBe('version: 1\n');
  await expect(readSource(`${path}x`)).rejects.toMatchObject({ exit: 6, code: 'source-unreachable', isAbsent: true });
});

test('a volume, a disc, or a server that is not there is exit 6, soon, with what to look at', async () => {
  await expect(readSource('label:NO_SUCH/p.yaml')).rejects.toMatchObject({
    exit: 6,
    message: expect.stringMatching(/no volume with the label NO_SUCH|only root/),
    mayCome: expect.any(Boolean),
  });
  await expect(readSource('cdrom:/p.yaml')).rejects.toMatchObject({
    exit: 6,
    message: expect.stringMatching(/optical drive|only root|\/dev\/sr/),
  });
  await expect(readSource('nfs://192.0.2.1/p.yaml', { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
    exit: expect.any(Number),
  });
});

test('a server that sends on is followed, but never out of encryption; one that goes in circles is left', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
    else if (request.url === '/b') response.end('version: 1\n');
    else response.writeHead(302, { location: request.url ?? '' }).end();
  });
  expect(await readSource(`${server.url}/a`)).toBe('version: 1\n');
  await expect(readSource(`${server.url}/circle`)).rejects.toMatchObject({
    message: expect.stringContaining('redirects too often'),
  });
  await server.close();
});

test('what is no profile by its size is not read to its end', async () => {
  const server = await serve((_, response) => {
    response.end(Buffer.alloc(9 * 1024 * 1024));
  });
  await expect(readSource(server.url)).rejects.toMatchObject({ message: expect.stringContaining('larger than 8 MiB') });
  await server.close();
});

test('the server is told who asks, its words are kept, and the password of the address is sent but never shown', async () => {
  const asked: unknown[] = [];
  const server = await serve((request, response) => {
    asked.push(
      Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => name.startsWith('x-xenwright') || name === 'authorization'),
      ),
    );
    response.writeHead(404).end('<html><h1>No   such\n\u001b[31mprofile</h1></html>');
  });
  const error = await readSource(server.url.replace('//', '//me:canary@'), {
    identity: {
      macs: ['52:54:00:12:34:56', '52:54:00:12:34:57'],
      serial: 'S1',
      uuid: null,
      product: 'Box',
      hostname: 'x',
    },
  }).catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({
    isAbsent: true,
    mayCome: false,
    message: expect.stringMatching(/404 Not Found: No such \[31mprofile$/),
  });
  expect(String(error)).not.toContain('canary');
  expect(asked).toEqual([
    {
      authorization: `Basic ${Buffer.from('me:canary').toString('base64')}`,
      'x-xenwright-mac-0': '52:54:00:12:34:56',
      'x-xenwright-mac-1': '52:54:00:12:34:57',
      'x-xenwright-serial': 'S1',
      'x-xenwright-product': 'Box',
    },
  ]);
  await server.close();
});
