/** Reads a backup to its end, and takes nothing of it: is it whole? */
import { EXIT, failure, type XenwrightError } from '../../../errors.ts';
import { cleanLine } from '../../../clean-text.ts';
import { BackupDamage, unpackFrom, type Taker } from '../../../system/backup/unpack.ts';
import { MANIFEST_FILE, readBackupManifest, type BackupManifest } from './manifest.ts';

/** What is done with what a backup holds. */
export type BackupTaker = Omit<Taker<BackupManifest>, 'announced'>;

/** Throws `backup-unfit` (exit 6) where it is damaged, cut or none. */
export async function readBackup(path: string, taker: BackupTaker): Promise<BackupManifest> {
  try {
    return await unpackFrom(path, MANIFEST_FILE, {
      ...taker,
      announced(text) {
        const manifest = readBackupManifest(text);
        if (manifest === null) throw new BackupDamage('form');
        return manifest;
      },
    });
  } catch (error) {
    throw unfitOf(path, error) ?? error;
  }
}

export async function verifyBackup(path: string): Promise<BackupManifest> {
  return await readBackup(path, {
    texts: async () => undefined,
    async disk(_file, chunks) {
      for await (const _chunk of chunks);
    },
  });
}

const REASONS = {
  'not-zstd': 'errors.backup-unfit.other',
  cut: 'errors.backup-unfit.cut',
  form: 'errors.backup-unfit.other',
  sum: 'errors.backup-unfit.sum',
} as const;

function unfitOf(path: string, error: unknown): XenwrightError | null {
  const file = cleanLine(path, 300);
  if (error instanceof BackupDamage)
    return failure('backup-unfit', EXIT.source, { file, reason: { key: REASONS[error.damage] } });
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^(ENOENT|EACCES|EISDIR|ENOTDIR|EIO)$/.test(code)) return null;
  const reason =
    code === 'ENOENT'
      ? { key: 'errors.backup-unfit.missing' as const }
      : { key: 'errors.backup-unfit.unreadable' as const, values: { code } };
  return failure('backup-unfit', EXIT.source, { file, reason });
}
