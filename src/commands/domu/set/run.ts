/** `xenwright domu set`: says what is wrong, shows what is done, and does it. */
import { EXIT } from '../../../errors.ts';
import { carryOutSet, prepareSet } from '../../../host/domus/change/set.ts';
import { thisWorld, type ChangeWorld } from '../../../host/domus/change/world.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { afterPending, agrees, commandsOf, tellFindings, tellRefused } from '../change.ts';
import { benchHere, type Bench } from '../power.ts';
import type { SetOptions } from './command.ts';

/** Exit 0: done; 3: a value is wrong; 5: something could not be done while it runs. */
export async function domuSet(
  name: string,
  changes: readonly string[],
  options: SetOptions,
  io: CommandIo,
  given: Bench | null = null,
  world: ChangeWorld = thisWorld,
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  await afterPending(options, io, bench, world);
  const prepared = await prepareSet(name, changes, bench.power);
  if (!('plan' in prepared)) {
    tellRefused(name, prepared.refused, prepared.findings, io, bench);
    return EXIT.profile;
  }
  const { plan, online, subject } = prepared;
  tellFindings(prepared.findings, io, bench);
  if (plan.change.steps.length === 0) {
    io.err(`${bench.words({ key: 'commandLine.domu.set.unchanged', values: { name } })}\n`);
    return EXIT.done;
  }
  if (plan.byHand.length > 0)
    io.err(
      `${bench.words({ key: 'commandLine.domu.set.byHand', values: { keys: { list: plan.byHand, by: 'comma' }, path: subject.record.config } })}\n`,
    );
  const commands = [...commandsOf(plan.change, bench), ...online.commands.map((argv) => commandLine(argv))];
  if (options.dryRun === true) {
    for (const line of commands) io.out(`${line}\n`);
    return EXIT.done;
  }
  if (options.yes !== true && io.interactive) for (const line of commands) io.out(`${line}\n`);
  if (!(await agrees({ key: 'commandLine.domu.set.question', values: { name } }, options, io, bench)))
    return EXIT.interrupted;
  return (await carryOutSet(prepared, bench.power, world)) ? EXIT.done : EXIT.action;
}
