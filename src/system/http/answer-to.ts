/** The answer to a request, whatever the server makes of it: there is always one, or an error. */
import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * Rejects with what the socket says. A server that wants to talk something else than HTTP (101, or 2xx to what was no
 * CONNECT) has not answered either, and one that hangs up has not; Node tells nobody of these by itself.
 */
export async function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const other = ({ statusCode = 101, statusMessage = '' }: IncomingMessage): void => {
      sent.destroy();
      reject(new Error(`the server answered ${statusCode} ${statusMessage}, which was not asked for`));
    };
    sent.once('response', resolve);
    sent.once('upgrade', other);
    sent.once('connect', other);
    sent.on('error', reject);
    sent.once('close', () => reject(Object.assign(new Error('the server hung up'), { code: 'ECONNRESET' })));
  });
}
