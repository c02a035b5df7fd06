/**
 * What a person does on one console of several: the shell, the wizard, questions. The session that does the work hands
 * it over by a file to the console where a key was pressed, and gets the answer by another. Both lie in the session's
 * folder, which only root can enter.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { fieldsOf, XenwrightError, type ErrorFields } from '../../errors.ts';

const POLL_MS = 200;

export interface ConsoleTask {
  readonly kind: string;
  readonly data: unknown;
}
interface Answer {
  readonly result?: unknown;
  readonly error?: ErrorFields;
}

const inFolder = (folder: string, name: string, what: 'pid' | 'task' | 'answer'): string =>
  join(folder, 'consoles', `${name}.${what}`);

/** This process follows on the console of this name. */
export function announceConsole(folder: string, name: string): void {
  mkdirSync(join(folder, 'consoles'), { recursive: true, mode: 0o700 });
  for (const what of ['task', 'answer'] as const) rmSync(inFolder(folder, name, what), { force: true });
  writeFileSync(inFolder(folder, name, 'pid'), String(process.pid), { mode: 0o600 });
}

/** The consoles whose sessions live. */
export async function otherConsoles(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'consoles')).catch(() => []);
  return names
    .filter((name) => name.endsWith('.pid'))
    .map((name) => name.slice(0, -4))
    .filter((name) => isAlive(folder, name))
    .sort();
}

/** Has it done there; throws what it threw there, and null where that console's session has ended meanwhile. */
export async function doOn(
  folder: string,
  name: string,
  task: ConsoleTask,
): Promise<{ readonly result: unknown } | null> {
  const paths = { task: inFolder(folder, name, 'task'), answer: inFolder(folder, name, 'answer') };
  rmSync(paths.answer, { force: true });
  await writeFileAtomic(paths.task, JSON.stringify(task), { mode: 0o600 });
  for (;;) {
    const isThere = isAlive(folder, name);
    const text = await readFile(paths.answer, 'utf8').catch(() => null);
    if (text !== null) {
      rmSync(paths.answer, { force: true });
      const { result, error } = JSON.parse(text) as Answer;
      if (error !== undefined) throw new XenwrightError(error);
      return { result };
    }
    if (!isThere) return null;
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}

/** What this console is to do now, if anything. */
export function taskFor(folder: string, name: string): ConsoleTask | null {
  try {
    return JSON.parse(readFileSync(inFolder(folder, name, 'task'), 'utf8')) as ConsoleTask;
  } catch {
    return null;
  }
}

/** Does it and tells the outcome. */
export async function doTask(
  folder: string,
  name: string,
  task: ConsoleTask,
  act: (task: ConsoleTask) => Promise<unknown>,
): Promise<void> {
  const answer: Answer = await act(task).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: fieldsOf(error) }),
  );
  rmSync(inFolder(folder, name, 'task'), { force: true });
  await writeFileAtomic(inFolder(folder, name, 'answer'), JSON.stringify(answer), { mode: 0o600 });
}

function isAlive(folder: string, name: string): boolean {
  try {
    process.kill(Number(readFileSync(inFolder(folder, name, 'pid'), 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}
