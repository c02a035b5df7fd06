/**
 * What a host's check says of a DomU, as it comes in from elsewhere. Some of it is the guest's own word: looked at
 * before it is used or shown. Pure.
 */
import { english } from '../i18n/english.ts';
import ipaddr from 'ipaddr.js';
import { cleanLine } from '../clean-text.ts';

/** One DomU: is it up, and if not, why. */
export interface DomuVerdict {
  readonly name: string;
  readonly up: boolean;
  readonly type?: string;
  readonly why: string | null;
  readonly address?: string | null;
  readonly seconds?: number | null;
}

const MOST_CHARACTERS = 1000;

/** Nonsense of one guest becomes that guest's line. */
export function domuVerdictOf(value: unknown): DomuVerdict {
  if (typeof value !== 'object' || value === null) return { name: '?', up: false, why: english('verdict.unreadable') };
  const said = value as Readonly<Record<string, unknown>>;
  const { type, address, seconds } = said;
  return {
    name: textOf(said['name']) ?? '?',
    up: said['up'] === true,
    ...(typeof type === 'string' ? { type: cleanLine(type) } : {}),
    why: textOf(said['why']),
    ...(address === undefined
      ? {}
      : { address: typeof address === 'string' && ipaddr.isValid(address) ? address : null }),
    ...(seconds === undefined ? {} : { seconds: typeof seconds === 'number' ? seconds : null }),
  };
}

/** Of a text in JSON; null when it is not a list. */
export function domuVerdictsIn(text: string): DomuVerdict[] | null {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.map(domuVerdictOf) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? cleanLine(value, MOST_CHARACTERS) : null;
}
