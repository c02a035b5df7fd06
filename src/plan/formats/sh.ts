/**
 * A plan as a script that a person can read: the commands of every action in a valid order. Secrets are variables.
 * Pure.
 */
import functions from '../../../assets/plan/functions.sh' with { type: 'text' };
import type { Action, TreeSpec } from '../action.ts';
import type { Plan } from '../plan.ts';
import { heredoc, secretNames, secretVariable, shellLine, shellWord } from './shell.ts';
import type { Describe, ShownCommand } from './shown.ts';

/** What descriptions of actions take for granted, as shell variables and functions; the script has its own first line. */
const HEAD = [
  'set -eu',
  'BASES=${BASES:-/var/cache/xenwright/bases}; SCRATCH=${SCRATCH:-/var/cache/xenwright/scratch}',
  'TREE= DOM0= BOOT=',
  '',
  functions.slice(functions.indexOf('\n') + 1).trimEnd(),
].join('\n');

export function planAsScript(plan: Plan, describe: Describe): string {
  const secrets = new Set(plan.actions.flatMap((action) => [...secretNames(action.params)]));
  const lines = [
    '#!/bin/bash',
    `# What xenwright install does for ${plan.hostname} (plan ${plan.hash.slice(0, 12)}), one action after another in a valid order.`,
    ...(plan.target === 'image'
      ? ['# The disk is an image: all that is done on it happens inside the appliance, where the image is the disk.']
      : []),
    HEAD,
    '',
    ...(secrets.size === 0
      ? []
      : [
          '# Secrets are not shown, nor is the profile, which may hold some: set them in the environment, like SECRET_profile="$(cat host.yaml)".',
        ]),
    ...[...secrets]
      .sort()
      .map(
        (name) =>
          `: "\${${secretVariable(name)}:?${name === 'profile' ? 'the text of the profile' : `${name.replaceAll(/[^\w.:/ -]/g, '?')} of the profile`}}"`,
      ),
    '',
  ];
  const open = new Map<string, string>();
  const use = (variable: string, wanted: readonly string[]): void => {
    const key = wanted.join('\n');
    if (open.get(variable) === key) return;
    if (open.has(variable)) lines.push(`detach "$${variable}"`);
    open.set(variable, key);
    lines.push(...wanted);
  };
  const close = (variable: string): void => {
    if (open.delete(variable)) lines.splice(lines.at(-1) === '' ? -1 : lines.length, 0, `detach "$${variable}"`);
  };
  for (const action of plan.actions) {
    const roots = rootsOf(action);
    // A tree stays while the next actions use it too.
    for (const variable of [...open.keys()])
      if (roots.get(variable)?.join('\n') !== open.get(variable)) close(variable);
    lines.push(`# ${action.id}: ${action.title.replaceAll(/\s+/g, ' ')}`);
    for (const [variable, attach] of roots) use(variable, attach);
    const inTree = pathInTree(action);
    for (const command of describe(action))
      lines.push(
        ...commandLines(
          { ...command, argv: command.argv.map((word) => (word === inTree ? `$TREE${word}` : word)) },
          secrets,
        ),
      );
    lines.push('');
  }
  for (const variable of [...open.keys()]) close(variable);
  return `${lines.join('\n').trimEnd()}\n`;
}

/** A disk that is a file in a tree (layout `plain`). */
function pathInTree(action: Action): string | null {
  return action.kind === 'base.write' && action.params.in !== null ? action.params.device : null;
}

/** Which trees an action works in, by the variable its commands know them by, with the lines that attach them. */
function rootsOf(action: Action): Map<string, string[]> {
  const attach = (variable: string, tree: TreeSpec): [string, string[]] => [variable, attachLines(variable, tree)];
  switch (action.kind) {
    case 'tree.boot-files': {
      // What lies under /boot of the root itself is wanted here: nothing is mounted over it.
      const { tree, bootDevice } = action.params;
      const root = tree.mounts.filter((mount) => mount.at === '/');
      return new Map([
        attach('TREE', { domain: tree.domain, mounts: root }),
        ['BOOT', [`BOOT=/mnt/${tree.domain}-boot`, `attach "$BOOT" ext4 ${shellWord(bootDevice)} ''`]],
      ]);
    }
    case 'domu.kernel':
      return new Map([attach('TREE', action.params.from), attach('DOM0', action.params.to)]);
    case 'domu.boot-volume':
      return new Map([attach('DOM0', action.params.dom0)]);
    case 'storage.make':
    case 'storage.open':
      return new Map(action.params.tree === null ? [] : [attach('TREE', action.params.tree)]);
    case 'base.write':
      return new Map(action.params.in === null ? [] : [attach('TREE', action.params.in)]);
    case 'tree.commands':
      return new Map(action.params.tree === null ? [] : [attach('TREE', action.params.tree)]);
    case 'tools.install':
    case 'tree.files':
    case 'tree.identity':
    case 'boot.prepare':
    case 'boot.install':
    case 'boot.verify':
    case 'host.finish':
      return new Map([attach('TREE', action.params.tree)]);
    default:
      return new Map();
  }
}

function attachLines(variable: string, tree: TreeSpec): string[] {
  const lines = [`${variable}=/mnt/${tree.domain}`];
  for (const [index, mount] of tree.mounts.entries()) {
    const { backing } = mount;
    const below = `/mnt/${tree.domain}.backing`;
    if (backing !== undefined && index === 0) lines.push(`attach ${below} ext4 ${shellWord(backing.device)} ''`);
    const from = mount.isCopy === true ? `$BASES/${mount.device}/image` : mount.device;
    const device = backing === undefined ? from : `${below}${mount.device.slice(backing.at.length)}`;
    lines.push(
      `attach "$${variable}" ${mount.type} ${shellWord(device)} ${shellWord(mount.at)}${mount.options === undefined ? '' : ` ${shellWord(mount.options)}`}`,
    );
  }
  return lines;
}

function commandLines(command: ShownCommand, secrets: ReadonlySet<string>): string[] {
  const words = shellLine(command.argv.map((word, index) => shellWord(word, command.argv[index - 1] === '-c')));
  const note = command.note === undefined ? [] : [`# ${command.note.replaceAll(/\s+/g, ' ')}`];
  if (command.inputDescription === undefined) return [...note, words];
  const { operator, lines } = heredoc(command.inputDescription, secrets);
  return [...note, `${words} ${operator}`, ...lines];
}
