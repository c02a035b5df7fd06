/** `xenwright domu rescue`: asks, rescues, and offers to start the DomU again. */
import { resolve } from 'node:path';
import { EXIT, failure, reasonOf } from '../../../errors.ts';
import { closeRescue, modeOf, rescue } from '../../../host/domus/rescue/rescue.ts';
import { thisHost, type RescueWorld } from '../../../host/domus/rescue/world.ts';
import type { TextKey } from '../../../i18n/keys.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { localFiles } from '../../../system/files/files.ts';
import { ask } from '../../../system/terminal/ask.ts';
import { benchHere, type Bench } from '../power.ts';
import { domuStart } from '../start/run.ts';
import type { RescueOptions } from './command.ts';

/** Whoever is told and asked. */
interface Person {
  out(message: Message): void;
  err(message: Message): void;
  /** A question about this DomU. */
  agrees(key: TextKey): Promise<boolean>;
}

export async function domuRescue(
  name: string,
  options: RescueOptions,
  io: CommandIo,
  world: RescueWorld = thisHost(),
  given: Pick<Bench, 'words'> | null = null,
): Promise<number> {
  const mode = options.close === true ? null : modeOf(options, world);
  if (process.getuid?.() !== 0) throw failure('needs-root.rescue', EXIT.refused);
  const person = personAt(io, given ?? (await benchHere(io)), name);
  const mayAsk = io.interactive && options.yes !== true;
  if (mode === null) {
    const wasOpen = await closeRescue(name, world);
    person.err({
      key: wasOpen ? 'commandLine.domu.rescue.givenBack' : 'commandLine.domu.rescue.notOpen',
      values: { name },
    });
    return EXIT.done;
  }
  const code = await rescue(
    {
      name,
      mode,
      command: options.command ?? '',
      secretFile: await secretFileOf(options),
      repair: options.yes === true ? 'yes' : mayAsk ? 'ask' : 'no',
      memoryMiB: null,
      show: (output) => io.out(output.endsWith('\n') ? output : `${output}\n`),
      isDryRun: options.dryRun === true,
      tell: options.dryRun === true ? person.out : person.err,
      async confirm(isRunning, plan) {
        if (!mayAsk) return true;
        for (const line of plan) person.out(line);
        return await person.agrees(
          isRunning ? 'commandLine.domu.rescue.stopAndOpen' : 'commandLine.domu.rescue.openDisk',
        );
      },
      mayForce: async () =>
        options.force === true || (mayAsk && (await person.agrees('commandLine.domu.rescue.destroy'))),
    },
    world,
  );
  if (code === null) {
    if (options.dryRun !== true) person.err({ key: 'commandLine.domu.power.unchanged' });
    return options.dryRun === true ? EXIT.done : EXIT.interrupted;
  }
  await offerStart(name, mayAsk, io, person);
  if (options.command !== undefined && code !== 0)
    throw failure('rescue-failed', EXIT.action, {
      domu: name,
      reason: { key: 'errors.rescue-failed.command', values: { exit: code } },
    });
  return EXIT.done;
}

/** As an absolute path; what is no ordinary file is refused before anything is changed. */
async function secretFileOf({ secretFile }: RescueOptions): Promise<string> {
  if (secretFile === undefined) return '';
  const path = resolve(secretFile);
  await localFiles.readText(path).catch((error: unknown) => {
    throw failure('secret-missing.server', EXIT.source, { path, reason: reasonOf(error) });
  });
  return path;
}

function personAt(io: CommandIo, { words }: Pick<Bench, 'words'>, name: string): Person {
  return {
    out: (message) => io.out(`${words(message)}\n`),
    err: (message) => io.err(`${words(message)}\n`),
    agrees: async (key) => /^y(es)?$/i.test((await ask(`${words({ key, values: { name } })} [y/N] `))?.trim() ?? ''),
  };
}

/** By the command that starts each DomU as it is to be: the host's own starter knows none that was made by hand. */
async function offerStart(name: string, mayAsk: boolean, io: CommandIo, person: Person): Promise<void> {
  if (mayAsk && (await person.agrees('commandLine.domu.rescue.startNow'))) await domuStart([name], {}, io);
  else
    person.err({
      key: 'commandLine.domu.rescue.toStart',
      values: { command: commandLine(['xenwright', 'domu', 'start', name]) },
    });
}
