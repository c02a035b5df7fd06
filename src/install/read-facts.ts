/** Facts from a file (`--facts`), as `xenwright facts` printed them. */
import { EXIT, failure } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import { factsIn } from '../facts/facts-schema.ts';
import type { CommandIo } from '../system/process/process-io.ts';

/** Reads them or throws XenwrightError (exit 2 for what is no facts file). */
export async function readFacts(file: string, io: CommandIo): Promise<Facts> {
  const text = await io.readText(file);
  const read = factsIn(text);
  if ('facts' in read) return read.facts;
  if (read.wrong !== '') throw failure('bad-facts.field', EXIT.usage, { file, field: read.wrong });
  throw failure('bad-facts.file', EXIT.usage, { file });
}
