/** `xenwright domu adopt`: a DomU that was made by hand gets a record. */
import { EXIT } from '../../../errors.ts';
import { prepareAdopt } from '../../../host/domus/change/adopt.ts';
import { carryOutChange } from '../../../host/domus/change/finish.ts';
import { inHand } from '../../../host/domus/change/subject.ts';
import { thisWorld, type ChangeWorld } from '../../../host/domus/change/world.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { afterPending, agrees, commandsOf, type ChangeOptions } from '../change.ts';
import { benchHere, type Bench } from '../power.ts';

export async function domuAdopt(
  name: string,
  options: ChangeOptions,
  io: CommandIo,
  given: Bench | null = null,
  world: ChangeWorld = thisWorld,
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  await afterPending(options, io, bench, world);
  const prepared = await prepareAdopt(name, bench.power);
  if (prepared === null) {
    io.err(`${bench.words({ key: 'commandLine.domu.set.unchanged', values: { name } })}\n`);
    return EXIT.done;
  }
  const { change, config, autostart } = prepared;
  if (options.dryRun === true) {
    for (const line of commandsOf(change, bench)) io.out(`${line}\n`);
    return EXIT.done;
  }
  if (!(await agrees({ key: 'commandLine.domu.adopt.question', values: { name, config } }, options, io, bench)))
    return EXIT.interrupted;
  await inHand(name, world, async () => await carryOutChange(change, world));
  const starts = { key: autostart ? 'form.yes' : 'form.no' } as const;
  io.out(`${bench.words({ key: 'commandLine.domu.adopt.done', values: { name, autostart: starts } })}\n`);
  io.out(`${bench.words({ key: 'commandLine.domu.adopt.limits' })}\n`);
  return EXIT.done;
}
