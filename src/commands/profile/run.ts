/** `xenwright profile`: export, hash, redact, sign and verify. */
import { english } from '../../i18n/english.ts';
import { EXIT, failure } from '../../errors.ts';
import { hashOf } from '../../plan/canonical.ts';
import { exportProfile } from '../../profile/export.ts';
import { redactProfile } from '../../profile/redact.ts';
import { loadProfile } from '../../profile/load.ts';
import { parseSource, shownSource } from '../../profile/source-ref.ts';
import { localFiles } from '../../system/files/files.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { refuseOverlap } from '../../system/disk/same-storage.ts';
import { signText } from '../../system/trust/signature.ts';
import {
  hasErrors,
  prepareProfile,
  printFindings,
  everyFinding,
  type LoadOptions,
  type PreparedProfile,
} from '../../install/prepare.ts';
import { openSource, SHORT_PATIENCE_MS } from '../../install/trusted-source.ts';

export interface ProfileOptions extends LoadOptions {
  /** What to sign with: a private key file, or a public one for an agent's. */
  readonly key?: string;
}

const PRINTED: Readonly<Record<string, (prepared: PreparedProfile) => string>> = {
  export: ({ profile }) => exportProfile(profile),
  hash: ({ profile }) => `${hashOf(profile)}\n`,
};
const VERBS: Readonly<Record<string, (source: string, options: ProfileOptions, io: CommandIo) => Promise<number>>> = {
  redact,
  sign,
  verify,
};

export async function profile(verb: string, source: string, given: ProfileOptions, io: CommandIo): Promise<number> {
  const options = { patienceMs: SHORT_PATIENCE_MS, ...given };
  if (options.key !== undefined && verb !== 'sign') throw failure('usage.key', EXIT.usage);
  const print = Object.hasOwn(PRINTED, verb) ? PRINTED[verb] : undefined;
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (act !== undefined) return await act(source, options, io);
  if (print === undefined)
    throw failure('usage.verb', EXIT.usage, {
      verb,
      verbs: { list: [...Object.keys(PRINTED), ...Object.keys(VERBS)], by: 'comma' },
    });
  const prepared = await prepareProfile([source], options, io);
  if (prepared === null) return EXIT.profile;
  io.out(print(prepared), 'data');
  return EXIT.done;
}

/** Of the text as it is, its rules too. */
async function redact(source: string, options: ProfileOptions, io: CommandIo): Promise<number> {
  const opened = await openSource([source], options, io);
  const loaded = loadProfile(opened.text, opened.source, options.set ?? []);
  if (hasErrors(loaded.findings)) {
    printFindings(everyFinding(loaded, null), io);
    return EXIT.profile;
  }
  io.out(redactProfile(loaded.document), 'data');
  return EXIT.done;
}

/** Any text: it may be one that stands beside a profile. */
async function sign(source: string, options: ProfileOptions, io: CommandIo): Promise<number> {
  if (options.key === undefined) throw failure('usage.signKey', EXIT.usage);
  const ref = parseSource(source);
  if (ref.kind !== 'path') throw failure('usage.signPlace', EXIT.usage, { source });
  const file = `${ref.path}.sig`;
  for (const path of [ref.path, options.key]) await refuseOverlap({ path: file }, { path });
  const signature = await signText(await io.readText(source), options.key, io.interactive);
  await localFiles.writeText(file, signature, { mode: '0644' });
  io.out(`${file}\n`);
  return EXIT.done;
}

async function verify(source: string, options: ProfileOptions, io: CommandIo): Promise<number> {
  if (options.pubkey === undefined) throw failure('usage.verifyKey', EXIT.usage);
  const opened = await openSource([source], options, io);
  io.out(`${english('cli.profile.signatureGood', { source: shownSource(opened.source) })}\n`);
  return EXIT.done;
}
