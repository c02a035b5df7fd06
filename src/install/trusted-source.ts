/** From SOURCEs and what they must show to a text, and to what stands beside it. */
import type { MachineIdentity } from '../facts/machine-identity.ts';
import { english, inEnglish } from '../i18n/english.ts';
import { hasPlaceholders } from '../profile/source-placeholders.ts';
import { isRemote } from '../profile/source-ref.ts';
import { fetchProfile, type FetchedProfile, type FetchOptions, type Trust } from '../system/source/fetch-profile.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { publicKeyLines } from '../system/trust/signature.ts';
import { withoutSecrets } from '../secret-looks.ts';
import { machineHere, type MachineOptions } from './machine-here.ts';
import * as given from '../command-line/values/trust.ts';

export interface SourceOptions extends MachineOptions {
  readonly sha256?: string;
  /** A file of OpenSSH public keys. */
  readonly pubkey?: string;
  readonly tlsFingerprint?: string;
  /** Was fetched already, and trusted: it is not asked for again. */
  readonly fetched?: FetchedProfile;
  readonly patienceMs?: number;
}
/** Commands that somebody waits for give up sooner than an install. */
export const SHORT_PATIENCE_MS = 10_000;

export interface TrustedSource extends FetchedProfile {
  /** Probed when it is first asked for. */
  machine(): Promise<MachineIdentity>;
  /** A text of this place, under the same conditions where it is the same server's; see docs/sources.md. */
  read(place: string): Promise<string>;
}

/** Throws as `fetchProfile` does, and usage errors. */
export async function openSource(
  sources: readonly string[],
  options: SourceOptions,
  io: CommandIo,
): Promise<TrustedSource> {
  const trust = await trustOf(options, io);
  let known: Promise<MachineIdentity> | null = null;
  const machine = async (): Promise<MachineIdentity> => await (known ??= machineHere(options, io));
  const asking: FetchOptions = {
    read: async (place, access) => await io.readText(place, access),
    onWait: ({ isFirst, secondsLeft, attempt, lastWords }) => {
      if (!isFirst) return;
      const again = english('cli.install.retry', { seconds: secondsLeft, attempt: attempt + 1 });
      io.err(`${lastWords.map(inEnglish).join('; ')}\n${again}\n`);
    },
    onSlow: (note) => io.err(`${inEnglish(note)}\n`),
    ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
  };
  const isAsked = sources.some((source) => hasPlaceholders(source) || /^https?:/i.test(source));
  const fetched =
    options.fetched ??
    (await fetchProfile(sources, { ...asking, trust, ...(isAsked ? { identity: await machine() } : {}) }));
  return {
    ...fetched,
    machine,
    read: async (place) => {
      const isSame = originOf(place) !== null && originOf(place) === originOf(fetched.source);
      const { text } = await fetchProfile([place], {
        ...asking,
        isLiteral: true,
        ...(isSame ? { identity: await machine() } : {}),
        trust: {
          ...(isSame ? { tlsFingerprint: trust.tlsFingerprint } : {}),
          ...(isRemote(place) ? { publicKeys: trust.publicKeys } : {}),
        },
      });
      return text;
    },
  };
}

async function trustOf({ sha256, pubkey, tlsFingerprint }: SourceOptions, io: CommandIo): Promise<Trust> {
  // Those of a medium's kernel options were not looked at by any command line.
  if (tlsFingerprint !== undefined) given.tlsFingerprint(tlsFingerprint);
  if (sha256 !== undefined) given.sha256(sha256);
  const publicKeys = pubkey === undefined ? undefined : await io.readText(pubkey);
  // A wrong key file is told before anybody is asked.
  if (publicKeys !== undefined) publicKeyLines(publicKeys);
  return { sha256, publicKeys, tlsFingerprint: given.plainFingerprint(tlsFingerprint) };
}

/** The options again, for a command line that goes on with the same SOURCE. */
export function trustArguments({
  sha256,
  pubkey,
  tlsFingerprint,
  allowClear = [],
  as = [],
}: SourceOptions & { readonly allowClear?: readonly string[] }): string {
  const words = [
    ['--sha256', sha256],
    ['--pubkey', pubkey === undefined ? undefined : withoutSecrets(pubkey)],
    ['--tls-fingerprint', tlsFingerprint],
    ...allowClear.map((path) => ['--allow-clear', `'${path}'`]),
    ...as.map((words) => ['--as', `'${words}'`]),
  ];
  return words
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value} `)
    .join('');
}

function originOf(place: string): string | null {
  return /^https?:\/\//i.test(place) ? (URL.parse(place)?.origin ?? null) : null;
}
