/**
 * What apt would install from a medium: its package lists alone are unpacked, and apt resolves on them, far from this
 * system's own.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { COMMON_PACKAGES } from '../../actions/base-packages.ts';
import type { NeededPackage } from '../../actions/kind.ts';
import { decodedOrAsWritten } from '../../profile/address-login.ts';
import { EXIT, failure } from '../../errors.ts';
import { inEnglish } from '../../i18n/english.ts';
import type { Message } from '../../i18n/phrase.ts';
import type { ReadAt } from '../../medium/copy/byte-source.ts';
import { listFiles, readFile, readVolume, type IsoFile } from '../../medium/copy/iso9660.ts';
import type { BaseSource } from '../../plan/action.ts';
import { exec } from '../process/exec.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Caches of apt over every list of Debian have a tenth of it. */
const MOST_FILE_BYTES = 1024 * 1024 * 1024;
const MEDIUM = /^copy:\/run\/xenwright\/media\//;

export interface Resolved {
  readonly needed: readonly NeededPackage[];
  /** What neither the medium nor a source beside it has, in apt's words. */
  readonly lacking: readonly Message[];
}

/**
 * Resolves a base's packages. `login`: who apt is for the sources beside it, as apt_auth.conf(5). Throws
 * `medium-not-trusted` (exit 6) when apt refuses the medium's lists, `medium-damaged` when one unpacks to more than
 * `mostFileBytes`.
 */
export async function resolveOnMedium(
  readAt: ReadAt,
  sources: readonly BaseSource[],
  packages: readonly string[],
  signal: AbortSignal,
  login = '',
  mostFileBytes = MOST_FILE_BYTES,
): Promise<Resolved> {
  const volume = await readVolume(readAt);
  if (volume === null) throw failure('not-a-medium.packages', EXIT.source);
  const files = await listFiles(readAt, volume);
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-apt-'));
  try {
    const medium = join(folder, 'medium');
    await unpackLists(readAt, files, medium);
    const apt = await makeApt(
      folder,
      sources.map((source) => ({ ...source, uri: MEDIUM.test(source.uri) ? `copy:${medium}` : source.uri })),
      login,
    );
    const run = (argv: readonly string[], okCodes = [0]): ReturnType<typeof exec> =>
      exec(
        [...bounded(mostFileBytes), 'apt-get', '-qq', '-y', ...argv],
        { env: { APT_CONFIG: apt }, timeoutMs: 10 * 60_000, okCodes, quiet: true },
        { signal },
      );
    const updated = await run(['update'], [0, 100]);
    if (/File too large/.test(updated.stderr))
      throw failure(
        'medium-damaged.large',
        EXIT.source,
        { path: 'dists' },
        { lastLines: updated.stderr.trim().split('\n') },
      );
    if (updated.exitCode !== 0) refuseUntrusted(updated.stderr, medium);
    const wanted = [
      'install',
      '--no-install-recommends',
      '?essential',
      'apt',
      ...new Set([...COMMON_PACKAGES, ...packages]),
    ];
    const listed = await run(['--print-uris', ...wanted], [0, 100]);
    if (listed.exitCode !== 0) return { needed: [], lacking: lackingOf(`${listed.stdout}\n${listed.stderr}`) };
    const present = new Map(files.map((file) => [file.path, file]));
    const all = parseUris(listed.stdout, `copy:${medium}`, (path) => present.has(path));
    const isThere = ({ path, sizeBytes }: { path: string; sizeBytes: number }): boolean =>
      present.get(path)?.sizeBytes === sizeBytes;
    return {
      needed: all,
      lacking: all
        .filter((one) => !isThere(one))
        .map(({ path }) => ({ key: 'errors.medium-lacks-packages.onlyListed', values: { path } })),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Lists may be made to unfold without end: the kernel lets nobody write more into one file, and apt is told so instead
 * of being ended (setrlimit(2), RLIMIT_FSIZE).
 */
function bounded(mostFileBytes: number): string[] {
  return ['prlimit', `--fsize=${mostFileBytes}`, 'env', '--ignore-signal=XFSZ'];
}

/** Throws `medium-not-trusted` where apt's words say so of the medium; what else failed is told when packages lack. */
function refuseUntrusted(stderr: string, medium: string): void {
  const untrusted = stderr
    .split('\n')
    .filter(
      (line) => line.includes(medium) && /not signed|NO_PUBKEY|couldn't be verified|signature|Release/.test(line),
    );
  if (untrusted.length > 0)
    throw failure(
      'medium-not-trusted',
      EXIT.source,
      {},
      { lastLines: untrusted.map((line) => line.replaceAll(`copy:${medium}`, 'the medium')) },
    );
}

/** Lines of `--print-uris` that lie on the medium: 'copy:/…/pool/x.deb' x.deb 123 SHA256:… */
function parseUris(text: string, root: string, isThere: (path: string) => boolean): NeededPackage[] {
  return text.split('\n').flatMap((line) => {
    const match = /^'([^']+)' (\S+) (\d+) SHA256:([0-9a-f]{64})/.exec(line);
    const [, uri = ''] = match ?? [];
    const path = uri.slice(root.length + 1).replace(/^\.?\/+/, '');
    // Names may hold percent signs of their own: an epoch's colon is written as %3a.
    return match === null || !uri.startsWith(`${root}/`)
      ? []
      : [
          {
            path: isThere(path) ? path : decodedOrAsWritten(path),
            name: match[2] ?? '',
            sizeBytes: Number(match[3]),
            sha256: match[4] ?? '',
          },
        ];
  });
}

/** The names in what apt complains of. */
function lackingOf(text: string): Message[] {
  const lines = text.split('\n').flatMap((line): Message[] => {
    const unknown =
      /Unable to locate package (\S+)|Package '([^']+)' has no installation candidate|Couldn't find any package by .*'([^']+)'/.exec(
        line,
      );
    if (unknown !== null) return [unknown[1] ?? unknown[2] ?? unknown[3] ?? ''];
    const unmet =
      /^ ?(\S+) : (?:Pre)?-?Depends: (\S+).*but it is not (?:installable|going to be installed)|^\s+(?:Pre)?-?Depends: (\S+).*but it is not installable/.exec(
        line,
      );
    return unmet === null
      ? []
      : [
          unmet[1] === undefined
            ? (unmet[3] ?? '')
            : { key: 'errors.medium-lacks-packages.neededBy', values: { name: unmet[2] ?? '', package: unmet[1] } },
        ];
  });
  return lines.length > 0
    ? [...new Map(lines.map((line) => [inEnglish(line), line])).values()]
    : [text.trim().split('\n').at(-1) ?? { key: 'errors.medium-lacks-packages.noReason' }];
}

