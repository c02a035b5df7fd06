/** A terminal that goes away must not take the process with it that has something left to do. */

/** From now on neither the loss of the terminal nor what cannot be written to it ends this process. Gives the way back. */
export function outliveTerminal(): () => void {
  process.on('SIGHUP', ignore);
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', ignore);
  return () => {
    process.off('SIGHUP', ignore);
    for (const stream of [process.stdin, process.stdout, process.stderr]) stream.off('error', ignore);
  };
}

const ignore = (): void => undefined;
