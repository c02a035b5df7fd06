/** One request to a webhook or a report server: what came of it, in words. */
import { english } from '../../i18n/english.ts';
import { request, type IncomingMessage } from 'node:http';
import { XenwrightError } from '../../errors.ts';
import { answerTo } from './answer-to.ts';
import { connectTo, type TlsPin } from './connect.ts';

export interface PostAnswer {
  readonly isTaken: boolean;
  readonly status: number | null;
  readonly reason: string;
}
export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly signal: AbortSignal;
  readonly pin: TlsPin | null;
}
const SHOWN_BYTES = 300;

/** Never throws. A redirect counts as a refusal: a signed report goes where it was meant to go, or nowhere. */
export async function post(
  address: string,
  method: 'POST' | 'PUT',
  { headers, body, signal, pin }: PostOptions,
): Promise<PostAnswer> {
  try {
    const url = new URL(address);
    const socket = await connectTo(url, pin, signal);
    const sent = request({
      createConnection: () => socket,
      method,
      host: url.hostname,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, connection: 'close', ...headers },
      signal,
    });
    const answered = answerTo(sent);
    sent.end(body);
    const response = await answered;
    const said = await beginning(response);
    const { statusCode: status = 0, statusMessage = '' } = response;
    if (status >= 200 && status < 300) return { isTaken: true, status, reason: '' };
    return {
      isTaken: false,
      status,
      reason: english('errors.medium-unreachable.reasons.answered', {
        answer: `${status} ${statusMessage}`.trimEnd() + (said === '' ? '' : `: ${said}`),
      }),
    };
  } catch (error) {
    return {
      isTaken: false,
      status: null,
      reason: isTimeout(error, signal) ? english('cli.install.noAnswerInTime') : reasonIn(error),
    };
  }
}

function isTimeout(error: unknown, signal: AbortSignal): boolean {
  return (
    !(error instanceof XenwrightError) &&
    signal.aborted &&
    (signal.reason as Error | undefined)?.name === 'TimeoutError'
  );
}

/** Where several addresses of a name were tried, the sum of it has no words of its own. */
function reasonIn(error: unknown): string {
  const { message, code = '' } = error as NodeJS.ErrnoException;
  return message === '' ? code : message;
}

/** What a server says may be without end: its beginning is enough. */
async function beginning(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += (chunk as Buffer).toString('utf8');
    if (text.length >= SHOWN_BYTES) break;
  }
  return text
    .slice(0, SHOWN_BYTES)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
}
