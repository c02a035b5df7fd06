/** A plan as a script that a person can read: the commands of every action in a valid order. Secrets are variables. Pure. */
import type { CommandLine } from '../../actions/kind.ts';
import type { Action } from '../action.ts';
import type { Plan } from '../plan.ts';

export function planAsScript(plan: Plan, describe: (action: Action) => readonly CommandLine[]): string {
  const secrets = [...new Set([...JSON.stringify(plan).matchAll(/"secret":"([^"]+)"/g)].map((match) => match[1] ?? ''))].sort();
  const lines = [
    '#!/bin/sh', `# What xenwright install does for ${plan.hostname} (plan ${plan.hash.slice(0, 12)}), in a valid order.`,
    '# $BASES is the base store, $SCRATCH a scratch folder, $TREE the mounted tree of the domain at hand.', 'set -eu',
    ...secrets.map((name) => `: "\${${variable(name)}:?the secret ${name} of the profile}"`), '',
  ];
  for (const action of plan.actions) {
    lines.push(`# ${action.id}: ${action.title}`);
    if ('tree' in action.params && action.params.tree !== null) lines.push(`TREE=/mnt/${action.params.tree.domain}  # ${action.params.tree.mounts.map((mount) => `${mount.device} on ${mount.at}`).join(', ')}`);
    for (const command of describe(action)) {
      const note = command.note === undefined ? '' : `  # ${command.note}`;
      const argv = command.argv.map(quote).join(' ');
      if (command.inputDescription === undefined) lines.push(`${argv}${note}`);
      else lines.push(`${argv} <<'XENWRIGHT_END'${note}`.replace("'XENWRIGHT_END'", command.inputDescription.includes('$SECRET_') ? 'XENWRIGHT_END' : "'XENWRIGHT_END'"), command.inputDescription.replaceAll(/\$SECRET_([\w.-]+)/g, (_, name: string) => `$${variable(name)}`).replace(/\n$/, ''), 'XENWRIGHT_END');
    }
    lines.push('');
  }
  return lines.join('\n');
}

const variable = (name: string): string => `SECRET_${name.replaceAll(/[^A-Za-z0-9]/g, '_')}`;

/** Words with our own variables stay open to the shell, the rest is quoted as needed. */
function quote(word: string): string {
  if (/^\$[A-Z0-9]+\//.test(word) || /^\$[A-Z0-9]+$/.test(word) || /\$TREE|\$BASES/.test(word)) return `"${word}"`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
