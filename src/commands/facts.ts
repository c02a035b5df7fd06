/** `xenwright facts`: this machine, as JSON. */
import { EXIT } from '../errors.ts';
import { probeFacts } from '../facts/probe.ts';
import { systemProbe } from '../system/process/probe-port.ts';
import type { CommandIo } from '../system/process/process-io.ts';

export async function facts(io: CommandIo): Promise<number> {
  io.out(`${JSON.stringify(await probeFacts(systemProbe()), null, 2)}\n`);
  return EXIT.done;
}
