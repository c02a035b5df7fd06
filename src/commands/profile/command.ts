/** `xenwright profile`: export, hash, sign, verify or redact one. */
import type { CommandData } from '../../command-line/command.ts';
import { SOURCE_OPTIONS } from '../../command-line/shared-options.ts';
import type { ProfileOptions } from './run.ts';

export const command: CommandData<[verb: string, source: string], ProfileOptions> = {
  name: 'profile',
  words: 'commandLine.profile.about',
  arguments: [
    { term: '<verb>', words: 'commandLine.profile.verb', choices: ['export', 'hash', 'sign', 'verify', 'redact'] },
    { term: '<source>', kind: 'source' },
  ],
  options: [
    ...SOURCE_OPTIONS,
    { flags: '--key <file>', words: 'commandLine.profile.key', kind: 'place' },
    { flags: '--facts <file>', words: 'commandLine.profile.facts', kind: 'source' },
  ],
  run: async (io, options, verb, source) => await (await import('./run.ts')).profile(verb, source, options, io),
};
