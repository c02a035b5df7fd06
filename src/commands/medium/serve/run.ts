/** `xenwright medium serve FOLDER`: profiles and netboot files out, reports in, and every machine in one view. */
import { EXIT, failure, reasonOf } from '../../../errors.ts';
import { openServedFile } from '../../../system/http/served-files.ts';
import { answer } from '../../../rack/answer.ts';
import { machineLines } from '../../../rack/line.ts';
import { BUNDLES, REPORTS } from '../../../rack/routes.ts';
import { Station } from '../../../rack/station.ts';
import { localFiles, statOrNull } from '../../../system/files/files.ts';
import { openHttpServer } from '../../../system/http/server.ts';
import { cleanLine } from '../../../clean-text.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { openReportStore } from '../../../system/http/report-store.ts';
import { listenOf } from '../../../command-line/values/addresses.ts';

export interface ServeOptions {
  readonly listen?: string;
  readonly secretFile?: string;
  /** Ends the server; default: Ctrl-C, or a signal to end. */
  readonly until?: AbortSignal;
}

const DEFAULT_LISTEN = '127.0.0.1:8480';
const LOOPBACK = /^(127\.|::1$)/;

/** Runs until it is stopped. */
export async function serve(folder: string, options: ServeOptions, io: CommandIo): Promise<number> {
  const { address, port } = listenOf(options.listen ?? DEFAULT_LISTEN);
  if ((await statOrNull(folder))?.isDirectory() !== true) throw failure('no-folder', EXIT.usage, { folder });
  const secret = options.secretFile === undefined ? null : await readSecret(options.secretFile);
  const store = await openReportStore(folder, { reports: REPORTS, bundles: BUNDLES });
  const station = new Station(store, (view, before) => io.out(machineLines(view, before)));
  await station.recall();
  const server = await openHttpServer(
    address,
    port,
    async (request) => {
      const given = await answer(request, { folder, secret, station, store, openFile: openServedFile });
      if (given.status === 401 || given.status === 507 || (given.status === 400 && request.method === 'POST'))
        io.err(
          `${request.method} ${JSON.stringify(request.path.slice(0, 200))} from ${request.from} was refused (${given.status})${given.status === 401 ? ': not signed with the secret of --secret-file' : typeof given.body === 'string' ? `: ${cleanLine(given.body.trim(), 500)}` : ''}\n`,
        );
      else if (isWorthTelling(request.path, given.status))
        io.out(
          `${new Date().toISOString().slice(11, 19)} ${request.from} ${request.method} ${JSON.stringify(request.path.slice(0, 200))} ${given.status}\n`,
        );
      return given;
    },
    (error) => io.err(`${reasonOf(error)}\n`),
  );
  io.out(await welcome(folder, server, secret !== null));
  await stopped(options.until);
  await server.close();
  return EXIT.done;
}

/**
 * Who has fetched a profile, and who has asked for what is not there: what one looks for when a machine does not
 * install itself.
 */
function isWorthTelling(path: string, status: number): boolean {
  return status === 404 || /\.ya?ml$/.test(path);
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
    `Serving ${folder} at ${base}/ (every machine in one view; also /status.json)`,
    ...(LOOPBACK.test(address)
      ? [`Only this machine can reach it. For the provisioning network: --listen ADDRESS:${port}`]
      : []),
    isSigned
      ? 'Reports must be signed with the secret of --secret-file (report.webhook.secret in the profile).'
      : 'Reports are taken from everybody: --secret-file FILE takes only signed ones.',
    'Kernel options of a machine that is to install itself:',
    ...(profiles.length === 0 ? ['PROFILE.yaml'] : profiles).map(
      (name) => `  xenwright.profile=${base}/${encodeURI(name)} xenwright.report=${base}/report`,
    ),
    '',
  ].join('\n');
}

async function readSecret(path: string): Promise<string> {
  const text = await localFiles.readText(path).catch((error: unknown) => {
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
