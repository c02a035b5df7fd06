/** Canonical JSON and hashes: the same data gives the same text, whatever the order of its keys. Pure. */
import { createHash } from 'node:crypto';

/**
 * JSON with sorted keys; undefined values are left out. Written out by hand: a replacer that sorts takes several times
 * as long.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => (item === undefined ? 'null' : canonicalJson(item))).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (item !== undefined) entries.push(`${JSON.stringify(key)}:${canonicalJson(item)}`);
  }
  return `{${entries.join(',')}}`;
}

/** SHA-256 of the canonical JSON, in hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** The hash of a plan without its own: what actions are called in which language is no part of what they do. */
export function planHash<Body extends { readonly actions: readonly { readonly said?: unknown }[] }>(
  body: Body,
): string {
  return hashOf({ ...body, actions: body.actions.map(({ said: _said, ...action }) => action) });
}
