/** What stops the set-up step, said so that a person can act on it. */

export class Trouble extends Error {
  /**
   * @param {string} message @param {{ hint?: string, exit?: number }} [more] `exit` 4: this machine cannot; 1:
   *   something failed
   */
  constructor(message, { hint = '', exit = 1 } = {}) {
    super(message);
    this.hint = hint;
    this.exit = exit;
  }
}

export function say(text) {
  process.stderr.write(`xenwright set-up: ${text}\n`);
}

/** Runs the main function of a script; trouble becomes two lines and an exit code, not a stack trace. */
export async function runMain(main) {
  // Who reads no more (`| head`) ends nothing: the command has its own exit code.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
    });
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(error.message);
    if (error.hint !== '') process.stderr.write(`  ${error.hint.replaceAll('\n', '\n  ')}\n`);
    process.exitCode = error.exit;
  }
}
