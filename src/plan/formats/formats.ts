/** The forms a plan is shown in. Pure. */
import type { Plan } from '../plan.ts';
import { planAsDot } from './dot.ts';
import { planAsScript } from './sh.ts';
import type { Describe } from './shown.ts';
import { planAsText } from './text.ts';
import { jsonText } from '../../clean-text.ts';

export type PlanFormat = 'text' | 'json' | 'sh' | 'dot';

/** The table of formats. */
export const formats: Readonly<Record<PlanFormat, (plan: Plan, describe: Describe) => string>> = {
  text: (plan) => planAsText(plan),
  json: (plan) => `${jsonText(plan, 2)}\n`,
  sh: planAsScript,
  dot: (plan) => planAsDot(plan),
};
