/** `xenwright check`: every finding of a profile at once. */
import { EXIT } from '../errors.ts';
import { loadProfile } from '../profile/load.ts';
import type { CommandIo } from '../system/process-io.ts';
import { readFacts } from './read-facts.ts';
import { checkAgainst, everyFinding, printFindings, readFirst } from './prepare.ts';

/** Prints findings on standard error; exit 0, 3 or 4. */
export async function check(source: string, options: { readonly facts?: string; readonly set: readonly string[] }, io: CommandIo): Promise<number> {
  const { text } = await readFirst([source], io);
  const loaded = loadProfile(text, source, options.set);
  const facts = options.facts === undefined ? null : await readFacts(options.facts, io);
  const { profile } = loaded;
  if (profile === null) {
    printFindings(everyFinding(loaded, facts), io);
    return EXIT.profile;
  }
  const code = checkAgainst({ source, text, loaded, profile }, facts, io);
  if (code === EXIT.done) io.out(`${source}: no errors\n`);
  return code;
}
