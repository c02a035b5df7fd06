/** `xenwright check`: every finding of a profile at once. */
import { EXIT } from '../../errors.ts';
import { loadProfile } from '../../profile/load.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { readFacts } from '../../install/read-facts.ts';
import { refuseClearSecrets } from '../../profile/clear-secrets.ts';
import {
  checkAgainst,
  everyFinding,
  loadForMachine,
  printFindings,
  ruleWords,
  type LoadOptions,
} from '../../install/prepare.ts';
import { openSource, SHORT_PATIENCE_MS } from '../../install/trusted-source.ts';

export interface CheckOptions extends LoadOptions {
  readonly set: readonly string[];
}

/**
 * Prints findings on standard error; exit 0, 3, 4 or 6. With `hosts:` rules and no machine named, what each of them
 * gives is checked.
 */
export async function check(source: string, options: CheckOptions, io: CommandIo): Promise<number> {
  const opened = await openSource([source], { patienceMs: SHORT_PATIENCE_MS, ...options }, io);
  const isForOne = options.facts !== undefined || (options.as ?? []).length > 0;
  const loaded = isForOne
    ? await loadForMachine(opened, options.set)
    : loadProfile(opened.text, opened.source, options.set);
  const facts = options.facts === undefined ? null : await readFacts(options.facts, io);
  const all = loaded.variants.length > 0 ? loaded.variants : [loaded];
  if (all.some(({ profile }) => profile === null)) {
    printFindings(everyFinding(loaded, facts), io);
    return EXIT.profile;
  }
  const words = ruleWords(loaded);
  if (words !== null && isForOne) io.err(`${words}\n`);
  const code = checkAgainst({ loaded }, facts, io);
  for (const { profile } of code === EXIT.done ? all : [])
    if (profile !== null) refuseClearSecrets(profile, opened.source, options.allowClear ?? []);
  if (code === EXIT.done)
    io.out(
      `${opened.source}: no errors${loaded.variants.length > 0 ? `, whichever of its rules fits (${loaded.variants.length})` : ''}\n`,
    );
  return code;
}
