/** Answers one request to `medium serve`. */
import { isSignedBy, SIGNATURE_HEADER } from '../report/webhook.ts';
import { statusPage } from './page.ts';
import type { HttpAnswer, HttpRequest, OpenFile, ReportStore } from './ports.ts';
import { receivedEvents } from './received.ts';
import { contentType, rangeOf, routeOf } from './routes.ts';
import type { Station } from './station.ts';

export interface Serving {
  readonly folder: string;
  readonly secret: string | null;
  readonly station: Station;
  readonly store: ReportStore;
  readonly openFile: OpenFile;
}

/** A batch is far smaller; one single event may be large. */
const REPORT_LIMIT_BYTES = 8 * 1024 * 1024;
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

async function takeReport(request: HttpRequest, { secret, station }: Serving): Promise<HttpAnswer> {
  const body = await request.body(REPORT_LIMIT_BYTES);
  if (body === null) return { status: 413, body: 'too large\n' };
  if (secret !== null && !isSignedBy(body, secret, request.header(SIGNATURE_HEADER))) return unsigned;
  const received = receivedEvents(body.toString('utf8'));
  if (received.events.length > 0 && !(await station.take(received)))
    return { status: 507, body: 'no more can be kept of it\n' };
  if (received.faults.length === 0) return { status: 204 };
  return {
    status: 400,
    body: `not the events of one run: ${received.events.length} taken\n${received.faults.join('\n')}\n`,
  };
}

async function takeBundle(request: HttpRequest, name: string, { secret, store }: Serving): Promise<HttpAnswer> {
  if (secret !== null && request.header(SIGNATURE_HEADER) === undefined) return unsigned;
  const result = await store.saveBundle(name, request.stream, request.header(SIGNATURE_HEADER), secret);
  if (result === 'unsigned') return unsigned;
  return result === 'saved' ? { status: 201, body: 'kept\n' } : { status: 413, body: 'too large\n' };
}

async function handOut(
  request: HttpRequest,
  parts: readonly string[],
  { folder, openFile }: Serving,
): Promise<HttpAnswer> {
  const file = await openFile(folder, parts);
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
