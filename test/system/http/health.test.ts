/** Health checks of a guest, asked from Dom0: it gets the one question, and its answer leads nowhere. */
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthOf } from '../../../src/system/http/health.ts';

const asked: IncomingMessage[] = [];
const web = createHttp((request, response) => {
  asked.push(request);
  if (request.url === '/moved') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  else if (request.url?.startsWith('/endless') === true) response.writeHead(200).write('x');
  else if (request.url === '/sick') response.writeHead(500).end();
  else response.end('well');
});
/** Takes a connection and says nothing. */
const silent = createServer(() => undefined);
const listening = async (server: Server): Promise<number> =>
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
let [port, quiet] = [0, 0];

beforeAll(async () => {
  [port, quiet] = [await listening(web), await listening(silent)];
});
afterAll(() => {
  web.closeAllConnections();
  web.close();
  silent.close();
});

const http = async (path: string, status = 200, at = port, login = ''): Promise<string | null> =>
  await healthOf({ http: `http://${login}localhost:${at}${path}`, status }, '127.0.0.1', 2_000);

test('an open port and the status that is wanted are well', async () => {
  expect(await healthOf({ tcp: port }, '127.0.0.1')).toBeNull();
  expect(await http('/up')).toBeNull();
  expect(await http('/sick', 500)).toBeNull();
  expect(await http('/endless')).toBeNull();
});

test('another status, a redirect, a closed port are not, and the address is told without who logs in', async () => {
  expect(await http('/sick?token=s3cret', 200, port, 'ann:s3cret@')).toBeNull();
  expect(await http('/sick', 200, port, 'ann:s3cret@')).toBe(`http://localhost:${port}/sick answered 500, not 200`);
  expect(await http('/moved')).toBe(
    `http://localhost:${port}/moved answered 302 (a redirect is not followed), not 200`,
  );
  expect(await healthOf({ tcp: 1 }, '127.0.0.1')).toMatch(/^port 1: /);
  expect(asked.at(-2)?.headers.authorization).toBe(`Basic ${Buffer.from('ann:s3cret').toString('base64')}`);
});

test('a guest that takes the connection and says nothing is not waited for', async () => {
  expect(await healthOf({ http: `http://localhost:${quiet}/`, status: 200 }, '127.0.0.1', 300)).toMatch(
    /: no answer within 0 s$/,
  );
});
