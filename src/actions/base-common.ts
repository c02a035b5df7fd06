/** The common stage of bases: mmdebstrap's call and its run. Kept as a tree in one tar; roles continue from it. */
import { EXIT, failure } from '../errors.ts';
import type { BaseSource, BaseSpec, MediumMount } from '../plan/action.ts';
import { quoted } from '../plan/shell-words.ts';
import { COMMON_PACKAGES } from './base-packages.ts';
import { withMedium } from './base-medium.ts';
import type { ActionContext } from './kind.ts';
import { machineAptOptions } from './machine-apt.ts';
import { withMirrorRetries } from './mirror-errors.ts';
import type { PackageCache } from './package-cache.ts';

export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Who apt is while bases are built (apt_auth.conf(5)); none of it stays in them. */
export const LOGIN_IN_TREE = '/etc/apt/auth.conf.d/99xenwright-build.conf';
const TIMEOUT_MS = 30 * 60_000;
/**
 * /etc/default/console-setup of installed systems and of the medium, line by line: what the package finds when it is
 * installed, and keeps. A font of 256 signs: with more of them bright colours are lost on some screens.
 */
export const CONSOLE_SETUP: readonly string[] = [
  'ACTIVE_CONSOLES="/dev/tty[1-6]"',
  'CHARMAP="UTF-8"',
  'CODESET="Lat15"',
  'FONTFACE="Fixed"',
  'FONTSIZE="8x16"',
];

/** apt's settings while bases are built; taken out of the finished tree again. */
export function aptOptions(base: BaseSpec): string[] {
  return [
    'Acquire::Retries "2"',
    'Acquire::http::Timeout "30"',
    'Acquire::https::Timeout "30"',
    'Acquire::Languages "none"',
    'APT::Install-Recommends "false"',
    ...(base.proxy === null ? [] : [`Acquire::http::Proxy "${base.proxy}"`, `Acquire::https::Proxy "${base.proxy}"`]),
  ];
}

/**
 * The mmdebstrap call. `archives`: a folder of packages fetched earlier; new ones are left there too. `machineOptions`:
 * of machine-apt.ts. `login`: the cache's.
 */
export function mmdebstrapArguments(
  base: BaseSpec,
  target: string,
  archives: string,
  machineOptions: readonly string[] = [],
  login: string | null = null,
): string[] {
  const mirrors = base.sources.filter((source) => source.uri !== '');
  const components = [...new Set(base.sources.flatMap((source) => source.components))];
  const inside = '"$1/var/cache/apt/archives"';
  return [
    'mmdebstrap',
    '--mode=root',
    '--variant=apt',
    '--format=tar',
    `--architectures=${base.architecture}`,
    `--keyring=${DEBIAN_KEYRING}`,
    ...(mirrors.length > 0 || components.length === 0 ? [] : [`--components=${components.join(',')}`]),
    `--include=${[...new Set([...COMMON_PACKAGES, ...base.packages])].join(',')}`,
    ...[...aptOptions(base), ...machineOptions].map((option) => `--aptopt=${option}`),
    '--dpkgopt=force-unsafe-io',
    // Lists are kept: each role then asks the mirror only for what changed since.
    '--skip=essential/unlink,download/empty,cleanup/apt/lists',
    // In place, not copied: a cache of several releases is larger than a tree in memory may be. Let go of before the
    // tree is cleaned and packed.
    `--setup-hook=mkdir -p ${inside} && mount --bind ${quoted(archives)} ${inside}`,
    ...keyrings(base).map(
      (path) =>
        `--setup-hook=mkdir -p "$1"${quoted(path.slice(0, path.lastIndexOf('/')))} && cp ${quoted(path)} "$1"${quoted(path)}`,
    ),
    ...(login === null
      ? []
      : [
          `--setup-hook=install -D -m 0600 ${quoted(login)} "$1"${LOGIN_IN_TREE}`,
          `--customize-hook=rm "$1"${LOGIN_IN_TREE}`,
        ]),
    // Host keys that are there are not made: each domain gets its own later, and RSA keys take their time.
    '--essential-hook=mkdir -p "$1/etc/ssh" && cd "$1/etc/ssh" && touch ssh_host_rsa_key ssh_host_ecdsa_key ssh_host_ed25519_key',
    // Left to itself console-setup takes a tree that is made without a locale for one of bytes, and its screens show
    // UTF-8 as rubbish.
    `--essential-hook=mkdir -p "$1/etc/default" && printf '%s\\n' ${CONSOLE_SETUP.map(quoted).join(' ')} > "$1/etc/default/console-setup"`,
    `--customize-hook=umount ${inside}`,
    base.release,
    target,
    ...mirrors.map(debLine),
  ];
}

/** Bootstraps into `tar`, with its work in `scratch`. */
export async function buildCommon(
  base: BaseSpec,
  tar: string,
  scratch: string,
  cache: PackageCache,
  context: ActionContext,
  medium: MediumMount | null = null,
): Promise<void> {
  for (const path of [DEBIAN_KEYRING, ...keyrings(base)]) {
    if (await context.files.exists(path)) continue;
    throw failure(path === DEBIAN_KEYRING ? 'keyring-missing.debian' : 'keyring-missing.other', EXIT.refused, { path });
  }
  const machineOptions = await machineAptOptions(context);
  await withMirrorRetries(base, context, async () => {
    await context.files.remove(tar);
    // In namespaces of its own: a killed mmdebstrap would leave its mounts behind.
    await context.exec(
      [
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        ...withMedium(medium, mmdebstrapArguments(base, tar, cache.archives, machineOptions, cache.login)),
      ],
      { timeoutMs: TIMEOUT_MS, env: { TMPDIR: scratch } },
    );
    await cache.keep();
  });
}

/** Key files named by the sources, those of Debian's own package left out; they lie at the same path in the tree. */
function keyrings(base: BaseSpec): string[] {
  return [...new Set(base.sources.flatMap((source) => source.keyring?.split(',') ?? []))].filter(
    (path) => path !== DEBIAN_KEYRING,
  );
}

/** As in sources.list. */
export function debLine(source: BaseSource): string {
  // A disc is as old as it is: nobody holds back what is newer.
  const options = [
    ...(source.uri.startsWith('copy:') ? ['check-valid-until=no'] : []),
    ...(source.trusted === true ? ['trusted=yes'] : source.keyring === null ? [] : [`signed-by=${source.keyring}`]),
  ];
  return `deb ${options.length === 0 ? '' : `[${options.join(' ')}] `}${source.uri} ${source.suite} ${source.components.join(' ')}`;
}
