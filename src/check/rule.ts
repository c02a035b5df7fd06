/** What a rule is, and a short way to write its findings. Pure. */
import type { Facts } from '../facts/facts.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import type { Finding } from './finding.ts';

export type Rule = (profile: EffectiveProfile, facts: Facts | null) => Finding[];
export type Path = readonly (string | number)[];

/** The profile is wrong, whatever the machine. */
export function invalid(code: string, path: Path, message: string, hint?: string): Finding {
  return { severity: 'error', code, path, message, exit: 3, ...(hint === undefined ? {} : { hint }) };
}
/** This machine cannot carry what the profile says. */
export function refused(code: string, path: Path, message: string, hint?: string): Finding {
  return { ...invalid(code, path, message, hint), exit: 4 };
}
export function warning(code: string, path: Path, message: string, hint?: string): Finding {
  return { ...invalid(code, path, message, hint), severity: 'warning' };
}
