/** `xenwright domu restart`: shuts DomUs down and starts them again. */
import { EXIT } from '../../../errors.ts';
import { inRescue, notUp } from '../../../host/domus/power.ts';
import { startCommands, startDomus } from '../../../host/domus/start.ts';
import { stopCommands, stopDomus } from '../../../host/domus/stop.ts';
import { readTargets } from '../../../host/domus/targets.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { benchHere, mayStop, meant, showCommands, wishOf, type Bench, type StopOptions } from '../power.ts';

/** Exit 0: they are up again; 5: one did not stop, or is not up; 130: a person said no. */
export async function domuRestart(
  names: readonly string[],
  options: StopOptions,
  io: CommandIo,
  given: Bench | null = null,
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  const { power } = bench;
  const all = await meant(names, options, bench, ({ domain, known }) => domain !== null && known !== null);
  // Who cannot be started again is not stopped.
  const targets = all.filter(({ known }) => known?.written != null && !known.isInRescue);
  const refusals = all
    .filter((target) => !targets.includes(target))
    .map(({ name, known }) =>
      notUp(
        name,
        known?.isInRescue === true ? inRescue(name, known.wayOut) : { key: 'commandLine.domu.power.noConfig' },
      ),
    );
  const wish = wishOf(options);
  if (options.dryRun === true)
    return showCommands(
      [
        ...stopCommands(targets, wish, power),
        ...startCommands(
          targets.map((target) => ({ ...target, domain: null })),
          power,
        ),
      ],
      io,
      bench,
      refusals,
    );
  for (const refusal of refusals) power.tell(refusal);
  if (!(await mayStop(targets, options, io, bench))) return EXIT.interrupted;
  const areDown = await stopDomus(
    targets.filter(({ domain }) => domain !== null),
    wish,
    power,
  );
  const now = await readTargets(power.port);
  const down = now.filter(({ name, domain }) => domain === null && targets.some((target) => target.name === name));
  const areUp = await startDomus(down, power);
  return areDown && areUp && targets.length === all.length && down.length === targets.length ? EXIT.done : EXIT.action;
}
