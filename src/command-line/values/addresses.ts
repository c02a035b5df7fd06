/** Addresses of servers, and where one listens. */
import { EXIT, failure } from '../../errors.ts';

/** Where events are sent. */
export function reportAddress(text: string): string {
  if (/^https?:\/\/[^\s"#]+$/.test(text)) return text;
  throw failure('usage.reportAddress', EXIT.usage);
}

/** `ADDRESS:PORT`, `[ADDRESS]:PORT`, `ADDRESS` or `:PORT` */
export function listen(text: string): string {
  listenOf(text);
  return text;
}

/** Taken apart; without an address all of this machine's. */
export function listenOf(text: string): { readonly address: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^:[\]\s]*))(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[3] ?? 8480);
  if (match === null || text === '' || port > 65_535) throw failure('usage.listen', EXIT.usage, { given: text });
  const address = match[1] ?? match[2] ?? '';
  return { address: address === '' ? '0.0.0.0' : address, port };
}
