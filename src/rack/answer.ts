/** Answers one request to `medium serve`. */
import { setImmediate as othersTurn } from 'node:timers/promises';
import { isSignature, isSignedBy, SIGNATURE_HEADER } from '../report/webhook.ts';
import { Lanes } from './lanes.ts';
import { statusPage } from './page.ts';
import type { HttpAnswer, HttpRequest, Kept, NoBody, OpenFile, ReportStore } from './ports.ts';
import { receivedEvents } from './received.ts';
import { contentType, rangeOf, routeOf } from './routes.ts';
import { senderOf } from './shares.ts';
import type { Station } from './station.ts';

export interface Serving {
  readonly secret: string | null;
  readonly station: Station;
  readonly store: ReportStore;
  readonly openFile: OpenFile;
}

/** A batch is far smaller; one single event may be large. */
const REPORT_LIMIT_BYTES = 8 * 1024 * 1024;
const BUNDLE_LIMIT_BYTES = 64 * 1024 * 1024;
/** What is read of a body takes many times its memory: of large ones only one at a time. */
const LARGE_BYTES = 512 * 1024;
const LARGE = new Lanes(1);
const SMALL = new Lanes(8);
const AGAIN = { 'retry-after': '10' };
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};
const unsigned: HttpAnswer = { status: 401, body: 'not signed with the secret of this server\n' };

export async function answer(request: HttpRequest, serving: Serving): Promise<HttpAnswer> {
  const route = routeOf(request.method, request.path);
  switch (route.kind) {
    case 'page':
      return { status: 200, headers: PAGE_HEADERS, body: statusPage(serving.station.machines, Date.now()) };
    case 'status':
      return {
        status: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body: `${JSON.stringify({ version: 1, machines: serving.station.machines })}\n`,
      };
    case 'report':
      return await takeReport(request, serving);
    case 'bundle':
      return await takeBundle(request, route.name, serving);
    case 'file':
      return await handOut(request, route.parts, serving);
    case 'refused':
      return {
        status: route.status,
        ...(route.allow === undefined ? {} : { headers: { allow: route.allow } }),
        body: { 400: 'not a request for this server\n', 404: 'there is no such file\n', 405: 'not with this method\n' }[
          route.status
        ],
      };
  }
}

/** What became of a body that was not had. */
const NOT_HAD: Readonly<Record<NoBody, HttpAnswer>> = {
  'too-large': { status: 413, body: 'too large\n' },
  busy: { status: 503, headers: AGAIN, body: 'too much is being sent at once; send it again in a while\n' },
  silent: { status: 408, body: 'nothing more came of the body\n' },
  gone: { status: 400, body: 'the body ended in the middle\n' },
};
const NOT_KEPT: Readonly<Record<Exclude<Kept, 'kept'>, HttpAnswer>> = {
  'run-full': { status: 507, body: 'no more can be kept of this run\n' },
  full: { status: 507, body: 'no more can be kept: too much has been received already\n' },
  'disk-full': { status: 507, body: 'no more can be kept: the disk of the server is full\n' },
};

async function takeReport(request: HttpRequest, { secret, station }: Serving): Promise<HttpAnswer> {
  const body = await signedBody(request, REPORT_LIMIT_BYTES, secret);
  if (!Buffer.isBuffer(body)) return body;
  return await (body.length > LARGE_BYTES ? LARGE : SMALL).run(async () => {
    const received = await receivedEvents(body.toString('utf8'), async () => {
      await othersTurn();
    });
    if (received.events.length > 0) {
      const kept = await station.take(received, senderOf(request.from));
      if (kept !== 'kept') return NOT_KEPT[kept];
    }
    if (received.faults.length === 0) return { status: 204 };
    return {
      status: 400,
      body: `not the events of one run: ${received.events.length} taken\n${received.faults.join('\n')}\n`,
    };
  });
}

async function takeBundle(request: HttpRequest, name: string, { secret, store }: Serving): Promise<HttpAnswer> {
  const body = await signedBody(request, BUNDLE_LIMIT_BYTES, secret);
  if (!Buffer.isBuffer(body)) return body;
  const kept = await store.saveBundle(name, body, senderOf(request.from));
  return kept === 'kept' ? { status: 201, body: 'kept\n' } : NOT_KEPT[kept];
}

/** Nothing is read of what has no signature, and nothing is done with what has a wrong one. */
async function signedBody(
  request: HttpRequest,
  limitBytes: number,
  secret: string | null,
): Promise<Buffer | HttpAnswer> {
  const signature = request.header(SIGNATURE_HEADER);
  if (secret !== null && !isSignature(signature)) return unsigned;
  const body = await request.body(limitBytes);
  if (!Buffer.isBuffer(body)) return NOT_HAD[body];
  return secret !== null && !isSignedBy(body, secret, signature) ? unsigned : body;
}

async function handOut(request: HttpRequest, parts: readonly string[], { openFile }: Serving): Promise<HttpAnswer> {
  const file = await openFile(parts);
  if (file === null) return { status: 404, body: 'there is no such file\n' };
  const { sizeBytes } = file;
  const headers = {
    'content-type': contentType(parts.at(-1) ?? ''),
    'accept-ranges': 'bytes',
    'last-modified': file.modified.toUTCString(),
  };
  const range = rangeOf(request.header('range'), sizeBytes);
  if (range === 'none') {
    await file.read(null);
    return { status: 416, headers: { 'content-range': `bytes */${sizeBytes}` } };
  }
  const wanted = range === 'whole' ? { start: 0, end: sizeBytes - 1 } : range;
  const body = await file.read(request.method === 'HEAD' ? null : wanted);
  const partial = range === 'whole' ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}` };
  return {
    status: range === 'whole' ? 200 : 206,
    headers: { ...headers, ...partial, 'content-length': String(wanted.end - wanted.start + 1) },
    ...(body === null ? {} : { body }),
  };
}
