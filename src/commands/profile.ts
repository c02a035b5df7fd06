/** `xenwright profile`: export, hash and redact now; signing is refused by name. */
import { EXIT, XenwrightError } from '../errors.ts';
import { hashOf } from '../plan/canonical.ts';
import { exportProfile } from '../profile/export.ts';
import { redactProfile } from '../profile/redact.ts';
import type { CommandIo } from '../system/process-io.ts';
import { prepareProfile, type PreparedProfile } from './prepare.ts';

const VERBS: Readonly<Record<string, (prepared: PreparedProfile) => string>> = {
  export: ({ profile }) => exportProfile(profile),
  hash: ({ profile }) => `${hashOf(profile)}\n`,
  redact: ({ loaded }) => redactProfile(loaded.document),
};
const NOT_YET = ['sign', 'verify'];

export async function profile(verb: string, source: string, io: CommandIo): Promise<number> {
  if (NOT_YET.includes(verb)) throw new XenwrightError({ code: 'usage', exit: EXIT.usage, message: `profile ${verb} is not supported yet`, hint: 'install --sha256 refuses a changed profile' });
  const print = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (print === undefined) throw new XenwrightError({ code: 'usage', exit: EXIT.usage, message: `there is no verb ${verb}`, hint: `there are ${[...Object.keys(VERBS), ...NOT_YET].join(', ')}` });
  const prepared = await prepareProfile([source], {}, io);
  if (prepared === null) return EXIT.profile;
  io.out(print(prepared));
  return EXIT.done;
}
