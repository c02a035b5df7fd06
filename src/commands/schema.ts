/** `xenwright schema`: the JSON Schema of the profile, or of what `check --format json` prints. */
import type { CommandData } from '../command-line/command.ts';

interface Given {
  readonly of?: 'profile' | 'check';
}

export const command: CommandData<[], Given> = {
  name: 'schema',
  words: 'commandLine.schema.about',
  options: [
    { flags: '--of <what>', words: 'commandLine.schema.of', choices: ['profile', 'check'], default: 'profile' },
  ],
  run: async (io, options) => {
    const [{ EXIT }, { profileJsonSchema }, { checkJsonSchema }] = await Promise.all([
      import('../errors.ts'),
      import('../profile/schema.ts'),
      import('../check/result.ts'),
    ]);
    const schema = options.of === 'check' ? checkJsonSchema() : profileJsonSchema();
    io.out(`${JSON.stringify(schema, null, 2)}\n`);
    return EXIT.done;
  },
};
