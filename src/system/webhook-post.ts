/** One request to a webhook or a report server: what came of it, in words. */

export interface PostAnswer { readonly isTaken: boolean; readonly status: number | null; readonly reason: string }
const SHOWN_BYTES = 300;

/** Never throws. A redirect counts as a refusal: a signed report goes where it was meant to go, or nowhere. */
export async function post(url: string, method: 'POST' | 'PUT', headers: Readonly<Record<string, string>>, body: string | Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<PostAnswer> {
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal });
    const said = await beginning(response);
    if (response.ok) return { isTaken: true, status: response.status, reason: '' };
    return { isTaken: false, status: response.status, reason: `the server answered ${response.status} ${response.statusText}`.trimEnd() + (said === '' ? '' : `: ${said}`) };
  } catch (error) {
    const { name, message, cause } = error as Error;
    if (name === 'TimeoutError') return { isTaken: false, status: null, reason: 'the server did not answer in time' };
    return { isTaken: false, status: null, reason: cause instanceof Error ? (cause.message === '' ? String((cause as NodeJS.ErrnoException).code ?? message) : cause.message) : message };
  }
}

/** What a server says may be without end: its beginning is enough. */
async function beginning(response: Response): Promise<string> {
  if (response.body === null) return '';
  let text = '';
  for await (const chunk of response.body) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length >= SHOWN_BYTES) break;
  }
  return text.slice(0, SHOWN_BYTES).replaceAll(/\p{Cc}+/gu, ' ').trim();
}
