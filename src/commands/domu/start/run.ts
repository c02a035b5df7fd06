/** `xenwright domu start`: starts DomUs and waits until they are up. */
import { EXIT } from '../../../errors.ts';
import { rescuedOf, startCommands, startDomus } from '../../../host/domus/start.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { benchHere, meant, showCommands, type Bench, type StartOptions } from '../power.ts';

/** Exit 0: they are up, or run where they cannot say it; 5: one is not. */
export async function domuStart(
  names: readonly string[],
  options: StartOptions,
  io: CommandIo,
  given: Bench | null = null,
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  const targets = await meant(names, options, bench, ({ known }) => known?.autostart === true);
  if (options.dryRun === true) return showCommands(startCommands(targets, bench.power), io, bench, rescuedOf(targets));
  return (await startDomus(targets, bench.power)) ? EXIT.done : EXIT.action;
}
