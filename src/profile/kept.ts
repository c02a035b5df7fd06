/**
 * The profile as an installed host keeps it, to be made again from: what is secret in it is not in its text. A secret
 * stands in a file of its own beside it, for root alone, and the text refers to that. Pure.
 */
import type { EffectiveProfile, FileEntry, SourceSettings } from './effective.ts';
import { exportProfile } from './export.ts';
import { fileSecret, isHidden } from './hidden-file.ts';
import { SECRET_REFERENCE } from './schema-parts.ts';

/** What reports are signed with, alone. */
export const WEBHOOK_SECRET = 'report.webhook.secret';
const FOLDER = '/etc/xenwright/secrets';

/** A file on the host (0600) and the name of the secret that it holds. */
export interface KeptSecret {
  readonly path: string;
  readonly secret: string;
}

/** What the text of `keptProfile` refers to. */
export function keptSecrets({ report, domus }: EffectiveProfile): KeptSecret[] {
  return [
    ...(isLiteral(report.webhook?.secret ?? null)
      ? [{ path: `${FOLDER}/${WEBHOOK_SECRET}`, secret: WEBHOOK_SECRET }]
      : []),
    // Dom0's own are where they are; those of a DomU lie inside it.
    ...domus.flatMap(({ name, files }) =>
      files.flatMap((file, index) =>
        isKeptApart(file)
          ? [{ path: domuPlace(name, file, index), secret: fileSecret(`domus.${name}`, file.path) }]
          : [],
      ),
    ),
  ];
}

/**
 * YAML without a secret. Whoever is named in an address is taken out: an address cannot be a reference. What apt needs
 * of it is in its own file.
 */
export function keptProfile(profile: EffectiveProfile): string {
  const { report, host, domus } = profile;
  return exportProfile({
    ...profile,
    report: {
      webhook:
        report.webhook === null
          ? null
          : {
              url: withoutUser(report.webhook.url),
              secret: isLiteral(report.webhook.secret) ? `file:${FOLDER}/${WEBHOOK_SECRET}` : report.webhook.secret,
            },
    },
    host: {
      ...host,
      proxy: host.proxy === null ? null : withoutUser(host.proxy),
      source: nobodyIn(host.source),
      files: host.files.map((file) => referring(file, file.path)),
    },
    domus: domus.map((domu) => ({
      ...domu,
      source: nobodyIn(domu.source),
      files: domu.files.map((file, index) => referring(file, domuPlace(domu.name, file, index))),
    })),
  });
}

function referring(file: FileEntry, place: string): FileEntry {
  if (!isKeptApart(file)) return file;
  const { content: _said, ...rest } = file;
  return { ...rest, source: place };
}

function isKeptApart(file: FileEntry): boolean {
  return file.content !== undefined && isHidden(file);
}
function isLiteral(secret: string | null): boolean {
  return secret !== null && !SECRET_REFERENCE.test(secret);
}

/** A name of one part: a path with dots in it must not lead elsewhere. */
function domuPlace(name: string, { path }: FileEntry, index: number): string {
  return `${FOLDER}/${name}-${index}-${path
    .slice(path.lastIndexOf('/') + 1)
    .replaceAll(/[^\w.-]/g, '')
    .slice(0, 100)}`;
}

const TELLING = /pass|token|secret|key|auth|sig/i;

function nobodyIn(source: SourceSettings): SourceSettings {
  return {
    ...source,
    mirror: withoutUser(source.mirror),
    securityMirror: withoutUser(source.securityMirror),
    extra: source.extra.map((extra) => ({ ...extra, uri: withoutUser(extra.uri) })),
  };
}

/** Whole when nobody is named in it, and when it is a word. */
function withoutUser(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  const telling = [...url.searchParams.keys()].filter((name) => TELLING.test(name));
  if (url.username === '' && url.password === '' && telling.length === 0) return address;
  if (url.username !== '') url.username = 'REDACTED';
  if (url.password !== '') url.password = 'REDACTED';
  for (const name of telling) url.searchParams.set(name, 'REDACTED');
  return url.href;
}
