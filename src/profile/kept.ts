/**
 * The profile as an installed host keeps it, to be made again from: what is secret in it is not in its text. A secret
 * stands in a file of its own beside it, for root alone, and the text refers to that. Pure.
 */
import { dataWithoutSecrets, isTelling } from '../secret-looks.ts';
import type { EffectiveProfile, FileEntry } from './effective.ts';
import { exportProfile } from './export.ts';
import { fileSecret, isHidden } from './hidden-file.ts';
import { SECRET_REFERENCE } from './schema-parts.ts';

/** What reports are signed with, alone. */
export const WEBHOOK_SECRET = 'report.webhook.secret';
const FOLDER = '/etc/xenwright/secrets';
const MASK = 'REDACTED';

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
 * YAML without a secret. Whoever is named in an address is taken out, as is a password among the options of a DomU:
 * they cannot be references. What apt, xl and the checks need of them is in their own files.
 */
export function keptProfile(profile: EffectiveProfile): string {
  const shown = dataWithoutSecrets(profile, MASK);
  const { report, host, domus } = shown;
  return exportProfile({
    ...shown,
    report: {
      webhook:
        report.webhook === null
          ? null
          : {
              url: report.webhook.url,
              secret: isLiteral(report.webhook.secret) ? `file:${FOLDER}/${WEBHOOK_SECRET}` : report.webhook.secret,
            },
    },
    host: {
      ...host,
      // A hash of a password lets nobody in, and is wanted again.
      admin: profile.host.admin,
      files: profile.host.files.map((file, index) => referring(file, host.files[index] ?? file, file.path)),
    },
    domus: domus.map((domu, number) => {
      const { admin, files } = profile.domus[number] ?? domu;
      return {
        ...domu,
        admin,
        options: Object.fromEntries(
          Object.entries(domu.options).map(([key, value]) => [key, isTelling(key) ? MASK : value]),
        ),
        files: files.map((file, index) =>
          referring(file, domu.files[index] ?? file, domuPlace(domu.name, file, index)),
        ),
      };
    }),
  });
}

/** `shown`: the file without what looks like a secret in it. */
function referring(file: FileEntry, shown: FileEntry, place: string): FileEntry {
  if (!isKeptApart(file)) return shown;
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
