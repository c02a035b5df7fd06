/**
 * The state folder of a run: journal, events, log and plan. Only the owner can read it. journal.ndjson what has begun
 * and finished, flushed line by line events.ndjson the event stream, for replay and for numbers that go on log.txt
 * everything as text plan.json the plan that is being carried out facts.json the machine as it was when the run began
 */
import { constants, fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import type { RunEvent } from '../../engine/events.ts';
import type { Facts } from '../../facts/facts.ts';
import { factsIn } from '../../facts/facts-schema.ts';
import { refuseNewer } from '../../facts/record-forms.ts';
import { commandLine } from '../../plan/shell-words.ts';
import type { JournalStore } from '../../engine/journal.ts';
import { makeFolder, openOwn, readOwn, refuseUnsafeFolder, writeOwn } from '../files/own-files.ts';
import { isRecord, parseJson } from '../../facts/lsblk.ts';

export interface RunState {
  readonly folder: string;
  readonly journal: JournalStore;
  /** What the events file says of the earlier parts of the run. */
  readonly earlier: EarlierEvents;
  readonly eventsPath: string;
  readonly logPath: string;
  /** A consumer: writes events into the events file. */
  writeEvent(event: RunEvent): void;
  writeLog(text: string): void;
  writePlan(plan: unknown): Promise<void>;
  /** Keeps what the plan was made for, once. */
  writeFacts(facts: Facts): Promise<void>;
  /** What was written so far, as text. */
  texts(): Promise<{ readonly events: string; readonly log: string; readonly journal: string }>;
  close(): Promise<void>;
}
interface EarlierEvents {
  readonly lastSeq: number;
  /** Ids with an `action.started` but no `action.finished`. */
  readonly open: readonly string[];
}

/** Where a run onto this machine's own disks keeps its state, unless told otherwise. */
export const MACHINE_STATE = '/var/lib/xenwright/run';
const FACTS_FILE = 'facts.json';
const JOURNAL_FILE = 'journal.ndjson';
const NEWLINE = 10;
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND;

/**
 * The facts a run in this folder was begun with; null where none was. Throws `folder-unsafe`, `state-damaged` and
 * `record-newer` (exit 4).
 */
export async function earlierFacts(folder: string): Promise<Facts | null> {
  await refuseUnsafeFolder(folder);
  const journal = await readOwn(join(folder, JOURNAL_FILE));
  if (journal?.includes(NEWLINE) !== true) return null;
  const path = join(folder, FACTS_FILE);
  const text = await readOwn(path);
  if (text === null) return null;
  refuseNewer('facts', parseJson(text.toString('utf8')), path);
  const read = factsIn(text.toString('utf8'));
  if ('facts' in read) return read.facts;
  const command = commandLine(['mv', folder, `${folder}.damaged`]);
  throw read.wrong === ''
    ? failure('state-damaged.json', EXIT.refused, { path, command })
    : failure('state-damaged.field', EXIT.refused, { path, command, field: read.wrong });
}

/** The whole lines of a folder's journal. */
export async function journalLines(folder: string): Promise<string[]> {
  await refuseUnsafeFolder(folder);
  return await wholeLines(join(folder, JOURNAL_FILE));
}

/** Opens (and makes) a state folder. Torn last lines are cut off, so that what is added stands on lines of its own. */
export async function openState(folder: string): Promise<RunState> {
  await makeFolder(folder);
  const paths = {
    journal: join(folder, JOURNAL_FILE),
    events: join(folder, 'events.ndjson'),
    log: join(folder, 'log.txt'),
    plan: join(folder, 'plan.json'),
    facts: join(folder, FACTS_FILE),
  };
  const journalLines = await wholeLines(paths.journal);
  const earlier = readEarlier(await wholeLines(paths.events));
  const { journal, events, log } = await openAll(paths);
  await flushFolder(folder);
  return {
    folder,
    earlier,
    eventsPath: paths.events,
    logPath: paths.log,
    journal: journalStore(journal, journalLines),
    // Synchronous: a line is with the kernel when the engine goes on, so a kill of this process loses none.
    writeEvent: (event) => {
      writeWhole(events.fd, `${JSON.stringify(event)}\n`);
    },
    writeLog: (text) => {
      writeWhole(log.fd, text);
    },
    writePlan: (plan) => writeOwn(paths.plan, `${JSON.stringify(plan, null, 1)}\n`),
    writeFacts: (facts) => writeOwn(paths.facts, `${JSON.stringify(facts, null, 1)}\n`),
    texts: async () => ({
      events: String((await readOwn(paths.events)) ?? ''),
      log: String((await readOwn(paths.log)) ?? ''),
      journal: String((await readOwn(paths.journal)) ?? ''),
    }),
    async close() {
      await journal.close();
      await events.close();
      await log.close();
    },
  };
}

/** All of them or none. */
async function openAll(
  paths: Readonly<Record<'journal' | 'events' | 'log', string>>,
): Promise<{ readonly journal: FileHandle; readonly events: FileHandle; readonly log: FileHandle }> {
  const opened: FileHandle[] = [];
  const opening = async (path: string): Promise<FileHandle> => {
    const file = await openOwn(path, APPEND);
    opened.push(file);
    return file;
  };
  try {
    return {
      journal: await opening(paths.journal),
      events: await opening(paths.events),
      log: await opening(paths.log),
    };
  } catch (error) {
    for (const file of opened) await file.close();
    throw error;
  }
}

/** All of it or nothing: when a disk is full, less may be written, and without an error. */
function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  const { size } = fstatSync(descriptor);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    ftruncateSync(descriptor, size);
    throw error;
  }
}

function journalStore(file: FileHandle, lines: readonly string[]): JournalStore {
  let last: Promise<void> = Promise.resolve();
  return {
    lines: async () => lines,
    append(line) {
      // One after the other: half a line between two others would end the reading of the journal there.
      last = last
        .catch(() => undefined)
        .then(async () => {
          const { size } = await file.stat();
          try {
            await file.appendFile(`${line}\n`);
            await file.datasync();
          } catch (error) {
            // So would half a line of a full disk, once there is space again.
            await file.truncate(size);
            throw error;
          }
        });
      return last;
    },
  };
}

/** The whole lines of a file; what stands after the last newline is cut off. */
async function wholeLines(path: string): Promise<string[]> {
  const bytes = await readOwn(path);
  if (bytes === null || bytes.length === 0) return [];
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end < bytes.length) {
    const file = await openOwn(path, constants.O_WRONLY);
    await file.truncate(end).finally(() => file.close());
  }
  return bytes
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function readEarlier(lines: readonly string[]): EarlierEvents {
  let lastSeq = 0;
  const open = new Set<string>();
  for (const line of lines) {
    // After a power cut a line may be zeroes: the numbers of the others count, whatever else is in them.
    const event = parseJson(line);
    if (!isRecord(event)) continue;
    const { seq, type, id } = event;
    if (typeof seq === 'number' && Number.isSafeInteger(seq)) lastSeq = Math.max(lastSeq, seq);
    if (typeof id !== 'string') continue;
    if (type === 'action.started') open.add(id);
    if (type === 'action.finished') open.delete(id);
  }
  return { lastSeq, open: [...open] };
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
