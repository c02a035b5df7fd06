/** `xenwright plan`: what an install would do, as text, JSON, a script or a graph. */
import { describe } from '../../actions/table.ts';
import { EXIT } from '../../errors.ts';
import { formats, type PlanFormat } from '../../plan/formats/formats.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { checkAgainst, prepareProfile, type LoadOptions } from '../../install/prepare.ts';
import { SHORT_PATIENCE_MS } from '../../install/trusted-source.ts';
import { targetFacts } from '../../install/target-facts.ts';

export interface PlanCommandOptions extends LoadOptions {
  readonly image: readonly string[];
  readonly format: PlanFormat;
}

/** Prints the plan for this machine, for given facts, or for an image. */
export async function plan(source: string, options: PlanCommandOptions, io: CommandIo): Promise<number> {
  const prepared = await prepareProfile([source], { patienceMs: SHORT_PATIENCE_MS, ...options }, io);
  if (prepared === null) return EXIT.profile;
  const facts = await targetFacts(prepared.profile, options, io);
  const code = checkAgainst(prepared, facts, io);
  if (code !== EXIT.done) return code;
  io.out(formats[options.format](buildPlan(prepared.profile, facts), describe), 'data');
  return EXIT.done;
}
