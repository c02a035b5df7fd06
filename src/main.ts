/** The command line: arguments → a command → an exit code. Commands are loaded only when they run. */
import { CommanderError } from 'commander';
import { describeError } from './command-line/describe-error.ts';
import { commandLine } from './command-line/program.ts';
import { EXIT, XenwrightError } from './errors.ts';
import { endQuietly } from './system/process/ignore-hangup.ts';
import { processIo } from './system/process/process-io.ts';

async function main(): Promise<number> {
  endQuietly();
  let code: number = EXIT.done;
  const io = processIo();
  const finish = (result: number): void => {
    code = result;
  };
  const cli = commandLine(io, finish, process.argv.slice(2));
  try {
    await cli.parseAsync(process.argv);
    return code;
  } catch (error) {
    // It has told what is wrong, or has shown help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    io.err(describeError(error));
    return error instanceof XenwrightError ? error.exit : EXIT.fault;
  }
}

const exitCode = await main();
// A run that has ended must end the process too, whatever is still open: unattended machines wait for it.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
