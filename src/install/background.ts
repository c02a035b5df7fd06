/**
 * The install in a process of its own, started by one that shows it: takes its request from there, and tells its end.
 * Not for people.
 */
import { english } from '../i18n/english.ts';
import { EXIT, failure, fieldsOf, XenwrightError } from '../errors.ts';
import { behindParent } from '../system/process/background.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { install } from '../commands/install/run.ts';
import type { BackgroundRequest } from './watched-install.ts';

export async function installInBackground(io: CommandIo): Promise<number> {
  const parent = behindParent();
  if (!parent.isThere()) throw failure('usage.background', EXIT.usage);
  const { sources, options, planHash, answers } = (await parent.request) as BackgroundRequest;
  // What was found in the profile was said there already, before it was agreed to.
  let isOpen = false;
  const quiet: CommandIo = {
    readText: io.readText,
    out: () => undefined,
    err: (text) => {
      if (isOpen) void parent.send({ type: 'told', text });
    },
    interactive: false,
  };
  try {
    const exit = await install(
      sources,
      {
        ...options,
        background: {
          planHash,
          answers: new Map(answers),
          opened: () => {
            isOpen = true;
          },
          listening: (folder) => {
            void parent.send({ type: 'listening', folder });
          },
          isWatched: parent.isThere,
        },
      },
      quiet,
    );
    await parent.send({ type: 'ended', exit });
    return exit;
  } catch (thrown) {
    const error =
      thrown instanceof XenwrightError ? fieldsOf(thrown) : { ...fieldsOf(thrown), hint: english('cli.internalFault') };
    await parent.send({ type: 'refused', error });
    return error.exit;
  }
}
