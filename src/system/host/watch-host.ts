/**
 * Says when something may have changed on this host, without asking again and again: xenstore tells of domains that
 * come and go and of what guests say, the kernel of records, configurations and notes of the starter. A guest that
 * writes without end gets no more of Dom0's time than one that writes once.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { DOMU_RECORDS, STARTER_NOTES } from '../../facts/host-places.ts';
import { endingWith, findTool } from '../process/exec.ts';

const TOOL = 'xenstore-watch';
const KEYS = ['/local/domain', '@introduceDomain', '@releaseDomain'];
const TELLING = /^(?:\/local\/domain\/\d+\/data\/xenwright\/\w+|@introduceDomain|@releaseDomain)$/m;
const FOLDERS = [DOMU_RECORDS, '/etc/xen', '/etc/xen/auto', STARTER_NOTES, dirname(STARTER_NOTES)];
/** What comes together is told together. */
const TOGETHER_MS = 500;
const AGAIN_MS = 60_000;

/** Gives the way to end it. `folders`: those whose files tell something. */
export function watchHost(onChange: () => void, folders: readonly string[] = FOLDERS): () => void {
  const ends = [watchStore(onChange), ...folders.map((folder) => watchFolder(folder, onChange))];
  return () => {
    for (const end of ends) end();
  };
}

/** Without the tool, or when it ends, nothing is told: whoever listens looks from time to time all the same. */
function watchStore(onChange: () => void): () => void {
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  const later = (act: () => void, ms: number): void => {
    timer = setTimeout(act, ms);
    timer.unref();
  };
  const start = (): void => {
    if (isOver || !findTool(TOOL)) return;
    const path = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':');
    // Also where this process is killed it must not be left behind.
    const words = findTool('setpriv') ? ['setpriv', ...endingWith(process.pid, [TOOL, ...KEYS])] : [TOOL, ...KEYS];
    const one = spawn(words[0] ?? TOOL, words.slice(1), {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, PATH: path },
    });
    child = one;
    one.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (TELLING.test(text)) onChange();
      // Not read, it waits: what a guest writes meanwhile comes at once then.
      one.stdout.pause();
      later(() => one.stdout.resume(), TOGETHER_MS);
    });
    one.on('error', () => undefined);
    one.on('close', () => later(start, AGAIN_MS));
  };
  start();
  return () => {
    isOver = true;
    if (timer !== null) clearTimeout(timer);
    child?.kill();
    child?.unref();
  };
}

function watchFolder(folder: string, onChange: () => void): () => void {
  try {
    const watcher = watch(folder, { persistent: false }, () => onChange());
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    // It is not there on a host that Xenwright did not install.
    return () => undefined;
  }
}
