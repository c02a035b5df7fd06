/** The forms of a SOURCE, taken apart; and what stands beside one. Pure. */
import { dirname, isAbsolute, join, posix } from 'node:path';
import { EXIT, failure, type XenwrightError } from '../errors.ts';
import { withoutSecrets } from '../secret-looks.ts';
import type en from '../../locales/en.json';

export type SourceRef =
  | { readonly kind: 'stdin' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'http'; readonly url: URL }
  | {
      readonly kind: 'nfs';
      readonly server: string;
      /** Below the server's root, with a leading slash. */
      readonly path: string;
    }
  | { readonly kind: 'label'; readonly label: string; readonly path: string }
  | { readonly kind: 'cdrom'; readonly path: string };

/** For hints. */
export const SOURCE_FORMS = { key: 'errors.bad-source.ways.forms' } as const;

/** Throws `bad-source` (exit 2) for what is none of the forms. */
export function parseSource(source: string): SourceRef {
  if (source === '-') return { kind: 'stdin' };
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(source) ?? [];
  switch (scheme?.toLowerCase()) {
    case undefined:
      return { kind: 'path', path: source };
    case 'http':
    case 'https':
      return { kind: 'http', url: urlOf(source) };
    case 'file':
      return { kind: 'path', path: filePath(source, rest ?? '') };
    case 'nfs': {
      const [, server, path] = /^\/\/(\[[0-9a-f:.]+\]|[\w.-]+)(\/.+)$/i.exec(rest ?? '') ?? [];
      if (server === undefined || path === undefined || path.endsWith('/')) throw wrong(source, 'nfs');
      return { kind: 'nfs', server, path: inside(source, path) };
    }
    case 'label': {
      const [, label, path] = /^([^/]+)(\/.+)$/.exec(rest ?? '') ?? [];
      if (label === undefined || path === undefined || path.endsWith('/')) throw wrong(source, 'volume');
      return { kind: 'label', label, path: inside(source, path) };
    }
    case 'cdrom':
      if (!/^\/+[^/]/.test(rest ?? '') || rest?.endsWith('/') === true) throw wrong(source, 'cdrom');
      return { kind: 'cdrom', path: inside(source, rest ?? '') };
    default:
      if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) throw wrong(source, 'forms');
      return { kind: 'path', path: source };
  }
}

/** Where `name` is that a profile from `source` speaks of: beside it, unless it is absolute or a SOURCE of its own. */
export function besideSource(name: string, source: string): string {
  if (isAbsolute(name) || hasScheme(name)) return name;
  const ref = parseSource(source);
  switch (ref.kind) {
    case 'stdin':
      return name;
    case 'path':
      return join(dirname(ref.path), name);
    case 'http': {
      const url = URL.parse(name, ref.url);
      if (url === null) throw wrong(name, 'url');
      return url.href;
    }
    case 'nfs':
      return `nfs://${ref.server}${posix.join(posix.dirname(ref.path), name)}`;
    case 'label':
      return `label:${ref.label}${posix.join(posix.dirname(ref.path), name)}`;
    case 'cdrom':
      return `cdrom:${posix.join(posix.dirname(ref.path), name)}`;
  }
}

/** Where the detached signature of a SOURCE is. Null: what comes over standard input has none. */
export function signatureOf(source: string): string | null {
  const ref = parseSource(source);
  if (ref.kind === 'stdin') return null;
  if (ref.kind !== 'http') return `${source}.sig`;
  const url = new URL(ref.url);
  url.pathname += '.sig';
  return url.href;
}

/** Can others on the way read it? */
export function isPlainHttp(source: string): boolean {
  return /^http:\/\//i.test(source);
}

/** Does it come from another machine? */
export function isRemote(source: string): boolean {
  return /^(https?|nfs):\/\//i.test(source);
}

/** A SOURCE for messages: who is named in it is left out, and a token of its query is not told. */
export function shownSource(source: string): string {
  return withoutSecrets(source).replace(/^([a-z]+:\/\/)\u2026@/i, '$1');
}

function hasScheme(name: string): boolean {
  return /^(https?|nfs):\/\//i.test(name) || /^(label|cdrom|file):/i.test(name);
}

function urlOf(source: string): URL {
  const url = URL.parse(source);
  if (url === null || url.hostname === '') throw wrong(source, 'url');
  return url;
}

function filePath(source: string, rest: string): string {
  if (rest === '') throw wrong(source, 'file');
  if (!rest.startsWith('//')) return rest;
  const [, host, path] = /^\/\/([^/]*)(\/.+)$/.exec(rest) ?? [];
  if (path === undefined || (host !== '' && host !== 'localhost')) throw wrong(source, 'local');
  try {
    return decodeURIComponent(path);
  } catch {
    throw wrong(source, 'percent');
  }
}

/** A path that stays on its volume. */
function inside(source: string, path: string): string {
  if (path.split('/').includes('..') || path.includes('\0')) throw wrong(source, 'outside');
  return posix.normalize(path.replace(/^\/+/, '/'));
}

type Way = keyof (typeof en)['errors']['bad-source']['ways'];

function wrong(source: string, way: Way): XenwrightError {
  return failure('bad-source.form', EXIT.usage, {
    source: shownSource(source),
    way: { key: `errors.bad-source.ways.${way}` },
  });
}
