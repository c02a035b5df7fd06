/**
 * What an installed host keeps of itself, kind by kind, with the version of its form. The command that reads it may be
 * older or newer than the one that wrote it, since apt upgrades it: what is older is made into what is known here, what
 * is newer is refused, never guessed at. A field more is no new version, as long as it may be missing. Pure.
 */
import { EXIT, failure } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import { isRecord } from './lsblk.ts';

type Data = Readonly<Record<string, unknown>>;
interface Form {
  /** What is written now. */
  readonly version: number;
  /** From each version to the next, beginning with what says none (0). */
  readonly migrations: readonly ((old: Data) => Data)[];
}
/** That there was a version before, which none of them said. */
const said = (old: Data): Data => ({ ...old, version: 1 });

export const RECORD_FORMS = {
  /** /etc/xenwright/profile.yaml: the version of the profile itself. */
  profile: { version: 1, migrations: [said] },
  /** /var/lib/xenwright/facts.json, and those of a run. */
  facts: { version: 1, migrations: [said] },
  /** /etc/xenwright/domus/NAME.json; xenwright_host/records.py reads them, too. */
  domu: { version: 1, migrations: [said] },
  /** first-boot.json of /run/xenwright and /var/lib/xenwright: what the host's own check said. */
  verdict: { version: 1, migrations: [said] },
  /** /boot/xenwright/installed.json: markers said no version at first. */
  marker: { version: 1, migrations: [said] },
} as const satisfies Readonly<Record<string, Form>>;
type RecordKind = keyof typeof RECORD_FORMS;

interface Newer {
  readonly version: number;
  readonly known: number;
}
/** `newer`: only who wrote it knows what stands in it. `none`: it is no such record. */
type ReadRecord =
  | { readonly is: 'known'; readonly record: Data }
  | ({ readonly is: 'newer' } & Newer)
  | { readonly is: 'none' };

/** A record of a kind, in the form that is known here. */
export function recordIn(kind: RecordKind, data: unknown): ReadRecord {
  return migrated(RECORD_FORMS[kind], data);
}

/** The same of any form. */
export function migrated({ version: known, migrations }: Form, data: unknown): ReadRecord {
  const version = isRecord(data) ? (data['version'] ?? 0) : null;
  if (!isRecord(data) || typeof version !== 'number' || !Number.isInteger(version) || version < 0)
    return { is: 'none' };
  if (version > known) return { is: 'newer', version, known };
  return { is: 'known', record: migrations.slice(version).reduce<Data>((old, migrate) => migrate(old), data) };
}

/** Of a profile's text, before anything else in it is looked at; null: it says none, or nonsense. */
export function versionOfProfile(text: string): number | null {
  const word = /^version:[ \t]*(\d{1,9})[ \t]*(#.*)?$/m.exec(text)?.[1];
  return word === undefined ? null : Number(word);
}

/** What is said of a record that a newer Xenwright has written; `path`: where it stands. */
export function newerRecord(path: string, { version, known }: Newer): Message {
  return { key: 'errors.record-newer.message', values: { path, version, known } };
}

/** Throws `record-newer` (exit 4) for such a record. */
export function refuseNewer(kind: RecordKind, data: unknown, path: string): void {
  const read = recordIn(kind, data);
  if (read.is === 'newer')
    throw failure('record-newer', EXIT.refused, { path, version: read.version, known: read.known });
}
