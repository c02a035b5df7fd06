/** `xenwright check`: every finding of a profile at once. */
import { EXIT } from '../errors.ts';
import type { CommandIo } from '../system/process-io.ts';
import { readFacts } from './read-facts.ts';
import { checkAgainst, prepareProfile } from './prepare.ts';

/** Prints findings on standard error; exit 0, 3 or 4. */
export async function check(source: string, options: { readonly facts?: string; readonly set: readonly string[] }, io: CommandIo): Promise<number> {
  const prepared = await prepareProfile([source], options, io);
  if (prepared === null) return EXIT.profile;
  const code = checkAgainst(prepared, options.facts === undefined ? null : await readFacts(options.facts, io), io);
  if (code === EXIT.done) io.out(`${source}: no errors\n`);
  return code;
}
