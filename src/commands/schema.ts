/** `xenwright schema`: the JSON Schema of the profile, of files for `domu add`, or of what commands print as JSON. */
import type { CommandData } from '../command-line/command.ts';

interface Given {
  readonly of?: 'profile' | 'domus' | 'check' | 'status' | 'domu-list';
}

export const command: CommandData<[], Given> = {
  name: 'schema',
  words: 'commandLine.schema.about',
  options: [
    {
      flags: '--of <what>',
      words: 'commandLine.schema.of',
      choices: ['profile', 'domus', 'check', 'status', 'domu-list'],
      default: 'profile',
    },
  ],
  run: async (io, options) => {
    const [
      { EXIT },
      { profileJsonSchema, domusJsonSchema },
      { checkJsonSchema },
      { statusJsonSchema },
      { domuListJsonSchema },
    ] = await Promise.all([
      import('../errors.ts'),
      import('../profile/schema.ts'),
      import('../check/result.ts'),
      import('../host/status/formats/json.ts'),
      import('../host/domus/list-result.ts'),
    ]);
    const schemas = {
      profile: profileJsonSchema,
      domus: domusJsonSchema,
      check: checkJsonSchema,
      status: statusJsonSchema,
      'domu-list': domuListJsonSchema,
    };
    io.out(`${JSON.stringify(schemas[options.of ?? 'profile'](), null, 2)}\n`);
    return EXIT.done;
  },
};
