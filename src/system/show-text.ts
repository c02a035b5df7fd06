/** A text on the ordinary screen, page by page: what is there can be marked and copied as the terminal does it. */
import { ask } from './ask.ts';

/** Two rows are for what is asked. */
const ASKED_ROWS = 2;
/** Up one line, and it is empty. */
const LINE_BACK = '\u001b[1A\u001b[2K';

export async function showText(text: string, asks: { readonly more: string; readonly end: string }): Promise<void> {
  const rows = Math.max(5, (process.stdout.rows || 24) - ASKED_ROWS);
  const columns = Math.max(20, process.stdout.columns || 80);
  // A long line takes several rows. It is not cut: it is to be copied.
  const rowsOf = (line: string): number => Math.max(1, Math.ceil(line.length / columns));
  let used = 0;
  for (const line of text.trimEnd().split('\n')) {
    if (used > 0 && used + rowsOf(line) > rows) {
      const answer = await ask(asks.more);
      if (answer === null || answer.trim().toLowerCase() === 'q') return;
      // The question is no part of the text.
      process.stdout.write(LINE_BACK);
      used = 0;
    }
    process.stdout.write(`${line}\n`);
    used += rowsOf(line);
  }
  await ask(asks.end);
}
