/** Resolves references to secrets at run time and forgets nothing it must keep out of what is shown. */
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import type { SecretRef } from '../../plan/action.ts';
import { aptAddresses, namedLogins, secretsInAddress, decodedOrAsWritten } from '../../profile/address-login.ts';
import type { AdminSettings, EffectiveProfile } from '../../profile/effective.ts';
import { WEBHOOK_SECRET } from '../../profile/kept.ts';
import { blankValues, isBlank } from '../../profile/secret-texts.ts';
import { SECRET_REFERENCE } from '../../profile/schema-parts.ts';
import { besideSource, shownSource } from '../../profile/source-ref.ts';
import { exec } from '../process/exec.ts';
import { pinFor, type TlsPin } from '../http/connect.ts';
import { readSource } from '../source/source.ts';

/**
 * The webhook of a profile with its secret, as JSON: neither its address, which may let in, nor its secret stands in a
 * plan.
 */
export const WEBHOOK = 'report.webhook';
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string | null;
  readonly hostname: string;
  /** Which certificate its server must show. */
  readonly tls?: TlsPin;
}
/** Of a longer file the first lines: every text that is shown is searched for each of them. */
const HIDDEN_LINES = 200;
export interface Secrets {
  resolve(ref: SecretRef): Promise<string>;
  redact(text: string): string;
}

/**
 * Secrets of one profile. `profileText` is what `{secret: 'profile'}` gives (it is written 0600 on the host, see
 * `keptProfile`); `source` is where it came from: `file:` references are relative to it, and are read by `readText`.
 * `answers` are passwords that were asked, by their admin's path. `tlsFingerprint`: of the server that the profile came
 * from; reports trust it as well.
 */
export function profileSecrets(
  profile: EffectiveProfile,
  profileText: string,
  source: string,
  answers: ReadonlyMap<string, string> = new Map(),
  readText: (place: string) => Promise<string> = readSource,
  tlsFingerprint?: string,
): Secrets {
  const known = new Set<string>();
  const cache = new Map<string, Promise<string>>();
  const remember = (value: string): string => {
    if (value.length >= 4) known.add(value);
    return value;
  };
  const origin: Origin = {
    profile,
    profileText,
    answers,
    read: (reference) => read(reference, source, readText),
    pin: (url) => pinFor(url, source, tlsFingerprint),
    remember,
  };
  return {
    resolve(ref) {
      const cached = cache.get(ref.secret) ?? find(ref.secret, origin);
      cache.set(ref.secret, cached);
      return cached;
    },
    redact(text) {
      let clean = text;
      for (const value of known) clean = clean.replaceAll(value, '***');
      return clean;
    },
  };
}

/** What secrets are found in. */
interface Origin {
  readonly profile: EffectiveProfile;
  readonly profileText: string;
  readonly answers: ReadonlyMap<string, string>;
  /** What an `env:` or `file:` reference stands for. */
  read(reference: string): Promise<string>;
  pin(url: string): TlsPin | null;
  /** Keeps a value out of all that is shown from now on, and gives it back. */
  remember(value: string): string;
}

async function find(name: string, origin: Origin): Promise<string> {
  const { profile, remember } = origin;
  if (name === 'profile') return origin.profileText;
  if (name === WEBHOOK) return JSON.stringify(await webhook(origin));
  if (name === WEBHOOK_SECRET) return (await webhook(origin)).secret ?? '';
  const blank = isBlank(name) ? blankValues(profile).get(name) : undefined;
  if (blank !== undefined) {
    // Tools say the password without its name, and without the backslashes of the file that it is in.
    const bare = name.endsWith(':quoted') ? String(JSON.parse(`"${blank}"`)) : blank;
    for (const one of [bare, bare.slice(bare.indexOf(':') + 1)]) remember(one);
    return remember(blank);
  }
  const logins = namedLogins(profile, name);
  if (logins !== null) {
    const { host, domus } = profile;
    for (const source of [host.source, ...domus.map((domu) => domu.source)])
      for (const { address } of aptAddresses(source, [], host.proxy))
        for (const secret of secretsInAddress(address)) remember(secret);
    return logins;
  }
  const file = /^(host|domus\.(.+?))\.files:(\/.*)$/s.exec(name);
  if (file !== null) {
    const content = hiddenContent(profile, file[2] ?? null, file[3] ?? '');
    // What tools print comes line by line. A short line is a word that may stand anywhere.
    for (const line of content.split('\n', HIDDEN_LINES).map((one) => one.trim()))
      if (line.length >= 8 || line === content.trim()) remember(line);
    return content;
  }
  return await passwordHash(name, origin);
}

/** Of the admin that `name` names: as the profile has it, or made from a password. */
async function passwordHash(name: string, { profile, answers, read, remember }: Origin): Promise<string> {
  const match = /^(?:host|domus\.(.+))\.admin\.(passwordHash|password)$/.exec(name);
  const admin: AdminSettings | undefined =
    match?.[1] === undefined ? profile.host.admin : profile.domus.find((domu) => domu.name === match[1])?.admin;
  if (match === null || admin === undefined) throw new Error(`no secret is called ${name}`);
  if (admin.passwordHash !== null) return remember(admin.passwordHash);
  const answer = answers.get(name.slice(0, name.lastIndexOf('.')));
  if (answer !== undefined) return remember(await hash(remember(answer)));
  if (admin.password !== null) return remember(await hash(remember(await read(admin.password))));
  throw new Error(`${name} is not set`);
}

async function webhook({ profile, answers, read, pin: pinOf, remember }: Origin): Promise<WebhookTarget> {
  const given = profile.report.webhook;
  if (given === null) throw new Error('there is no webhook');
  const { password } = new URL(given.url);
  remember(password);
  remember(decodedOrAsWritten(password));
  const [{ secret }, { hostname }] = [given, profile.host];
  const pin = pinOf(given.url);
  const tls = pin === null ? {} : { tls: pin };
  if (secret === null) return { url: given.url, secret, hostname, ...tls };
  const answer = answers.get(WEBHOOK);
  return {
    url: given.url,
    secret: remember(answer ?? (SECRET_REFERENCE.test(secret) ? await read(secret) : secret)),
    hostname,
    ...tls,
  };
}

/** Of two files at one path the later one counts, as in the tree. */
function hiddenContent({ host, domus }: EffectiveProfile, domu: string | null, path: string): string {
  const files = domu === null ? host.files : domus.find(({ name }) => name === domu)?.files;
  const content = files?.findLast((file) => file.path === path)?.content;
  if (content === undefined) throw new Error(`no file of the profile is called ${path}`);
  return content;
}

async function read(reference: string, source: string, readText: (place: string) => Promise<string>): Promise<string> {
  const [kind, rest] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  if (kind === 'env') {
    const value = process.env[rest];
    if (value !== undefined && value !== '') return value;
    throw failure('secret-missing.env', EXIT.source, { name: rest });
  }
  const place = besideSource(rest, source);
  try {
    return (await readText(place)).trim();
  } catch (error) {
    if (!(error instanceof XenwrightError) || error.code !== 'source-unreachable') throw error;
    throw failure('secret-missing.file', EXIT.source, { path: shownSource(place), reason: error.message });
  }
}

/** crypt(5) hash; the password goes over standard input only. */
async function hash(password: string): Promise<string> {
  return (await exec(['openssl', 'passwd', '-6', '-stdin'], { input: `${password}\n`, quiet: true })).stdout.trim();
}
