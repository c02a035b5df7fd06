/** What the consoles show when an unattended install has failed. Pure. */
import { EXIT } from '../../errors.ts';
import type { TextKey } from '../../i18n/keys.ts';
import type { Message } from '../../i18n/phrase.ts';
import type { FarRun } from '../../report/how-far.ts';

/** `action`: what the run was at when it failed; `others`: how many more of its actions did. */
export interface Failure {
  readonly code: string;
  readonly exit: number;
  readonly message: Message;
  readonly command: string | null;
  readonly lastLines: readonly Message[];
  readonly hint: Message | null;
  readonly action?: { readonly domain: string; readonly title: Message };
  readonly others?: number;
  /** How far the run came; absent: none had begun; null: nobody knows. */
  readonly far?: FarRun | null;
}

const KINDS: Readonly<Record<number, TextKey>> = {
  [EXIT.fault]: 'session.kinds.fault',
  [EXIT.usage]: 'session.kinds.usage',
  [EXIT.profile]: 'session.kinds.profile',
  [EXIT.refused]: 'session.kinds.refused',
  [EXIT.action]: 'session.kinds.action',
  [EXIT.source]: 'session.kinds.source',
  [EXIT.interrupted]: 'session.kinds.interrupted',
};
/** Where the failure itself has none. */
const HINTS: Readonly<Record<number, TextKey>> = {
  [EXIT.fault]: 'session.hints.fault',
  [EXIT.usage]: 'session.hints.usage',
  [EXIT.profile]: 'session.hints.profile',
  [EXIT.refused]: 'session.hints.refused',
  [EXIT.action]: 'session.hints.action',
  [EXIT.source]: 'session.hints.source',
  [EXIT.interrupted]: 'session.hints.interrupted',
};
/** Both fit on 80×24 with the keys below; the log has all of it. */
const MOST_LINES = 10;
const MOST_OF_COMMAND = 140;

/** What the attempt has changed, and what is safe now. */
function soFar(far: FarRun | undefined): Message {
  if (far === undefined) return { key: 'run.soFar.nothing' };
  const { done, total, isWritten } = far;
  return { key: isWritten ? 'run.soFar.written' : 'run.soFar.unwritten', values: { done, total } };
}

/** Line by line. */
export function failureLines(
  { code, exit, message, command, lastLines, hint: ownHint, action, others = 0, far }: Failure,
  logPath: string,
): readonly Message[] {
  const kind = KINDS[exit];
  const usual = HINTS[exit];
  const hint: Message | null = ownHint ?? (usual === undefined ? null : { key: usual });
  return [
    '',
    { key: 'session.failed', values: { message, code } },
    { key: 'session.exit', values: { exit, kind: kind === undefined ? '?' : { key: kind } } },
    ...(action === undefined
      ? []
      : [{ key: 'session.action' as const, values: { domain: action.domain, title: action.title } }]),
    ...(command === null
      ? []
      : [
          {
            key: 'session.command' as const,
            values: {
              command: command.length > MOST_OF_COMMAND ? `${command.slice(0, MOST_OF_COMMAND)} ...` : command,
            },
          },
        ]),
    ...lastLines.slice(-MOST_LINES).map((line): Message => ({ key: 'session.line', values: { line } })),
    ...(hint === null ? [] : [{ key: 'session.hint' as const, values: { hint } }]),
    ...(others === 0 ? [] : [{ key: 'session.others' as const, values: { count: others } }]),
    ...(far === null ? [] : [{ key: 'session.soFar' as const, values: { what: soFar(far) } }]),
    { key: 'session.log', values: { path: logPath } },
    '',
  ];
}
