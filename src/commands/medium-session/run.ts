/** `xenwright medium-session --console NAME`: what every console of the booted medium runs. Not for people. */
import { EXIT, failure } from '../../errors.ts';
import { actsHere, type ConsoleActs } from '../../install/console-acts.ts';
import { endForGood, masterSession, type MasterSession } from '../../install/master-session.ts';
import { sessionTranslator } from '../../install/session-translator.ts';
import { thisTerminal } from '../../install/this-terminal.ts';
import { parseKernelOptions, withMediumDefaults } from '../../medium/session/kernel-options.ts';
import { SESSION_FOLDER } from '../../medium/session/places.ts';
import { wizardLoop } from '../../medium/session/session.ts';
import { followConsole, waitForKey } from '../../system/medium/console.ts';
import { becomeMaster, isBootedBySystemd, sessionTexts } from '../../system/medium/session.ts';
import type { CommandIo } from '../../system/process/process-io.ts';

// What draws, fetches and installs is loaded when it is needed: the first words on the screen do not wait for it.
const wizardHere = async (io: CommandIo): Promise<number> => await (await import('../wizard/run.ts')).wizard({}, io);

const installHere: MasterSession['install'] = async (...given) =>
  await (await import('../install/run.ts')).install(...given);

export async function mediumSession({ console: name }: { readonly console: string }, io: CommandIo): Promise<number> {
  if (process.getuid?.() !== 0 || !(await isBootedBySystemd()))
    throw failure('usage.mediumSession', EXIT.usage, { name });
  const isMaster = await becomeMaster();
  const texts = await sessionTexts();
  const parsed = withMediumDefaults(parseKernelOptions(texts.commandLine), texts.defaults);
  const { lang } = parsed.options;
  // The wizard begins in it, too, where it can be shown.
  if (lang !== null) process.env['LC_MESSAGES'] = lang;
  const translator = sessionTranslator();
  const { glyphs } = thisTerminal();
  if (lang !== null) await translator.speak(lang);
  const here = actsHere(translator, wizardHere, io);
  if (isMaster) await masterSession({ parsed, translator, here, name, install: installHere }, io);
  else
    await followConsole(
      SESSION_FOLDER,
      name,
      async ({ kind, data }) => await here[kind as keyof ConsoleActs](data as never),
      glyphs,
    );
  return await wizardLoop({
    wizard: async () => await wizardHere(io),
    key: waitForKey,
    shell: here.shell,
    end: endForGood,
    say: (line) => io.out(`${translator.said(line)(glyphs)}\n`),
  });
}
