/**
 * What Xenwright remembers of a person between sessions: the wizard's answers. Readable by its owner only; never with a
 * password in it.
 */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';

export interface DraftStore<Saved> {
  read(): Saved | null;
  write(saved: Saved): void;
  clear(): void;
}

/** More than any answers are. */
const LONGEST_BYTES = 16 * 1024 * 1024;

/**
 * The answers of the last wizard; a file that cannot be read counts as none. Where none can be kept (somebody else's
 * folder, something else in its place) the wizard goes on without.
 */
export function draftStore<Saved extends object>(): DraftStore<Saved> {
  try {
    return keptDraft();
  } catch {
    return { read: () => null, write: () => undefined, clear: () => undefined };
  }
}

function keptDraft<Saved extends object>(): DraftStore<Saved> {
  const options = {
    projectName: 'xenwright',
    projectSuffix: '',
    configName: 'draft',
    // The folder is ours alone, and so is the file: hashes of passwords are in it.
    configFileMode: 0o600,
    clearInvalidConfig: true,
  };
  const home = process.env['XDG_CONFIG_HOME'] ?? '';
  refuseOtherThings(join(home === '' ? join(homedir(), '.config') : home, 'xenwright', 'draft.json'));
  const store = new Conf<{ saved?: Saved }>(options);
  return {
    read: () => store.get('saved') ?? null,
    write: (saved) => {
      store.set('saved', saved);
    },
    clear: () => {
      store.clear();
    },
  };
}

/** A pipe would be waited for, and for ever. */
function refuseOtherThings(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && (!stats.isFile() || stats.size > LONGEST_BYTES))
    throw new Error(`${path} is not a file of answers`);
}
