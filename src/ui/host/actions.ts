/**
 * What can be done with a DomU, a row each: its key, its words, when it is possible, what dies, and the command that
 * does the same. The command is what is run: a row whose command does not exist is not shown. Pure.
 */
import type { ListedDomu } from '../../host/domus/list-result.ts';
import type { Overview } from '../../host/overview/overview.ts';
import type { TextKey } from '../../i18n/keys.ts';

export interface ActionRow {
  readonly id: string;
  readonly key: string;
  /** As the table of commands has it: `domu start`. */
  readonly command: string;
  /** A word or two for the row of keys. */
  readonly words: TextKey;
  /** What it does, in a sentence. */
  readonly about: TextKey;
  /** What dies or ends: it is said, and asked, before anything is done. */
  readonly dies?: TextKey;
  /** A word that it needs besides the name. */
  readonly asks?: TextKey;
  /** `behind`: the list stays in view meanwhile. `front`: it has the terminal. */
  readonly how: 'behind' | 'front';
  isPossible(domu: ListedDomu): boolean;
  /** What stands behind the command. */
  options(name: string, typed: string): readonly string[];
}

type State = ListedDomu['state'];
const among =
  (...states: readonly State[]) =>
  ({ state }: ListedDomu): boolean =>
    states.includes(state);
const named = (name: string): readonly string[] => [name];
const hasConfig = ({ config, state }: ListedDomu): boolean => config !== null && state !== 'unknown';

