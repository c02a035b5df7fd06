/** Small makers for what goes into a tree, and the joining of several renderers' results into one. */
import type { TreeFile, TreeLink } from '../action.ts';
import type { TreeContent } from '../model.ts';

/** A text file of root's; a trailing newline is added where it is missing. */
export function textFile(path: string, content: string, mode = '0644'): TreeFile {
  return {
    path,
    mode,
    owner: 'root:root',
    content: content === '' || content.endsWith('\n') ? content : `${content}\n`,
  };
}

/** A script that root runs. */
export function scriptFile(path: string, content: string): TreeFile {
  return textFile(path, content, '0755');
}

/** A symbolic link. */
export function link(path: string, target: string): TreeLink {
  return { path, target };
}

/** A folder of root's. */
export function directory(path: string, mode = '0755'): TreeContent['directories'][number] {
  return { path, mode, owner: 'root:root' };
}

/** Fills what a renderer left out. */
export function content(part: Partial<TreeContent>): TreeContent {
  return {
    files: [],
    links: [],
    directories: [],
    remove: [],
    enableUnits: [],
    disableUnits: [],
    maskUnits: [],
    ...part,
  };
}

/**
 * Joins in order; of two files at one path the later one stays, and a file is more than a link, so that the profile's
 * own `files` win.
 */
export function joinContent(...parts: readonly Partial<TreeContent>[]): TreeContent {
  const all = parts.map(content);
  const files = new Map<string, TreeFile>();
  for (const file of all.flatMap((part) => part.files)) {
    files.delete(file.path);
    files.set(file.path, file);
  }
  const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
  return {
    files: [...files.values()],
    links: all.flatMap((part) => part.links).filter(({ path }) => !files.has(path)),
    directories: all.flatMap((part) => part.directories),
    remove: unique(all.flatMap((part) => part.remove)),
    enableUnits: unique(all.flatMap((part) => part.enableUnits)),
    disableUnits: unique(all.flatMap((part) => part.disableUnits)),
    maskUnits: unique(all.flatMap((part) => part.maskUnits)),
  };
}

/** A command line as systemd.service(5) reads it: words that need none have no quotes. */
export function systemdCommand(argv: readonly string[]): string {
  return argv
    .map((word) => {
      const text = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
      return /^[\w@%+=:,./$-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    })
    .join(' ');
}

/** Sections of a systemd file (unit, .network, .link …): null and undefined values are left out, a list repeats its key. */
export function systemdFile(
  ...sections: readonly (readonly [
    string,
    Readonly<Record<string, string | number | boolean | null | readonly string[]>>,
  ])[]
): string {
  return sections
    .map(([name, entries]) => {
      const lines = Object.entries(entries).flatMap(([key, value]) => {
        if (value === null) return [];
        if (Array.isArray(value)) return (value as readonly string[]).map((one) => `${key}=${one}`);
        return [`${key}=${typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)}`];
      });
      // Rules have refused such texts: the language has no quotes for them.
      const torn = lines.find((line) => /[\n\r\0]/.test(line));
      if (torn !== undefined) throw new Error(`[${name}] has an entry of several lines: ${JSON.stringify(torn)}`);
      return lines.length === 0 ? '' : `[${name}]\n${lines.join('\n')}\n`;
    })
    .filter((text) => text !== '')
    .join('\n');
}
