/**
 * A receiver of reports on loopback that can be told to be broken. Keeps every request, and each event once, as a
 * receiver should.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export interface Receiver {
  readonly url: string;
  readonly requests: Received[];
  readonly seqs: number[];
  /** Answers with a status, does not answer at all, or takes the report and cuts the line. */
  behave(how: number | 'hang' | 'cut'): void;
  close(): Promise<void>;
}

export async function openReceiver(port = 0): Promise<Receiver> {
  let how: number | 'hang' | 'cut' = 200;
  const requests: Received[] = [];
  const seqs: number[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    if (how === 'hang') return;
    if (how === 200 || how === 'cut') {
      requests.push({ headers: request.headers, body });
      for (const line of body.split('\n')) {
        if (line === '') continue;
        const { seq } = JSON.parse(line) as { seq: number };
        if (seq > (seqs.at(-1) ?? 0)) seqs.push(seq);
      }
    }
    if (how === 'cut') request.socket.destroy();
    else response.writeHead(how).end(how === 200 ? '' : 'out of order');
  };
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => answer(request, response, body));
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/report`,
    requests,
    seqs,
    behave: (next) => {
      how = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
