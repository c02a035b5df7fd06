/** `xenwright domu stop`: shuts DomUs down, and switches them off where that is wished. */
import { EXIT } from '../../../errors.ts';
import { stopCommands, stopDomus } from '../../../host/domus/stop.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { benchHere, mayStop, meant, showCommands, wishOf, type Bench, type StopOptions } from '../power.ts';

/** Exit 0: they are down; 5: one still runs; 130: a person said no. */
export async function domuStop(
  names: readonly string[],
  options: StopOptions,
  io: CommandIo,
  given: Bench | null = null,
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  const targets = await meant(names, options, bench, ({ domain }) => domain !== null);
  const wish = wishOf(options);
  if (options.dryRun === true) return showCommands(stopCommands(targets, wish, bench.power), io, bench);
  if (!(await mayStop(targets, options, io, bench))) return EXIT.interrupted;
  return (await stopDomus(targets, wish, bench.power)) ? EXIT.done : EXIT.action;
}
