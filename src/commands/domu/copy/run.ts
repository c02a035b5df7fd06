/** `xenwright domu copy`: makes it, and says how it is started. */
import { EXIT } from '../../../errors.ts';
import { copyCommands, copyDomu } from '../../../host/domus/birth/restore.ts';
import { parseMiB } from '../../../profile/sizes.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { birthBench, showMaking, tellBorn, type BirthBench } from '../birth.ts';
import type { CopyOptions } from './command.ts';

export async function domuCopy(
  name: string,
  copy: string,
  { size, dryRun }: CopyOptions,
  io: CommandIo,
  given: BirthBench | null = null,
): Promise<number> {
  const bench = given ?? (await birthBench(io));
  const { world, telling } = bench;
  if (dryRun === true) return showMaking(await copyCommands(name, copy, world, telling), io);
  const sizeBytes = size === undefined ? null : (parseMiB(size) ?? 0) * 2 ** 20;
  tellBorn(await copyDomu(name, copy, sizeBytes, world, telling), io, bench);
  return EXIT.done;
}
