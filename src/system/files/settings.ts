/**
 * What Xenwright remembers of a person between sessions: the wizard's answers. Readable by its owner only; never with a
 * password in it.
 */
import Conf from 'conf';

export interface DraftStore<Saved> {
  read(): Saved | null;
  write(saved: Saved): void;
  clear(): void;
}

/** The answers of the last wizard; a file that cannot be read counts as none. */
export function draftStore<Saved extends object>(): DraftStore<Saved> {
  // The folder is ours alone, and so is the file: hashes of passwords are in it.
  const store = new Conf<{ saved?: Saved }>({
    projectName: 'xenwright',
    projectSuffix: '',
    configName: 'draft',
    configFileMode: 0o600,
    clearInvalidConfig: true,
  });
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
