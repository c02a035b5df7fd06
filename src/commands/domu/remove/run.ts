/** `xenwright domu remove`: says what is lost and what stays, and asks, before anything goes. */
import { EXIT } from '../../../errors.ts';
import { removedPlaces, type RemovePlan } from '../../../host/domus/change/remove-plan.ts';
import { carryOutRemove, prepareRemove } from '../../../host/domus/change/remove.ts';
import { thisWorld, type ChangeWorld } from '../../../host/domus/change/world.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { afterPending, agrees, commandsOf } from '../change.ts';
import { benchHere, type Bench } from '../power.ts';
import type { RemoveOptions } from './command.ts';

export async function domuRemove(
  name: string,
  options: RemoveOptions,
  io: CommandIo,
  given: Bench | null = null,
  world: ChangeWorld = thisWorld,
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  await afterPending(options, io, bench, world);
  const wish = { withData: options.withData === true, force: options.force === true };
  const prepared = await prepareRemove(name, wish, bench.power);
  const { plan, subject } = prepared;
  if (options.dryRun === true) {
    const stop = subject?.target.domain == null ? [] : [commandLine(['xl', 'destroy', name])];
    for (const line of [...stop, ...commandsOf(plan.change, bench)]) io.out(`${line}\n`);
    return EXIT.done;
  }
  for (const message of whatGoes(name, plan)) io.err(`${bench.words(message)}\n`);
  if (subject?.target.domain != null)
    io.err(`${bench.words({ key: 'commandLine.domu.power.dies', values: { names: name } })}\n`);
  if (!(await agrees({ key: 'commandLine.domu.remove.question', values: { name } }, options, io, bench)))
    return EXIT.interrupted;
  await carryOutRemove(prepared, bench.power, world);
  io.out(`${bench.words({ key: 'commandLine.domu.remove.done', values: { name } })}\n`);
  if (plan.stays.length > 0)
    for (const [key, argv] of [
      ['commandLine.domu.remove.back', ['add', removedPlaces(name).fragment]],
      ['commandLine.domu.remove.gone', ['remove', name, '--with-data']],
    ] as const)
      io.out(`${bench.words({ key, values: { name, command: commandLine(['xenwright', 'domu', ...argv]) } })}\n`);
  return EXIT.done;
}

function whatGoes(name: string, { lost, stays, files }: RemovePlan): Message[] {
  const disk = ({ device, sizeMiB }: RemovePlan['lost'][number]): Message => ({
    key: 'commandLine.domu.remove.disk',
    values: { device, size: { sizeMiB } },
  });
  return [
    { key: 'commandLine.domu.remove.title', values: { name } },
    ...lost.map(disk),
    ...files.map((path) => `  ${path}`),
    ...(stays.length === 0 ? [] : [{ key: 'commandLine.domu.remove.kept' } as const, ...stays.map(disk)]),
  ];
}
