/** Which request is for what, and what a file is sent as. Pure. */

export type Route =
  | { readonly kind: 'page' }
  | { readonly kind: 'status' }
  | { readonly kind: 'report' }
  | { readonly kind: 'bundle'; readonly name: string }
  /** Names of folders and the file, each harmless alone. */
  | { readonly kind: 'file'; readonly parts: readonly string[] }
  | { readonly kind: 'refused'; readonly status: 400 | 404 | 405; readonly allow?: string };

/** Folders for what is received: never handed out. */
export const REPORTS = 'reports';
export const BUNDLES = 'bundles';
const BUNDLE_NAME = /^[A-Za-z0-9][\w.-]{0,120}\.tar\.gz$/;

const TYPES: Readonly<Record<string, string>> = {
  yaml: 'application/yaml; charset=utf-8',
  yml: 'application/yaml; charset=utf-8',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
  ipxe: 'text/plain; charset=utf-8',
  cfg: 'text/plain; charset=utf-8',
  sig: 'text/plain; charset=utf-8',
  pub: 'text/plain; charset=utf-8',
  iso: 'application/x-iso9660-image',
  gz: 'application/gzip',
  efi: 'application/efi',
};

/** `path` as it stands in the request, without its query. */
export function routeOf(method: string, path: string): Route {
  const parts = partsOf(path);
  if (parts === null) return { kind: 'refused', status: 400 };
  const [first, second] = parts;
  const reads = method === 'GET' || method === 'HEAD';
  if (first === 'report' && parts.length === 1)
    return method === 'POST' ? { kind: 'report' } : { kind: 'refused', status: 405, allow: 'POST' };
  if (first === BUNDLES) {
    if (method !== 'PUT') return { kind: 'refused', status: 405, allow: 'PUT' };
    return parts.length === 2 && second !== undefined && BUNDLE_NAME.test(second)
      ? { kind: 'bundle', name: second }
      : { kind: 'refused', status: 400 };
  }
  if (!reads) return { kind: 'refused', status: 405, allow: 'GET, HEAD' };
  if (parts.length === 0) return { kind: 'page' };
  if (first === 'status.json' && parts.length === 1) return { kind: 'status' };
  // Nothing hidden, and nothing that was received.
  if (first === REPORTS || parts.some((part) => part.startsWith('.'))) return { kind: 'refused', status: 404 };
  return { kind: 'file', parts };
}

/** Null for what is no honest path: names that would lead out of the folder, or that no file has. */
function partsOf(path: string): string[] | null {
  let parts: string[];
  try {
    parts = path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
  return !path.startsWith('/') || parts.some((part) => /[/\\\0]/.test(part) || part === '..' || part === '.')
    ? null
    : parts;
}

export function contentType(name: string): string {
  return TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

/**
 * The bytes that a Range header asks for: `whole` without one that is understood, `none` for one that the file does not
 * have.
 */
export function rangeOf(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'whole' | 'none' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return 'whole';
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start > end || start >= size ? 'none' : { start, end };
}
