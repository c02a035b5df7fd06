/** `xenwright profile`: hash and redact now; the other verbs are refused by name. */
import { EXIT } from '../errors.ts';
import { hashOf } from '../plan/canonical.ts';
import { redactProfile } from '../profile/redact.ts';
import type { CommandIo } from '../system/process-io.ts';
import { prepareProfile } from './prepare.ts';

export async function profile(verb: string, source: string, io: CommandIo): Promise<number> {
  if (verb === 'export' || verb === 'sign' || verb === 'verify') {
    io.err(`xenwright profile ${verb}: not supported yet\n`);
    return EXIT.usage;
  }
  if (verb !== 'hash' && verb !== 'redact') {
    io.err(`xenwright profile: no such verb: ${verb}; there are export, hash, sign, verify and redact\n`);
    return EXIT.usage;
  }
  const prepared = await prepareProfile([source], {}, io);
  if (prepared === null) return EXIT.profile;
  io.out(verb === 'hash' ? `${hashOf(prepared.profile)}\n` : redactProfile(prepared.loaded.document));
  return EXIT.done;
}
