/** Debian packages by purpose: what is missing is named, installed with apt-get, and never asked about. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runLogged } from './child.mjs';
import { say, Trouble } from './trouble.mjs';

const BUILD_TREES = ['mmdebstrap', 'debian-archive-keyring', 'gpgv', 'arch-test', 'zstd', 'e2fsprogs', 'openssl'];

/** What a command of Xenwright needs is not among them: the command installs it (src/system/process/provide-tools.ts). */
export const PACKAGES = {
  // The project's Node needs both, and minimal systems lack the first.
  run: ['libatomic1', 'libstdc++6'],
  // npm ci, by https.
  fetch: ['ca-certificates'],
  // A bare tree of a Debian release, to run the two commands in.
  bare: ['mmdebstrap', 'debian-archive-keyring', 'gpgv', 'git', 'tar', 'util-linux'],
  // Everything that a test of `npm test` runs: a bare system has none of it.
  test: [
    'e2fsprogs',
    'openssl',
    'gdisk',
    'fdisk',
    'dosfstools',
    'mount',
    'util-linux',
    'procps',
    'openssh-client',
    'python3',
    'xorriso',
    'isomd5sum',
    'xz-utils',
    'mmdebstrap',
    'debian-archive-keyring',
    'gpgv',
    'udev',
    'lvm2',
    // What lies on guests' disks, and backups of them as others read them.
    'btrfs-progs',
    'qemu-utils',
    'zstd',
    // Programs that read what is written into a host: test/profile/fields-table/parsers.ts. No server that would start.
    'systemd',
    'sudo',
    'nftables',
    'grub-common',
    // The linters of scripts.
    'shellcheck',
    'pyflakes3',
  ],
  // strip(1) takes a fifth off the single executable.
  sea: ['binutils'],
  // readelf(1) says which libraries the executable needs.
  package: ['binutils', 'gzip'],
  // The rest is for tests in virtual machines.
  image: [...BUILD_TREES, 'qemu-system-x86', 'qemu-utils', 'ovmf', 'iproute2', 'openssh-client'],
  // They make sticks and discs; those in namespaces send packets and give addresses, those of terminals run in others.
  lab: ['mtools', 'xorriso', 'nftables', 'iproute2', 'dnsmasq-base', 'tmux', 'screen'],
  // GRUB is that of the medium's own tree.
  medium: [...BUILD_TREES, 'squashfs-tools', 'xorriso', 'mtools', 'isomd5sum', 'cpio', 'util-linux'],
};

/** Makes sure that the packages of these purposes are there. */
export async function ensurePackages(purposes) {
  await installPackages(packagesToInstall(purposes));
}

/**
 * The packages of these purposes that are not there and can be installed. Trouble: they are missing and nobody here can
 * install them.
 */
export function packagesToInstall(purposes) {
  const wanted = [...new Set(purposes.flatMap((purpose) => PACKAGES[purpose]))];
  if (findCommand('apt-get') === null || findCommand('dpkg-query') === null) {
    explainOtherSystem(wanted);
    return [];
  }
  const missing = missingPackages(wanted);
  if (missing.length > 0 && process.getuid?.() !== 0) {
    throw new Trouble(`these packages are missing, and only root can install them: ${missing.join(' ')}`, {
      exit: 4,
      hint: `As root: apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}\nThen run the same command again (installing into images needs root too).`,
    });
  }
  return missing;
}

/** Installs packages with apt-get; none are nothing to do. */
export async function installPackages(missing) {
  if (missing.length === 0) return;
  say(
    `installing ${missing.length === 1 ? '1 package' : `${missing.length} packages`} of this system's own archive with apt-get: ${missing.join(' ')}`,
  );
  await apt('apt-update', ['update']);
  await apt('apt-install', [
    'install',
    '-y',
    '--no-install-recommends',
    '-o',
    'Dpkg::Options::=--force-confold',
    ...missing,
  ]);
}

/**
 * The wanted packages that dpkg does not know as installed; names that this architecture adds are understood by dpkg
 * itself.
 */
export function missingPackages(wanted) {
  const result = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted], {
    encoding: 'utf8',
  });
  const installed = new Set(
    (result.stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}

async function apt(name, args) {
  const options = ['-q', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const { code, output, path } = await runLogged(name, 'apt-get', [...options, ...args], {
    env,
    progress: aptProgress,
  });
  if (code === 0) return;
  throw new Trouble(
    `apt-get ${args[0]} failed with exit code ${code}; its last lines:\n${output
      .slice(-20)
      .map((line) => `  | ${line}`)
      .join('\n')}`,
    {
      hint: `All of its output is in ${path}. Check the network and this system's apt sources, then run the same command again.`,
    },
  );
}

/** `Get:12 http://… libfoo amd64 1.2 [34 kB]` → `fetching libfoo`; steps of dpkg as they are. */
export function aptProgress(line) {
  const fetched = /^Get:\d+ \S+ \S+ \S+ ([a-z0-9]\S*)/.exec(line);
  if (fetched !== null) return `fetching ${fetched[1]}`;
  const step = /^(Unpacking|Setting up|Processing triggers for) (\S+)/.exec(line);
  return step === null ? null : `${step[1].toLowerCase()} ${step[2]}`;
}

/** Where there is no apt the tools may still be there; only what cannot be found is a reason to stop. */
function explainOtherSystem(wanted) {
  const commands = {
    mmdebstrap: 'mmdebstrap',
    'qemu-system-x86': 'qemu-system-x86_64',
    'qemu-utils': 'qemu-img',
    e2fsprogs: 'mke2fs',
    openssl: 'openssl',
    gdisk: 'sgdisk',
    lvm2: 'lvm',
    iproute2: 'ip',
  };
  const missing = wanted.filter((name) => commands[name] !== undefined && findCommand(commands[name]) === null);
  if (missing.length === 0) return;
  throw new Trouble(`this system (${systemName()}) has no apt, and these tools are missing: ${missing.join(', ')}`, {
    exit: 4,
    hint: 'Xenwright sets itself up on Debian 12 or newer and on Ubuntu. Elsewhere, install these tools by hand (named as in Debian),\nor run it inside a Debian container or virtual machine.',
  });
}

export function findCommand(name) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      /* not in this folder */
    }
  }
  return null;
}

export function systemName() {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}
