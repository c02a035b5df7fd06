/** `xenwright medium serve FOLDER`: profiles and netboot files out, reports in, and every machine in one view. */
import { english } from '../../../i18n/english.ts';
import { EXIT, failure, reasonOf } from '../../../errors.ts';
import { servedFilesOf } from '../../../system/http/served-files.ts';
import { Telling } from './telling.ts';
import { answer } from '../../../rack/answer.ts';
import { machineLines } from '../../../rack/line.ts';
import { BUNDLES, REPORTS } from '../../../rack/routes.ts';
import { Station } from '../../../rack/station.ts';
import { localFiles, readNamed, statOrNull } from '../../../system/files/files.ts';
import { openHttpServer } from '../../../system/http/server.ts';
import { ignoreHangup } from '../../../system/process/ignore-hangup.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { openOutput } from '../../../system/process/output.ts';
import { openReportStore } from '../../../system/http/report-store.ts';
import { listenOf } from '../../../command-line/values/addresses.ts';

export interface ServeOptions {
  readonly listen?: string;
  readonly secretFile?: string;
  /** Ends the server; default: Ctrl-C, or a signal to end. */
  readonly until?: AbortSignal;
}

const DEFAULT_LISTEN = '127.0.0.1:8480';
/** For the last words, at the end. */
const PATIENCE_MS = 500;
const LOOPBACK = /^(127\.|::1$)/;

/** Runs until it is stopped, also where nobody reads what it says: Ctrl-S, a dead SSH session, a full pipe. */
export async function serveOnTerminal(folder: string, options: ServeOptions, io: CommandIo): Promise<number> {
  const [out, err] = [openOutput(1), openOutput(2)];
  try {
    return await serve(folder, options, { ...io, out: (text) => out.write(text), err: (text) => err.write(text) });
  } finally {
    await Promise.all([out.close(PATIENCE_MS), err.close(PATIENCE_MS)]);
  }
}

/** Runs until it is stopped. */
export async function serve(folder: string, options: ServeOptions, io: CommandIo): Promise<number> {
  const { address, port } = listenOf(options.listen ?? DEFAULT_LISTEN);
  if ((await statOrNull(folder))?.isDirectory() !== true) throw failure('no-folder', EXIT.usage, { folder });
  const { secretFile } = options;
  const secret = secretFile === undefined ? null : await readSecret(secretFile);
  const store = await openReportStore(folder, { reports: REPORTS, bundles: BUNDLES });
  const station = new Station(store, (view, before) => io.out(machineLines(view, before)));
  await station.recall();
  const openFile = servedFilesOf(folder, {
    folders: [REPORTS, BUNDLES],
    files: secretFile === undefined ? [] : [secretFile],
  });
  const serving = { secret, station, store, openFile };
  const tell = new Telling(io);
  const server = await openHttpServer(address, port, {
    handle: async (request) => {
      const given = await answer(request, serving);
      tell.answered(request, given);
      return given;
    },
    onFault: (error) => tell.fault(error),
  });
  io.out(await welcome(folder, server, secret !== null));
  const letGo = ignoreHangup();
  await stopped(options.until);
  letGo();
  await server.close();
  return EXIT.done;
}

async function welcome(
  folder: string,
  { address, port }: { readonly address: string; readonly port: number },
  isSigned: boolean,
): Promise<string> {
  const isEverywhere = address === '0.0.0.0' || address === '::';
  const base = `http://${isEverywhere ? 'ADDRESS-OF-THIS-MACHINE' : address.includes(':') ? `[${address}]` : address}:${port}`;
  const profiles = (await localFiles.list(folder)).filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'));
  return [
    english('cli.serve.serving', { folder, url: base }),
    ...(LOOPBACK.test(address) ? [english('cli.serve.loopback', { port })] : []),
    english(isSigned ? 'cli.serve.signed' : 'cli.serve.unsigned'),
    english('cli.serve.options'),
    ...(profiles.length === 0 ? ['PROFILE.yaml'] : profiles).map(
      (name) => `  xenwright.profile=${base}/${encodeURI(name)} xenwright.report=${base}/report`,
    ),
    '',
  ].join('\n');
}

async function readSecret(path: string): Promise<string> {
  const text = await readNamed(path).catch((error: unknown) => {
    throw failure('secret-missing.server', EXIT.source, { path, reason: reasonOf(error) });
  });
  if (text.trim().length < 8) throw failure('secret-short', EXIT.usage, { path });
  return text.trim();
}

async function stopped(until: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (until?.aborted === true) resolve();
    until?.addEventListener('abort', () => resolve(), { once: true });
    if (until !== undefined) return;
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
