/** Facts from a file (`--facts`), as `xenwright facts` printed them. */
import { EXIT, failure } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { CommandIo } from '../system/process/process-io.ts';

/** Reads them or throws XenwrightError (exit 2 for what is no facts file). */
export async function readFacts(file: string, io: CommandIo): Promise<Facts> {
  const text = await io.readText(file);
  try {
    const facts = JSON.parse(text) as Facts;
    if (facts.version === 1 && Array.isArray(facts.disks) && Array.isArray(facts.nics)) return facts;
  } catch {
    // Falls through to the message below.
  }
  throw failure('bad-facts.file', EXIT.usage, { file });
}
