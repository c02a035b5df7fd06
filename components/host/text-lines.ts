/** Texts in place of the list: what was found, the network, what commands have said, the keys. Pure. */
import { plainLine, type Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { pad, wrap } from '../../src/ui/terminal/cells.ts';
import type { State, StatusFinding } from '../../src/host/status/finding.ts';
import { say } from '../../src/i18n/phrase.ts';
import type { TextKey } from '../../src/i18n/t.ts';
import type { StyleName } from '../../src/ui/terminal/theme.ts';
import type { HostSnapshot } from '../../src/ui/host/session.ts';
import type { TextName } from '../../src/ui/host/state.ts';
import { ACTIONS, ADD } from '../../src/ui/host/actions.ts';
import { networkLines } from './network-lines.ts';

export function textLines(text: TextName, snapshot: HostSnapshot, width: number, look: Look): Line[] {
  switch (text) {
    case 'findings':
      return findingLines(snapshot, width, look);
    case 'network':
      return snapshot.state.overview === null ? [] : networkLines(snapshot.state.overview, look);
    case 'said':
      return saidLines(snapshot, width, look);
    case 'keys':
      return keyLines(snapshot, width, look);
  }
}

const WORDS = {
  critical: 'hostStatus.states.critical',
  warning: 'hostStatus.states.warning',
  unknown: 'hostStatus.states.unknown',
  ok: 'hostStatus.states.ok',
} as const satisfies Readonly<Record<State, TextKey>>;
const STYLES: Readonly<Record<State, StyleName>> = {
  critical: 'error',
  warning: 'warning',
  unknown: 'warning',
  ok: 'good',
};
const ORDER = Object.keys(WORDS) as readonly State[];

/** All of them, the worst first. */
export function findingsOf({ state: { status } }: HostSnapshot): StatusFinding[] {
  const all = status?.checks.flatMap(({ findings }) => findings) ?? [];
  return ORDER.flatMap((one) => all.filter(({ state }) => state === one));
}

function findingLines(snapshot: HostSnapshot, width: number, { t, show }: Look): Line[] {
  const { status, isChecking } = snapshot.state;
  const lines = findingsOf(snapshot).flatMap(({ state, message, hint }): Line[] => [
    ...wrap(`${t(WORDS[state])}: ${show(say(message, t))}`, width - 2).map((line) =>
      plainLine(` ${line}`, STYLES[state]),
    ),
    ...(hint === undefined ? [] : wrap(show(say(hint, t)), width - 6).map((line) => plainLine(`     ${line}`))),
  ]);
  return isChecking || status === null ? [plainLine(` ${t('hostScreen.checking')}`, 'quiet'), ...lines] : lines;
}

/** The last one first, with the command that it was. */
function saidLines({ state }: HostSnapshot, width: number, { t, show }: Look): Line[] {
  if (state.tasks.length === 0) return [plainLine(` ${t('hostScreen.nothingSaid')}`, 'quiet')];
  return state.tasks
    .toReversed()
    .flatMap((task): Line[] => [
      plainLine(` $ xenwright ${show(task.arguments.join(' '))}`, 'title'),
      ...task.lines.flatMap((text) => wrap(show(text), width - 4).map((line) => plainLine(`   ${line}`))),
      ...(task.code === null
        ? [plainLine(`   ${t('hostScreen.atWork', { action: t(task.action.words) })}`, 'quiet')]
        : task.code === 0
          ? []
          : [plainLine(`   ${t('hostScreen.exit', { code: task.code })}`, 'error')]),
      [],
    ]);
}

const KEYS = [
  'hostScreen.long.move',
  'hostScreen.long.menu',
  'keys.long.search',
  'hostScreen.long.findings',
  'hostScreen.long.network',
  'hostScreen.long.said',
  'hostScreen.long.look',
  'keys.long.redraw',
  'hostScreen.long.leave',
] as const satisfies readonly TextKey[];

/** Those of the actions too: of commands that there are. */
function keyLines({ commands }: HostSnapshot, width: number, { t }: Look): Line[] {
  const actions = [
    { ...ADD, about: 'hostScreen.actions.add.about' as const },
    ...ACTIONS.filter(({ id }) => id !== 'endRescue'),
  ].filter(({ command }) => commands.has(command));
  const cells = Math.max(LEAST_CELLS, width - INDENT.length - KEY_CELLS - 1);
  return [
    ...KEYS.map((key) => plainLine(`${INDENT}${t(key)}`)),
    ...actions.flatMap(({ key, about }) =>
      wrap(t(about), cells).map((text, at) => plainLine(`${INDENT}${pad(at === 0 ? key : '', KEY_CELLS)}${text}`)),
    ),
  ];
}
const INDENT = '   ';
/** As the texts of the other keys have it. */
const KEY_CELLS = 27;
const LEAST_CELLS = 10;
