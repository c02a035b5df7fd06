/** `xenwright host watch`: looks, tells what changed since it last told somebody, and remembers that. */
import { EXIT, failure, reasonOf } from '../../../errors.ts';
import { WATCHED } from '../../../facts/host-places.ts';
import type { StatusPort } from '../../../host/status/port.ts';
import { readStatus } from '../../../host/status/report.ts';
import { changesOf, NOTHING_TOLD, readMemory, type WatchMemory } from '../../../host/watch/changes.ts';
import { jsonOf, linesOf, mailOf } from '../../../host/watch/message.ts';
import { english } from '../../../i18n/english.ts';
import { endpointOf } from '../../../report/webhook.ts';
import { readOwn, writeOwn } from '../../../system/files/own-files.ts';
import { post } from '../../../system/http/webhook-post.ts';
import { exec } from '../../../system/process/exec.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { statusPort } from '../../../system/process/status-port.ts';

export interface WatchOptions {
  readonly mail?: true;
  readonly postTo?: string;
  readonly dryRun?: true;
}
export interface WatchWorld {
  readonly port: StatusPort;
  /** The file of what was told. */
  readonly memory: string;
}

const SEND_LIMIT_MS = 60_000;
const LONGEST_BYTES = 1024 * 1024;

/** Throws `watch-not-sent` (exit 5): all of it is told again by the next run. */
export async function hostWatch(
  { mail, postTo, dryRun }: WatchOptions,
  io: CommandIo,
  { port, memory }: WatchWorld = { port: statusPort(), memory: WATCHED },
): Promise<number> {
  if (mail !== true && postTo === undefined && dryRun !== true) throw failure('watch-nowhere', EXIT.usage);
  const address = postTo === undefined ? null : await addressIn(postTo);
  const [report, last] = await Promise.all([readStatus(port), lastTold(memory, io)]);
  const changes = changesOf(report, last);
  const isChanged = changes.news.length > 0 || changes.ended.length > 0;
  if (dryRun === true) {
    if (isChanged) io.out(`${linesOf(changes)}\n`);
    return EXIT.done;
  }
  if (isChanged) {
    // Should anything go wrong from here on, what is new is still news the next time.
    await writeOwn(memory, `${JSON.stringify(changes.unsent)}\n`);
    if (mail === true) await sendMail(mailOf(report, changes));
    if (address !== null) await sendPost(address, jsonOf(report, changes));
  }
  await writeOwn(memory, `${JSON.stringify(changes.memory)}\n`);
  return EXIT.done;
}

/** An address may hold a secret: it stands in a file, as everybody can read the arguments of a command. */
async function addressIn(file: string): Promise<string> {
  const text = (await readOwn(file, { limitBytes: LONGEST_BYTES, option: '--post-to FILE' }))?.toString('utf8').trim();
  if (text === undefined || !URL.canParse(text) || !/^https?:\/\//i.test(text))
    throw failure('watch-address', EXIT.usage, { file });
  return text;
}

async function lastTold(path: string, io: CommandIo): Promise<WatchMemory> {
  const bytes = await readOwn(path, { limitBytes: LONGEST_BYTES });
  if (bytes === null) return NOTHING_TOLD;
  const read = readMemory(bytes.toString('utf8'));
  if (read === null) io.err(`${english('commandLine.host.watch.anew', { path })}\n`);
  return read ?? NOTHING_TOLD;
}

async function sendMail(text: string): Promise<void> {
  try {
    await exec(['sendmail', '-i', '-t'], { input: text, quiet: true, timeoutMs: SEND_LIMIT_MS });
  } catch (error) {
    throw failure('watch-not-sent.mail', EXIT.action, { reason: reasonOf(error) });
  }
}

async function sendPost(address: string, body: string): Promise<void> {
  const { url, headers, shown } = endpointOf(address);
  const answer = await post(url, 'POST', {
    ...{ body, pin: null, signal: AbortSignal.timeout(SEND_LIMIT_MS) },
    headers: { 'content-type': 'application/json', 'user-agent': 'xenwright', ...headers },
  });
  if (!answer.isTaken) throw failure('watch-not-sent.post', EXIT.action, { where: shown, reason: answer.reason });
}
