/** Facts from a file (`--facts`), as `xenwright facts` printed them. */
import { EXIT, failure } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { CommandIo } from '../system/process/process-io.ts';

/** Reads them or throws XenwrightError (exit 2 for what is no facts file). */
export async function readFacts(file: string, io: CommandIo): Promise<Facts> {
  const text = await io.readText(file);
  // Their schema is as large as that of a profile, and most commands are given none.
  const { factsIn } = await import('../facts/facts-schema.ts');
  const read = factsIn(text);
  if ('facts' in read) return read.facts;
  if (read.wrong !== '') throw failure('bad-facts.field', EXIT.usage, { file, field: read.wrong });
  throw failure('bad-facts.file', EXIT.usage, { file });
}
