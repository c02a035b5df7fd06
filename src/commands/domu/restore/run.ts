/** `xenwright domu restore`: makes the DomU, and says how it is started. */
import { EXIT } from '../../../errors.ts';
import { restoreCommands, restoreDomu } from '../../../host/domus/birth/restore.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { birthBench, showMaking, tellBorn, type BirthBench } from '../birth.ts';
import type { RestoreOptions } from './command.ts';

export async function domuRestore(
  file: string,
  { as, dryRun }: RestoreOptions,
  io: CommandIo,
  given: BirthBench | null = null,
): Promise<number> {
  const bench = given ?? (await birthBench(io));
  const { world, telling } = bench;
  if (dryRun === true) return showMaking(await restoreCommands(file, as, world, telling), io);
  tellBorn(await restoreDomu(file, as, world, telling), io, bench);
  return EXIT.done;
}
