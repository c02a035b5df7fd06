/** The table of rules; each is one file under rules/. */
import type { Rule } from './rule.ts';
import { disksFit } from './rules/disks-fit.ts';

export const rules: readonly Rule[] = [disksFit];
