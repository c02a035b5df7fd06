/** Debian mirrors out of apt's own sources, deb822 and one-line, for `mirror: auto`. Other archives are not of interest. */
import { withoutLogin } from '../profile/address-login.ts';
import type { AptMirror } from './facts.ts';
import { withoutLastSlashes } from '../profile/slashes.ts';

const SUITES =
  /^(bookworm|trixie|forky|duke|sid|stable|testing|unstable|oldstable|bullseye)(-(updates|security|backports|proposed-updates))?$/;

/** Mirrors of one file in apt's sources.list(5) one-line format. */
export function parseOneLineSources(text: string): AptMirror[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^#\s]+)*)/.exec(line);
    if (match === null || !isForAmd64(/(?:^|\s)arch=(\S+)/.exec(match[1] ?? '')?.[1])) return [];
    return debianMirror([match[2] ?? ''], [match[3] ?? ''], words(match[4]));
  });
}

/** Mirrors of one file in deb822 format. */
export function parseDeb822Sources(text: string): AptMirror[] {
  return text
    .replaceAll('\r', '')
    .split(/\n(?:[ \t]*\n)+/)
    .flatMap((stanza) => {
      const fields = new Map<string, string>();
      let last = '';
      for (const line of stanza.split('\n')) {
        if (line.startsWith('#')) continue;
        const match = /^([A-Za-z0-9-]+):(.*)$/.exec(line);
        if (match !== null) last = (match[1] ?? '').toLowerCase();
        const value = match === null ? line : (match[2] ?? '');
        fields.set(last, `${fields.get(last) ?? ''} ${value}`.trim());
      }
      if (
        !words(fields.get('types')).includes('deb') ||
        /^(no|false|0|off|without|disable)$/i.test(fields.get('enabled') ?? '')
      )
        return [];
      if (!isForAmd64(fields.get('architectures')?.replaceAll(' ', ','))) return [];
      return debianMirror(words(fields.get('uris')), words(fields.get('suites')), words(fields.get('components')));
    });
}

/** All mirrors of the files, without duplicates, suites of one archive together. */
export function mirrorsOf(files: readonly { readonly name: string; readonly text: string }[]): AptMirror[] {
  const found = files.flatMap(({ name, text }) =>
    name.endsWith('.sources') ? parseDeb822Sources(text) : parseOneLineSources(text),
  );
  const merged = new Map<string, AptMirror>();
  for (const mirror of found) {
    const known = merged.get(mirror.uri) ?? { uri: mirror.uri, suites: [], components: [] };
    merged.set(mirror.uri, {
      uri: mirror.uri,
      suites: union(known.suites, mirror.suites),
      components: union(known.components, mirror.components),
    });
  }
  return [...merged.values()];
}

function debianMirror(uris: readonly string[], suites: readonly string[], components: readonly string[]): AptMirror[] {
  const ours = suites.filter((suite) => SUITES.test(suite));
  if (ours.length === 0 || !components.includes('main')) return [];
  return uris
    .filter((uri) => /^(https?|file|copy):/.test(uri))
    .map((uri) => ({ uri: withoutLastSlashes(withoutLogin(uri)), suites: ours, components }));
}

function isForAmd64(architectures: string | undefined): boolean {
  return architectures === undefined || architectures.split(',').includes('amd64');
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
