/** `xenwright domu rescue`: asks, rescues, and offers to start the DomU again. */
import { EXIT, failure } from '../../../errors.ts';
import { closeRescue, modeOf, rescue } from '../../../host/domus/rescue/rescue.ts';
import { thisHost, type RescueWorld } from '../../../host/domus/rescue/world.ts';
import { exec } from '../../../system/process/exec.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { ask } from '../../../system/terminal/ask.ts';
import type { RescueOptions } from './command.ts';

/** As long as the host's own starter may take. */
const START_LIMIT_MS = 60 * 60_000;

export async function domuRescue(
  name: string,
  options: RescueOptions,
  io: CommandIo,
  world: RescueWorld = thisHost(),
): Promise<number> {
  const mode = options.close === true ? null : modeOf(options);
  if (process.getuid?.() !== 0) throw failure('needs-root.rescue', EXIT.refused);
  const mayAsk = io.interactive && options.yes !== true;
  if (mode === null) {
    const wasOpen = await closeRescue(name, world);
    io.err(wasOpen ? `${name} is closed and can be started again.\n` : `No rescue of ${name} was left open.\n`);
    return EXIT.done;
  }
  const code = await rescue(
    {
      name,
      mode,
      command: options.command ?? '',
      repair: options.yes === true ? 'yes' : mayAsk ? 'ask' : 'no',
      isDryRun: options.dryRun === true,
      tell: options.dryRun === true ? io.out : io.err,
      async confirm(isRunning, plan) {
        if (!mayAsk) return true;
        io.out(plan);
        return await yes(isRunning ? `${name} runs. Stop it and open its disk?` : `Open the disk of ${name}?`);
      },
      mayForce: async () =>
        options.force === true || (mayAsk && (await yes(`${name} does not stop. Destroy it, as if its power went?`))),
    },
    world,
  );
  if (code === null) {
    if (options.dryRun !== true) io.err('Nothing was changed.\n');
    return options.dryRun === true ? EXIT.done : EXIT.interrupted;
  }
  await offerStart(name, mayAsk, io, world);
  if (options.command !== undefined && code !== 0)
    throw failure('rescue-failed', EXIT.action, {
      domu: name,
      reason: { key: 'errors.rescue-failed.command', values: { exit: code } },
    });
  return EXIT.done;
}

async function offerStart(name: string, mayAsk: boolean, io: CommandIo, world: RescueWorld): Promise<void> {
  const command = [world.starter, 'start', name];
  if (mayAsk && (await yes(`Start ${name} now?`)))
    await exec(command, { timeoutMs: START_LIMIT_MS }, { onLine: (_stream, line) => io.err(`${line}\n`) });
  else io.err(`To start it: ${command.join(' ')}\n`);
}

async function yes(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `))?.trim() ?? '');
}
