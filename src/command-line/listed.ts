/** The commands that there are for people, without those that are not supported yet. Pure. */
import type { CommandData, CommandRow } from './command.ts';

interface ListedCommand {
  /** As it is typed after the program's name: `medium copy`. */
  readonly path: string;
  readonly data: CommandData;
}

/** In the order of the help. */
export function listedCommands(rows: readonly CommandRow[], group = ''): readonly ListedCommand[] {
  return rows.flatMap((row) => {
    const path = `${group} ${row.name}`.trimStart();
    if ('commands' in row)
      return [...(row.alone === undefined ? [] : [{ path, data: row.alone }]), ...listedCommands(row.commands, path)];
    if ('isToCome' in row || 'isUnlisted' in row || 'isInternal' in row) return [];
    return [{ path, data: row }];
  });
}
