/** A context for building on this machine outside of any plan: bases, and the boot medium. */
import { noticeText } from '../../i18n/notices.ts';
import type { ActionContext } from '../../actions/kind.ts';
import { openStore } from '../files/own-store.ts';
import { exec } from '../process/exec.ts';
import { BASES_FOLDER, SCRATCH_FOLDER } from './install-targets.ts';
import { createLocalContext } from './local-context.ts';
import { Mounts } from '../disk/mounts.ts';

/** `say` receives what is being done; output of commands is left out. Ctrl-C stops it. Throws `folder-unsafe` (exit 4). */
export async function builderContext(id: string, say: (line: string) => void): Promise<ActionContext> {
  await openStore({ bases: BASES_FOLDER, scratch: SCRATCH_FOLDER });
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
  const context = createLocalContext(
    {
      mounts: new Mounts(`/run/xenwright/mnt-${process.pid}`, (argv, options) => exec(argv, options)),
      baseStore: BASES_FOLDER,
      scratch: SCRATCH_FOLDER,
      timeScale: 1,
      secret: async () => '',
      redact: (text) => text,
    },
    id,
    { output: () => undefined, progress: () => undefined, report: () => undefined },
    abort.signal,
  );
  return { ...context, output: say, notice: (key, values) => say(noticeText(key, values)) };
}
