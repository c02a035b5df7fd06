/** Reports over TLS: the pin that a profile's server had to show counts for reports too. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pinFor } from '../../../src/system/http/connect.ts';
import { post } from '../../../src/system/http/webhook-post.ts';
import { selfSigned, serve, type Certificate, type Served } from './web-server.ts';

let certificate: Certificate;
let server: Served;
let bodies: string[] = [];
beforeAll(async () => {
  certificate = selfSigned();
  server = await serve((request, response) => {
    let body = '';
    request
      .on('data', (part) => {
        body += String(part);
      })
      .on('end', () => {
        bodies.push(`${request.method} ${request.headers['content-length']} ${body}`);
        response.end();
      });
  }, certificate);
});
afterAll(async () => {
  await server.close();
});
const plain = (): string => certificate.fingerprint.replaceAll(':', '').toLowerCase();
const send = async (pin: Parameters<typeof post>[2]['pin']): ReturnType<typeof post> => {
  bodies = [];
  return await post(`${server.url}/report`, 'POST', {
    headers: {},
    body: 'éine',
    signal: AbortSignal.timeout(10_000),
    pin,
  });
};

test('a server whose certificate is pinned takes reports, though nobody has signed it', async () => {
  for (const isOnly of [true, false])
    expect(await send({ fingerprint: plain(), isOnly })).toMatchObject({ isTaken: true });
  expect(bodies).toEqual(['POST 5 éine']);
});

test('without a pin, or with another, nothing is sent to it, and the reason is said', async () => {
  expect(await send(null)).toMatchObject({ isTaken: false, reason: expect.stringMatching(/self.signed/) });
  for (const isOnly of [true, false])
    expect(await send({ fingerprint: '0'.repeat(64), isOnly })).toMatchObject({
      isTaken: false,
      reason: expect.stringContaining(`not ${'0'.repeat(64)}`),
    });
  expect(bodies).toEqual([]);
});

test('the pin is the only certificate for the very server of the profile, and one more for others', () => {
  expect(pinFor('https://a.example/report', 'https://a.example/host.yaml', 'ab')).toEqual({
    fingerprint: 'ab',
    isOnly: true,
  });
  expect(pinFor('https://a.example:8443/report', 'https://a.example/host.yaml', 'ab')).toEqual({
    fingerprint: 'ab',
    isOnly: false,
  });
  expect(pinFor('http://a.example/report', 'https://a.example/host.yaml', 'ab')).toBeNull();
  expect(pinFor('https://a.example/report', 'https://a.example/host.yaml', undefined)).toBeNull();
});
