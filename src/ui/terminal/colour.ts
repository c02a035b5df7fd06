/**
 * The library of colours reads the environment once, when it is loaded; commands that are started later must not
 * inherit the word.
 */
import type { Terminal } from './terminal.ts';

/** Loads what draws, with the colours of this terminal. */
export async function withColour<Loaded>(colour: Terminal['colour'], load: () => Promise<Loaded>): Promise<Loaded> {
  const before = process.env['FORCE_COLOR'];
  // Without colour there is still bold and inverse: the theme then names no colours.
  process.env['FORCE_COLOR'] = { none: '1', 16: '1', 256: '2', true: '3' }[colour];
  try {
    return await load();
  } finally {
    if (before === undefined) delete process.env['FORCE_COLOR'];
    else process.env['FORCE_COLOR'] = before;
  }
}
