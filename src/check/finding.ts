/** One result of checking a profile, alone or against facts. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable code, e.g. `unknown-key`, `not-supported-yet`, `disk-tie`. */
  readonly code: string;
  /** Path in the profile, e.g. ['domus', 0, 'memory']. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
  /** 3: the profile is invalid; 4: refused on this machine. */
  readonly exit: 3 | 4;
}
/** A finding with its place in the source text. Lines and columns count from 1. */
export interface LocatedFinding extends Finding { readonly file: string; readonly line: number; readonly column: number }
