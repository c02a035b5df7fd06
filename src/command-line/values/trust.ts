/** What a profile or a server must show. */
import { EXIT, failure } from '../../errors.ts';

const HEX_SHA256 = /^[0-9a-f]{64}$/i;

/** A checksum of a file. */
export function sha256(text: string): string {
  if (HEX_SHA256.test(text)) return text;
  throw failure('usage.sha256', EXIT.usage, { given: text });
}

/** The fingerprint of a server's certificate. */
export function tlsFingerprint(text: string): string {
  if (HEX_SHA256.test(plainFingerprint(text) ?? '')) return text;
  throw failure('usage.fingerprint', EXIT.usage, { given: text });
}

/** Hex alone, as people and openssl write it otherwise. */
export function plainFingerprint(given: string | undefined): string | undefined {
  return given
    ?.replaceAll(/[:\s]/g, '')
    .replace(/^sha-?256/i, '')
    .toLowerCase();
}
