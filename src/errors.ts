/**
 * What an error is made of, as data. `command`: the one that failed, secrets removed; `lastLines`: at most 40 of its
 * output.
 */
export interface ErrorFields {
  readonly code: string;
  readonly exit: number;
  readonly message: string;
  readonly hint?: string;
  readonly command?: string;
  readonly lastLines?: readonly string[];
}

/**
 * Errors people can act on: a stable code, what happened, what to do, and the exit code they lead to. Anything else
 * that is thrown counts as a fault of Xenwright's own (exit 1).
 */
export class XenwrightError extends Error {
  readonly code: string;
  readonly exit: number;
  readonly hint: string | undefined;
  /** The command that failed, secrets removed. */
  readonly command: string | undefined;
  /** At most 40 last lines of its output. */
  readonly lastLines: readonly string[];
  constructor(fields: ErrorFields & { readonly cause?: unknown }) {
    super(fields.message, { cause: fields.cause });
    this.name = 'XenwrightError';
    this.code = fields.code;
    this.exit = fields.exit;
    this.hint = fields.hint;
    this.command = fields.command;
    this.lastLines = fields.lastLines ?? [];
  }
}
/** What an error says, for people. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
/**
 * What an error says, as data for another process, which makes a XenwrightError of it again; a fault keeps where it
 * came from.
 */
export function fieldsOf(error: unknown): ErrorFields {
  if (!(error instanceof XenwrightError))
    return {
      code: 'internal-fault',
      exit: EXIT.fault,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  const { code, exit, message, lastLines, command, hint } = error;
  return {
    code,
    exit,
    message,
    lastLines,
    ...(command === undefined ? {} : { command }),
    ...(hint === undefined ? {} : { hint }),
  };
}
/** For what could not be written; `where` is a path, or words for it. */
export function diskFull(
  where: string,
  fields: { readonly command?: string; readonly lastLines?: readonly string[]; readonly cause?: unknown } = {},
): XenwrightError {
  return new XenwrightError({
    ...fields,
    code: 'disk-full',
    exit: EXIT.action,
    message: `no space is left for ${where}`,
    hint: 'make space there (df -h shows what is full), then go on with --resume',
  });
}
/** Exit codes of the command line (design §4.1). */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  profile: 3,
  refused: 4,
  action: 5,
  source: 6,
  interrupted: 130,
} as const;
