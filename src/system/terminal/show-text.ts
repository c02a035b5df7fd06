/** A text on the ordinary screen, page by page: what is there can be marked and copied as the terminal does it. */

import { forTerminal } from '../process/process-io.ts';

/** Two rows are for what is asked. */
const ASKED_ROWS = 2;
/** The start of this line, and it is empty. */
const LINE_BACK = '\r\u001b[2K';
const ENDS = ['q', '\u0003', '\u0004', '\u001b'];
const ARROW = /^\[[0-9;]*[A-Za-z~]/;

export async function showText(text: string, asks: { readonly more: string; readonly end: string }): Promise<void> {
  const { stdout } = process;
  const rows = Math.max(5, (stdout.rows || 24) - ASKED_ROWS);
  const columns = Math.max(20, stdout.columns || 80);
  // A long line takes several rows. It is not cut: it is to be copied.
  const rowsOf = (line: string): number => Math.max(1, Math.ceil(line.length / columns));
  const keys = readKeys();
  const key = async (question: string): Promise<string> => {
    stdout.write(forTerminal(question));
    const pressed = await keys.next();
    stdout.write(LINE_BACK);
    return pressed;
  };
  try {
    let used = 0;
    for (const line of text.trimEnd().split('\n')) {
      if (used > 0 && used + rowsOf(line) > rows) {
        if (ENDS.includes(await key(asks.more))) return;
        used = 0;
      }
      stdout.write(`${forTerminal(line)}\r\n`);
      used += rowsOf(line);
    }
    // Enter would be one too many for what is there when the full screen is back.
    while (!keys.isOver() && !ENDS.includes(await key(asks.end)));
  } finally {
    keys.release();
  }
}

interface Keys {
  /** The next key; `q` when standard input has ended. */
  next(): Promise<string>;
  /** Has standard input ended? */
  isOver(): boolean;
  release(): void;
}

/** One listener for all pages: keys that come joined are for this page and the next. */
function readKeys(): Keys {
  const { stdin } = process;
  let keys = '';
  let isOver = false;
  let wake = (): void => undefined;
  // Read as the full screen reads: whoever lets data flow, and stops it, leaves a stream that nobody hears again.
  const onReadable = (): void => {
    for (
      let data = stdin.read() as Buffer | string | null;
      data !== null;
      data = stdin.read() as Buffer | string | null
    )
      keys += String(data);
    wake();
  };
  const onEnd = (): void => {
    isOver = true;
    wake();
  };
  stdin.setRawMode(true);
  // Whoever left the full screen has let go of it, and the process would end for want of anything to do.
  stdin.ref();
  stdin.on('readable', onReadable);
  stdin.on('end', onEnd);
  return {
    async next() {
      while (keys === '' && !isOver)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const [first = 'q'] = keys;
      // An arrow is one key, not an Esc and two letters.
      const length = 1 + (first === '\u001b' ? (ARROW.exec(keys.slice(1))?.[0].length ?? 0) : 0);
      keys = keys.slice(length);
      return length > 1 ? ' ' : first;
    },
    isOver: () => isOver,
    release() {
      stdin.off('readable', onReadable);
      stdin.off('end', onEnd);
      stdin.unref();
      stdin.setRawMode(false);
    },
  };
}
