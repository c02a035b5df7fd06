/**
 * `xenwright schema`: the JSON Schema of the profile, of files for `domu add`, or of what `check` and `domu list`
 * print.
 */
import type { CommandData } from '../command-line/command.ts';

interface Given {
  readonly of?: 'profile' | 'domus' | 'check' | 'domu-list';
}

export const command: CommandData<[], Given> = {
  name: 'schema',
  words: 'commandLine.schema.about',
  options: [
    {
      flags: '--of <what>',
      words: 'commandLine.schema.of',
      choices: ['profile', 'domus', 'check', 'domu-list'],
      default: 'profile',
    },
  ],
  run: async (io, options) => {
    const [{ EXIT }, { profileJsonSchema, domusJsonSchema }, { checkJsonSchema }, { domuListJsonSchema }] =
      await Promise.all([
        import('../errors.ts'),
        import('../profile/schema.ts'),
        import('../check/result.ts'),
        import('../host/domus/list-result.ts'),
      ]);
    const schemas = {
      profile: profileJsonSchema,
      domus: domusJsonSchema,
      check: checkJsonSchema,
      'domu-list': domuListJsonSchema,
    };
    io.out(`${JSON.stringify(schemas[options.of ?? 'profile'](), null, 2)}\n`);
    return EXIT.done;
  },
};
