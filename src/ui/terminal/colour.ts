/**
 * The library of colours reads the environment once, when it is loaded; commands that are started later must not
 * inherit the word.
 */
import type { Terminal } from './terminal.ts';

/** Loads what draws, with the colours of this terminal. */
export async function withColour<Loaded>(colour: Terminal['colour'], load: () => Promise<Loaded>): Promise<Loaded> {
  const { FORCE_COLOR: forced, NO_COLOR: none } = process.env;
  // Without colour there is still bold and inverse: the theme then names no colours.
  process.env['FORCE_COLOR'] = { none: '1', 16: '1', 256: '2', true: '3' }[colour];
  // Where both are set, Node.js writes a warning over the screen.
  delete process.env['NO_COLOR'];
  try {
    return await load();
  } finally {
    putBack('FORCE_COLOR', forced);
    putBack('NO_COLOR', none);
  }
}

function putBack(name: string, before: string | undefined): void {
  if (before === undefined) delete process.env[name];
  else process.env[name] = before;
}
