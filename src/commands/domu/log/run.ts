/**
 * `xenwright domu log`: what a DomU has printed on its console, from where xenconsoled keeps it, over its restarts. The
 * text is the guest's own: nothing of it draws on this terminal.
 */
import { cleanText } from '../../../clean-text.ts';
import { EXIT, failure } from '../../../errors.ts';
import { hostPort, readKnown, readRunning, type HostPort } from '../../../host/domus/running.ts';
import { chosen } from '../../../host/domus/targets.ts';
import { followLog, lastLines, openLog } from '../../../system/files/last-lines.ts';
import { isUnread } from '../../../system/process/ignore-hangup.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';

const FOLDER = '/var/log/xen/console';

export interface LogOptions {
  readonly lines?: string;
  readonly follow?: boolean;
}

/** Exit 0; 2: there is no such DomU; 4: nothing is kept of its console. */
export async function domuLog(
  name: string,
  { lines = '100', follow }: LogOptions,
  io: CommandIo,
  port: HostPort = hostPort(),
  folder = FOLDER,
): Promise<number> {
  const path = `${folder}/guest-${name}.log`;
  const file = name.includes('/') ? null : await openLog(path);
  if (file === null) await refuse(name, path, port);
  if (file === null || file === 'unfit') throw failure('no-console-log.unfit', EXIT.refused, { path });
  try {
    const { text, end } = await lastLines(file, Number(lines));
    io.out(shown(text));
    if (follow !== true) {
      if (text !== '' && !text.endsWith('\n')) io.out('\n');
      return EXIT.done;
    }
    for await (const part of followLog(path, end, untilLeft())) io.out(shown(part));
    return EXIT.done;
  } finally {
    await file.close();
  }
}

/** Ctrl-C, the end of the session, or nobody who reads any more. */
function untilLeft(): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => abort.abort());
  void isUnread().then(() => abort.abort());
  return abort.signal;
}

/** A line that was drawn again and again is shown as it was last. */
function shown(text: string): string {
  const lines = text.split('\n').map((line) => {
    let end = line.length;
    while (line[end - 1] === '\r') end -= 1;
    return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
  });
  return cleanText(lines.join('\n'));
}

/** Without a log: is there such a DomU at all? */
async function refuse(name: string, path: string, port: HostPort): Promise<never> {
  const [known, { domains }] = await Promise.all([readKnown(port), readRunning(port)]);
  const all = [
    ...known.map((one) => ({ name: one.name, known: one, domain: null })),
    ...(domains ?? []).map((domain) => ({ name: domain.name, known: null, domain })),
  ];
  chosen(all, [name]);
  throw failure('no-console-log.none', EXIT.refused, { name, path });
}