/** A configuration with lists, caches and a state of its own, where nothing is installed. */
export async function makeApt(folder: string, sources: readonly BaseSource[], login = ''): Promise<string> {
  for (const path of [
    'apt/etc/apt.conf.d',
    'apt/etc/preferences.d',
    'apt/etc/trusted.gpg.d',
    'apt/etc/auth.conf.d',
    'apt/etc/sources.list.d',
    'apt/lists/partial',
    'apt/cache/archives/partial',
  ])
    await mkdir(join(folder, path), { recursive: true });
  await writeFile(join(folder, 'apt/status'), '');
  if (login !== '') await writeFile(join(folder, 'apt/etc/auth.conf.d/login.conf'), login, { mode: 0o600 });
  const option = ({ trusted, keyring }: BaseSource): string =>
    trusted === true ? '[trusted=yes check-valid-until=no]' : `[signed-by=${keyring ?? KEYRING} check-valid-until=no]`;
  await writeFile(
    join(folder, 'apt/etc/sources.list'),
    sources
      .filter(({ uri }) => uri !== '')
      .map((source) => `deb ${option(source)} ${source.uri} ${source.suite} ${source.components.join(' ')}\n`)
      .join(''),
  );
  const config = join(folder, 'apt/apt.conf');
  await writeFile(
    config,
    [
      `Dir "${folder}/apt";`,
      `Dir::Etc "${folder}/apt/etc";`,
      `Dir::State "${folder}/apt";`,
      `Dir::State::lists "${folder}/apt/lists";`,
      `Dir::State::status "${folder}/apt/status";`,
      `Dir::Cache "${folder}/apt/cache";`,
      'Dir::Bin::methods "/usr/lib/apt/methods";',
      'APT::Architecture "amd64";',
      'APT::Architectures { "amd64"; };',
      'APT::Sandbox::User "root";',
      'APT::Install-Recommends "false";',
      'Acquire::Languages "none";',
      'Acquire::Retries "2";',
      'Debug::NoLocking "true";',
      '',
    ].join('\n'),
  );
  return config;
}

/** Writes the package lists of a medium, with their signatures, below `folder`. */
async function unpackLists(readAt: ReadAt, files: readonly IsoFile[], folder: string): Promise<void> {
  for (const file of files) {
    if (file.isFolder || !/^dists\/.*(Release|Release\.gpg|Packages(\.\w+)?)$/.test(file.path)) continue;
    const path = join(folder, file.path);
    const bytes = await readFile(readAt, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
