/** The ways back that docs/rescue.md gives, as commands: what the lab types is what the page says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/rescue.md');

/** The headings under "Started without Xen". */
export const WAYS = {
  damaged: 'The file of Xen is damaged or missing',
  option: 'An option stops Xen',
  processor: 'A CPU or firmware that Xen dies on',
} as const;

/**
 * The lines of the last block of commands under a heading, with words of the reader's own (`WRONG`, `OPTION`) put in.
 * Throws where there is no such block, or a word is not in it.
 */
export function commandsOf(heading: string, words: Readonly<Record<string, string>> = {}): string[] {
  const page = readFileSync(PAGE, 'utf8');
  const section = page.split(/^#{1,3} /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  let block = [...section.matchAll(/^```\n([^]*?)^```$/gm)].at(-1)?.[1];
  if (block === undefined) throw new Error(`docs/rescue.md has no commands under "${heading}"`);
  for (const [word, value] of Object.entries(words)) {
    if (!block.includes(word)) throw new Error(`docs/rescue.md has no ${word} under "${heading}"`);
    block = block.replaceAll(word, value);
  }
  return block.trimEnd().split('\n');
}
