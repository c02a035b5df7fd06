/**
 * A terminal that goes away must not take the process with it that has something left to do; nor must a reader that has
 * read enough (`| head`).
 */

/** How many are at work that outlive the terminal. */
let lasting = 0;

/** From now on neither the loss of the terminal nor what cannot be written to it ends this process. Gives the way back. */
export function ignoreHangup(): () => void {
  lasting += 1;
  process.on('SIGHUP', ignore);
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', ignore);
  return () => {
    lasting -= 1;
    process.off('SIGHUP', ignore);
    for (const stream of [process.stdin, process.stdout, process.stderr]) stream.off('error', ignore);
  };
}

/**
 * For the life of the process: what nobody reads any more is not said, and the command goes on to its own end and exit
 * code.
 */
export function endQuietly(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && lasting === 0) throw error;
    });
  }
}

/** Resolves when standard output turns out to have no reader any more: for commands that do nothing but show. */
export async function isUnread(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdout.once('error', () => resolve());
  });
}

const ignore = (): void => undefined;
