/**
 * What a release has, by name: what a profile may ask of it. Lists are files of assets, made by
 * src/setup/debian-lists.py: a name a line, and where not all releases have it, those that do. Pure.
 */

/** What the releases of one family have. */
export interface ReleaseLists {
  zones(release: string): ReadonlySet<string>;
  /** Definitions of locales, without their charset: each can be made for UTF-8. */
  locales(release: string): ReadonlySet<string>;
  /** Layouts of keyboards, and the variants of each. */
  keyboards(release: string): ReadonlyMap<string, ReadonlySet<string>>;
  /** Users and groups that an installed system has by itself, and the package that brings each. */
  accounts(release: string): ReadonlyMap<string, string>;
}

/** The lines of a list, in words. */
export function linesOfList(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
}

/** The words of a line that this release has, `name:release,release` as `name`. */
function wordsIn(release: string, words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const [name = word, releases] = word.split(':');
    return releases === undefined || releases.split(',').includes(release) ? [name] : [];
  });
}

/** Reads a list once for each release, when it is first asked for. */
export function byRelease<List>(text: string, read: (lines: readonly string[][]) => List): (release: string) => List {
  const known = new Map<string, List>();
  return (release) => {
    let list = known.get(release);
    if (list === undefined) {
      // The first word is what the line is about: without it the rest means nothing.
      const lines = linesOfList(text).filter(([first = '']) => wordsIn(release, [first]).length > 0);
      known.set(release, (list = read(lines.map((words) => wordsIn(release, words)))));
    }
    return list;
  };
}
