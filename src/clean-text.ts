/**
 * Text of somebody else's (a guest's, a server's, a recording's) on its way to a terminal or a page: what would draw,
 * move or turn round is taken out. Pure.
 */
import { stripVTControlCharacters } from 'node:util';

/**
 * Line and paragraph separators, what turns the direction of text, and letters that nobody sees; newlines and tabs are
 * text.
 */
const SIGNS =
  /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Nothing but text, colours and the like left out; `most`: so many characters at the most. */
export function cleanText(text: string, most?: number): string {
  return plain(stripVTControlCharacters(cut(text, most)));
}

/** A name, or a text that has one line: nobody colours these. */
export function cleanLine(text: string, most?: number): string {
  return plain(cut(text, most)).replaceAll(/\s*[\n\t]\s*/g, ' ');
}

/**
 * JSON that draws nothing wherever it is shown: the data is the same, the signs are written as escapes. `indent` as for
 * JSON.stringify.
 */
export function jsonText(data: unknown, indent?: number): string {
  return JSON.stringify(data, null, indent).replaceAll(SIGNS, (sign) =>
    // Line breaks between the fields are JSON's own.
    Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

function cut(text: string, most = Number.POSITIVE_INFINITY): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function plain(text: string): string {
  return text.replaceAll(SIGNS, ' ');
}
