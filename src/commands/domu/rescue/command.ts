/** `xenwright domu rescue`: work in the system of a DomU that does not start, from Dom0. */
import type { CommandData } from '../../../command-line/command.ts';

export interface RescueOptions {
  readonly trusted?: true;
  readonly files?: true;
  readonly command?: string;
  readonly secretFile?: string;
  readonly force?: true;
  readonly close?: true;
  readonly yes?: true;
  readonly dryRun?: true;
}

export const command: CommandData<[name: string], RescueOptions> = {
  name: 'rescue',
  words: 'commandLine.domu.rescue.about',
  notes: 'commandLine.domu.rescue.notes',
  arguments: [{ term: '<name>', words: 'commandLine.domu.rescue.name', kind: 'name' }],
  options: [
    { flags: '--trusted', words: 'commandLine.domu.rescue.trusted' },
    { flags: '--files', words: 'commandLine.domu.rescue.files' },
    { flags: '--command <command>', words: 'commandLine.domu.rescue.command', kind: 'place' },
    { flags: '--secret-file <file>', words: 'commandLine.domu.rescue.secretFile', kind: 'place' },
    { flags: '--force', words: 'commandLine.domu.rescue.force' },
    { flags: '--close', words: 'commandLine.domu.rescue.close' },
    { flags: '--yes', words: 'commandLine.domu.rescue.yes' },
    { flags: '--dry-run', words: 'commandLine.domu.rescue.dryRun' },
  ],
  run: async (io, options, name) => await (await import('./run.ts')).domuRescue(name, options, io),
};
