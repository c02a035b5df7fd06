/**
 * So many connections to a server at once, and no more. Where there is no more room, whoever has most of them loses
 * one, which is told so: a newcomer is always heard, however many are kept open by somebody who says nothing.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { senderOf, Shares } from '../../rack/shares.ts';

interface Connection {
  readonly socket: Socket;
  readonly sender: string;
  /** The request that is under way, and its answer. */
  asked: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } | null;
  sinceMs: number;
}

const WORDS = 'too many connections from your address; try again in a while\n';
const BUSY = [
  'HTTP/1.1 503 Service Unavailable',
  'content-type: text/plain; charset=utf-8',
  `content-length: ${WORDS.length}`,
  'retry-after: 10',
  'connection: close',
  '',
  WORDS,
].join('\r\n');
/** For the last words to one that has to go. */
const GOODBYE_MS = 2_000;

export function boundConnections(server: Server, most: number): void {
  const open = new Map<Socket, Connection>();
  const shares = new Shares();
  const drop = (socket: Socket): void => {
    const known = open.get(socket);
    if (known === undefined) return;
    open.delete(socket);
    shares.add(known.sender, -1);
  };
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    if (open.size >= most) {
      const one = leastNeeded([...open.values()].filter(({ sender }) => sender === shares.greediest));
      if (one !== undefined) {
        drop(one.socket);
        sendAway(one);
      }
    }
    const sender = senderOf(socket.remoteAddress ?? '?');
    open.set(socket, { socket, sender, asked: null, sinceMs: Date.now() });
    shares.add(sender, 1);
    socket.once('close', () => drop(socket));
  });
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const known = open.get(incoming.socket);
    if (known === undefined) return;
    known.asked = { incoming, outgoing };
    outgoing.once('close', () => {
      if (known.asked?.outgoing !== outgoing) return;
      known.asked = null;
      known.sinceMs = Date.now();
    });
  });
}

/** The one that has waited or sent longest; of those that are answered, the one that was opened first. */
function leastNeeded(connections: readonly Connection[]): Connection | undefined {
  const isAnswered = ({ asked }: Connection): boolean => asked?.incoming.complete === true;
  const rank = (one: Connection): number => (isAnswered(one) ? Number.MAX_SAFE_INTEGER / 2 : 0) + one.sinceMs;
  return connections.reduce<Connection | undefined>(
    (least, one) => (least === undefined || rank(one) < rank(least) ? one : least),
    undefined,
  );
}

function sendAway({ socket, asked }: Connection): void {
  // In the middle of an answer there is nothing to be said any more.
  if (asked?.outgoing.headersSent === true) {
    socket.destroy();
    return;
  }
  socket.end(BUSY);
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
}
