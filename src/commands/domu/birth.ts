/** What `domu restore` and `domu copy` have in common: what is told. */
import { EXIT } from '../../errors.ts';
import type { Birth } from '../../host/domus/birth/plan.ts';
import type { Telling } from '../../host/domus/birth/restore.ts';
import { thisHost, type BirthWorld } from '../../host/domus/birth/world.ts';
import type { Message } from '../../i18n/phrase.ts';
import { printFindings } from '../../install/prepare.ts';
import { commandLine } from '../../plan/shell-words.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { benchHere, refuseWithoutRoot } from './power.ts';
import { percentOn } from './progress.ts';

export interface BirthBench {
  readonly world: BirthWorld;
  readonly telling: Telling;
  words(message: Message): string;
}

export async function birthBench(io: CommandIo): Promise<BirthBench> {
  refuseWithoutRoot();
  const { words } = await benchHere(io);
  return {
    world: thisHost(),
    telling: { progress: percentOn(io), findings: (findings) => printFindings(findings, io) },
    words,
  };
}

export function showMaking(commands: readonly (readonly string[])[], io: CommandIo): number {
  for (const argv of commands) io.out(`${commandLine(argv)}\n`);
  return EXIT.done;
}

export function tellBorn({ name, parentName, isNew }: Birth, io: CommandIo, { words }: BirthBench): void {
  io.out(
    `${words(
      isNew
        ? { key: 'commandLine.domu.copy.made', values: { name, parent: parentName } }
        : { key: 'commandLine.domu.restore.made', values: { name } },
    )}\n`,
  );
  const command = commandLine(['xenwright', 'domu', 'start', name]);
  io.err(`${words({ key: 'commandLine.domu.rescue.toStart', values: { command } })}\n`);
}
