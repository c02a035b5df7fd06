/**
 * Lists that are written one entry a line: how each kind of entry reads as a line, and back. What one does not touch
 * stays as it was. Pure.
 */
import { getAt, isMap, type Draft, type Plain, type PlainMap } from '../answers/draft.ts';
import type { Field } from './screen.ts';

export interface LineForm {
  format(entry: Plain): string;
  parse(line: string): Plain;
}

const text = (value: Plain | undefined): string => (value === undefined || value === null ? '' : String(value));

/** Turns a field whose value is a list of entries into one of lines. */
export function asLines(field: Field, { format, parse }: LineForm): Field {
  return {
    ...field,
    kind: 'lines',
    read: (context) => {
      const entries = field.read(context);
      return Array.isArray(entries)
        ? (entries as readonly Plain[]).map(format)
        : entries === undefined
          ? undefined
          : [];
    },
    write: (draft, value, context): Draft => {
      const entries = field.read(context);
      const before = new Map(
        Array.isArray(entries) ? (entries as readonly Plain[]).map((entry) => [format(entry), entry]) : [],
      );
      const lines = Array.isArray(value) ? (value as readonly Plain[]).map(String) : [];
      return field.write(
        draft,
        lines.length === 0 ? undefined : lines.map((line) => before.get(line) ?? parse(line)),
        context,
      );
    },
    fallback: () => [],
  };
}

/** A command as it is typed in a shell; what was said of its time and of its failing stays with its words. */
export const COMMAND: LineForm = {
  format: (entry) => (isMap(entry) ? text(entry['run']) : text(entry)),
  parse: (line) => line,
};

/** `http://apt.example/debian trixie main contrib /path/to/key.asc` */
export const REPOSITORY: LineForm = {
  format: (entry) =>
    [
      text(getAt(entry, ['uri'])),
      text(getAt(entry, ['suite'])),
      ...listOf(getAt(entry, ['components'])),
      text(getAt(entry, ['key'])),
    ]
      .filter((word) => word !== '')
      .join(' '),
  parse: (line) => {
    const [uri = '', suite = '', ...words] = line.trim().split(/\s+/);
    const key = words.find((word) => word.includes('/'));
    return { uri, suite, components: words.filter((word) => word !== key), ...(key === undefined ? {} : { key }) };
  },
};

/** `/etc/motd 0644 root:root = Welcome` or `/etc/motd from motd.txt`; `\n` is a new line in the text. */
export const FILE: LineForm = {
  format: (entry) => {
    const content = getAt(entry, ['content']);
    const about = [text(getAt(entry, ['path'])), text(getAt(entry, ['mode'])), text(getAt(entry, ['owner']))]
      .filter((word) => word !== '')
      .join(' ');
    return content === undefined
      ? `${about} from ${text(getAt(entry, ['source']))}`
      : `${about} = ${text(content).replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`;
  },
  parse: (line) => {
    const [, about = '', how = '', rest = ''] = /^(.*?)(?: (=|from)(?: (.*))?)?$/.exec(line.trimStart()) ?? [];
    const [path = '', ...more] = about.trim().split(/\s+/);
    const mode = more.find((word) => /^\d+$/.test(word));
    const owner = more.find((word) => word !== mode);
    const named: PlainMap = {
      path,
      ...(mode === undefined ? {} : { mode }),
      ...(owner === undefined ? {} : { owner }),
    };
    if (how === 'from') return { ...named, source: rest.trim() };
    return how === '='
      ? { ...named, content: rest.replaceAll(/\\(n|\\)/g, (_, sign: string) => (sign === 'n' ? '\n' : '\\')) }
      : named;
  },
};

/** `tcp 80`, `http http://192.0.2.1/ 200`, `unit nginx`, `run test -e /srv/ready` */
export const HEALTH: LineForm = {
  format: (entry) =>
    isMap(entry)
      ? Object.entries(entry)
          .toSorted(([a], [b]) => Number(a === 'status') - Number(b === 'status'))
          .map(([key, value]) => (key === 'status' ? text(value) : `${key} ${text(value)}`))
          .join(' ')
      : text(entry),
  parse: (line) => {
    const [kind = '', ...words] = line.trim().split(/\s+/);
    const rest = line.trim().slice(kind.length).trim();
    const number = (word: string | undefined): Plain =>
      word !== undefined && /^\d+$/.test(word) ? Number(word) : (word ?? '');
    if (kind === 'tcp') return { tcp: number(words[0]) };
    if (kind === 'http')
      return { http: words[0] ?? '', ...(words[1] === undefined ? {} : { status: number(words[1]) }) };
    return { [kind]: rest };
  },
};

/** `10.0.0.0/8 via 192.0.2.254` */
export const ROUTE: LineForm = {
  format: (entry) =>
    [text(getAt(entry, ['to'])), text(getAt(entry, ['via']))].filter((word) => word !== '').join(' via '),
  parse: (line) => {
    const [to = '', via = ''] = line.trim().split(/\s+via\s*|\s+/);
    return { to, via };
  },
};

/** A map as lines of `key = value`. */
export function mapAsLines(field: Field): Field {
  const format = (map: Plain | undefined): readonly string[] =>
    isMap(map) ? Object.entries(map).map(([key, value]) => `${key} = ${text(value)}`) : [];
  return {
    ...field,
    kind: 'lines',
    fallback: () => [],
    read: (context) => (field.read(context) === undefined ? undefined : [...format(field.read(context))]),
    write: (draft, value, context) => {
      const before = field.read(context);
      const entries = (Array.isArray(value) ? (value as readonly Plain[]) : []).map((line): [string, Plain] => {
        const [key = '', rest = ''] = String(line).split(/\s*=\s*(.*)/s);
        const kept = isMap(before) ? before[key.trim()] : undefined;
        return [
          key.trim(),
          kept !== undefined && text(kept) === rest
            ? kept
            : /^\d{1,15}$/.test(rest)
              ? Number(rest)
              : rest === 'true'
                ? true
                : rest === 'false'
                  ? false
                  : rest,
        ];
      });
      return field.write(draft, entries.length === 0 ? undefined : Object.fromEntries(entries), context);
    },
  };
}

function listOf(value: Plain | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Plain[]).map(String) : [];
}
