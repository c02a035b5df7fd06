/** `xenwright domu log`: what a DomU has printed on its console. */
import type { CommandData } from '../../../command-line/command.ts';
import type { LogOptions } from './run.ts';

export const command: CommandData<[name: string], LogOptions> = {
  name: 'log',
  words: 'commandLine.domu.log.about',
  notes: 'commandLine.domu.log.notes',
  arguments: [{ term: '<name>' }],
  options: [
    { flags: '--lines <n>', words: 'commandLine.domu.log.lines', kind: 'number', default: '100' },
    { flags: '--follow', words: 'commandLine.domu.log.follow' },
  ],
  run: async (io, options, name) => await (await import('./run.ts')).domuLog(name, options, io),
};
