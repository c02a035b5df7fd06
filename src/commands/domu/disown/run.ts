/** `xenwright domu disown`: an adopted DomU loses its record, and nothing else. */
import { EXIT } from '../../../errors.ts';
import { prepareDisown } from '../../../host/domus/change/adopt.ts';
import { carryOutChange } from '../../../host/domus/change/finish.ts';
import { inHand } from '../../../host/domus/change/subject.ts';
import { thisWorld, type ChangeWorld } from '../../../host/domus/change/world.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { afterPending, commandsOf, type ChangeOptions } from '../change.ts';
import { benchHere, type Bench } from '../power.ts';

/** Nothing is lost by it: nobody is asked. */
export async function domuDisown(
  name: string,
  options: ChangeOptions,
  io: CommandIo,
  given: Bench | null = null,
  world: ChangeWorld = thisWorld,
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  await afterPending(options, io, bench, world);
  const { change, config } = await prepareDisown(name, bench.power);
  if (options.dryRun === true) {
    for (const line of commandsOf(change, bench)) io.out(`${line}\n`);
    return EXIT.done;
  }
  await inHand(name, world, async () => await carryOutChange(change, world));
  io.out(`${bench.words({ key: 'commandLine.domu.adopt.disowned', values: { name, config } })}\n`);
  return EXIT.done;
}
