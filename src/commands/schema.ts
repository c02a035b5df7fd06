/** `xenwright schema`: the JSON Schema of the profile. */
import type { CommandData } from '../command-line/command.ts';

export const command: CommandData<[]> = {
  name: 'schema',
  words: 'commandLine.schema.about',
  run: async (io) => {
    const [{ EXIT }, { profileJsonSchema }] = await Promise.all([
      import('../errors.ts'),
      import('../profile/schema.ts'),
    ]);
    io.out(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
    return EXIT.done;
  },
};
