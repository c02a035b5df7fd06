/** `xenwright schema`: the JSON Schema of the profile. */
import { EXIT } from '../errors.ts';
import { profileJsonSchema } from '../profile/schema.ts';
import type { CommandIo } from '../system/process/process-io.ts';

export async function schema(io: CommandIo): Promise<number> {
  io.out(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
  return EXIT.done;
}
