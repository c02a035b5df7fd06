/**
 * Text of somebody else's (a guest's, a server's, a recording's) on its way to a terminal or a page: what would draw,
 * move or turn round is taken out. Pure.
 */
import { stripVTControlCharacters } from 'node:util';

/** Line and paragraph separators, and what turns the direction of text; newlines and tabs are text. */
const SIGNS = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Nothing but text, colours and the like left out; `most`: so many characters at the most. */
export function cleanText(text: string, most?: number): string {
  return plain(stripVTControlCharacters(cut(text, most)));
}

/** A name, or a text that has one line: nobody colours these. */
export function cleanLine(text: string, most?: number): string {
  return plain(cut(text, most)).replaceAll(/\s*[\n\t]\s*/g, ' ');
}

function cut(text: string, most = Number.POSITIVE_INFINITY): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function plain(text: string): string {
  return text.replaceAll(SIGNS, ' ');
}