export const ACTIONS: readonly ActionRow[] = [
  {
    id: 'start',
    key: 's',
    command: 'domu start',
    words: 'hostScreen.actions.start.words',
    about: 'hostScreen.actions.start.about',
    how: 'behind',
    isPossible: (domu) => domu.state === 'stopped' && hasConfig(domu),
    options: named,
  },
  {
    id: 'stop',
    key: 't',
    command: 'domu stop',
    words: 'hostScreen.actions.stop.words',
    about: 'hostScreen.actions.stop.about',
    dies: 'hostScreen.actions.stop.dies',
    how: 'behind',
    isPossible: among('running', 'starting', 'paused', 'crashed'),
    options: named,
  },
  {
    id: 'restart',
    key: 'r',
    command: 'domu restart',
    words: 'hostScreen.actions.restart.words',
    about: 'hostScreen.actions.restart.about',
    dies: 'hostScreen.actions.restart.dies',
    how: 'behind',
    isPossible: (domu) => among('running', 'crashed')(domu) && hasConfig(domu),
    options: named,
  },
  {
    id: 'console',
    key: 'c',
    command: 'domu console',
    words: 'hostScreen.actions.console.words',
    about: 'hostScreen.actions.console.about',
    how: 'front',
    isPossible: among('running', 'starting', 'paused'),
    options: named,
  },
  {
    id: 'log',
    key: 'l',
    command: 'domu log',
    words: 'hostScreen.actions.log.words',
    about: 'hostScreen.actions.log.about',
    how: 'front',
    isPossible: ({ type }) => type !== 'hvm',
    options: (name) => ['--follow', name],
  },
  {
    id: 'rescue',
    key: 'e',
    command: 'domu rescue',
    words: 'hostScreen.actions.rescue.words',
    about: 'hostScreen.actions.rescue.about',
    how: 'front',
    isPossible: (domu) => hasConfig(domu) && domu.state !== 'in-rescue' && domu.state !== 'dying',
    // No program of the guest runs in Dom0: who wants that types --trusted.
    options: (name) => ['--files', name],
  },
  {
    id: 'endRescue',
    key: 'e',
    command: 'domu rescue',
    words: 'hostScreen.actions.endRescue.words',
    about: 'hostScreen.actions.endRescue.about',
    how: 'front',
    isPossible: among('in-rescue'),
    options: (name) => ['--close', name],
  },
  {
    id: 'copy',
    key: 'y',
    command: 'domu copy',
    words: 'hostScreen.actions.copy.words',
    about: 'hostScreen.actions.copy.about',
    asks: 'hostScreen.actions.copy.asks',
    how: 'front',
    isPossible: (domu) => hasConfig(domu) && domu.state !== 'in-rescue',
    options: (name, typed) => [name, typed],
  },
  {
    id: 'snapshot',
    key: 'p',
    command: 'domu snapshot',
    words: 'hostScreen.actions.snapshot.words',
    about: 'hostScreen.actions.snapshot.about',
    how: 'front',
    isPossible: (domu) => hasConfig(domu) && domu.state !== 'in-rescue',
    options: (name) => ['create', name],
  },
  {
    id: 'backup',
    key: 'b',
    command: 'domu backup',
    words: 'hostScreen.actions.backup.words',
    about: 'hostScreen.actions.backup.about',
    asks: 'hostScreen.actions.backup.asks',
    how: 'front',
    isPossible: (domu) => hasConfig(domu) && domu.state !== 'in-rescue',
    options: (name, typed) => [`--to=${typed}`, name],
  },
  {
    id: 'set',
    key: 'm',
    command: 'domu set',
    words: 'hostScreen.actions.set.words',
    about: 'hostScreen.actions.set.about',
    asks: 'hostScreen.actions.set.asks',
    how: 'front',
    isPossible: (domu) => domu.by === 'xenwright' && hasConfig(domu) && domu.state !== 'in-rescue',
    options: (name, typed) => [name, ...typed.split(/\s+/)],
  },
  {
    id: 'adopt',
    key: 'i',
    command: 'domu adopt',
    words: 'hostScreen.actions.adopt.words',
    about: 'hostScreen.actions.adopt.about',
    how: 'front',
    isPossible: (domu) => domu.by === 'hand' && hasConfig(domu) && domu.state !== 'in-rescue',
    options: named,
  },
  {
    id: 'off',
    key: 'f',
    command: 'domu stop',
    words: 'hostScreen.actions.off.words',
    about: 'hostScreen.actions.off.about',
    dies: 'hostScreen.actions.off.dies',
    how: 'behind',
    isPossible: among('running', 'starting', 'paused', 'crashed', 'dying'),
    options: (name) => ['--force', '--yes', name],
  },
  {
    id: 'remove',
    key: 'd',
    command: 'domu remove',
    words: 'hostScreen.actions.remove.words',
    about: 'hostScreen.actions.remove.about',
    dies: 'hostScreen.actions.remove.dies',
    how: 'front',
    isPossible: (domu) => domu.by === 'xenwright' && domu.state === 'stopped',
    options: named,
  },
];

/** Another DomU is the host's: no DomU is chosen for it. */
export const ADD = { key: 'a', command: 'domu add', words: 'hostScreen.actions.add.words' } as const;

export function canAdd({ isRoot, isInstalled, list }: Overview, commands: ReadonlySet<string>): boolean {
  return isRoot && isInstalled && list.xen && commands.has(ADD.command);
}

/** What can be done with it now. */
export function possibleActions(
  domu: ListedDomu | null,
  { isRoot }: Pick<Overview, 'isRoot'>,
  commands: ReadonlySet<string>,
): readonly ActionRow[] {
  if (domu === null || !isRoot || domu.name === '(null)') return [];
  return ACTIONS.filter((row) => commands.has(row.command) && row.isPossible(domu));
}

/** The words behind `xenwright` that do it. A name of a hand-made DomU may look like an option. */
export function argumentsOf({ command, options }: ActionRow, name: string, typed = ''): string[] {
  const words = options(name, typed);
  const at = words.indexOf(name);
  const isOdd = words.slice(at).some((word) => word.startsWith('-'));
  return [...command.split(' '), ...words.slice(0, at), ...(isOdd ? ['--'] : []), ...words.slice(at)];
}
