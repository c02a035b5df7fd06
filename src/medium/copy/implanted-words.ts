/** How the checksum of a medium compares to the one implanted into it, as a text of locales/. */
import type { TextKey } from '../../i18n/keys.ts';

/** Null: the medium has none. */
export function implantedWords(implanted: 'good' | 'differs' | null): TextKey {
  if (implanted === null) return 'cli.implanted.none';
  return implanted === 'good' ? 'cli.implanted.good' : 'cli.implanted.differs';
}
