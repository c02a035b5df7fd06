/** What things look like: names of Ink's colours and attributes, by the colours the terminal has. Pure. */
import type { Terminal } from './terminal.ts';

interface Style {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}
export type StyleName =
  | 'plain'
  | 'title'
  | 'bar'
  | 'focus'
  | 'value'
  | 'quiet'
  | 'error'
  | 'warning'
  | 'good'
  | 'cursor'
  | 'key';
export type Theme = Readonly<Record<StyleName, Style>>;

/** Nothing is told by colour alone: an error also says that it is one, the focused row has a pointer. */
const COLOURED: Theme = {
  plain: {},
  title: { bold: true },
  bar: { inverse: true, bold: true },
  focus: { color: 'cyan', bold: true },
  value: {},
  quiet: { dimColor: true },
  error: { color: 'red', bold: true },
  warning: { color: 'yellow' },
  good: { color: 'green' },
  cursor: { inverse: true },
  key: { bold: true },
};
const MONOCHROME: Theme = {
  ...COLOURED,
  focus: { bold: true },
  quiet: {},
  error: { bold: true },
  warning: {},
  good: {},
};

/** A Linux console shows dim text as dark grey on black: the keys of a screen could hardly be read. */
const CONSOLE: Theme = { ...COLOURED, quiet: {} };

export function themeOf({ colour, glyphs }: Pick<Terminal, 'colour' | 'glyphs'>): Theme {
  return colour === 'none' ? MONOCHROME : glyphs === 'cp437' ? CONSOLE : COLOURED;
}
