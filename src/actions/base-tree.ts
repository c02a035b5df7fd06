/** A role's tree: the common stage, unpacked, with the role's packages and its initrd, and nothing left of the building. */
import type { NoticeKey } from '../i18n/notices.ts';
import type { BaseSpec, MediumMount } from '../plan/action.ts';
import { makeApplianceInitrd } from './appliance-initrd.ts';
import { inTree, type RunInTree } from './base-chroot.ts';
import { aptOptions, LOGIN_IN_TREE } from './base-common.ts';
import type { ActionContext } from './kind.ts';
import { machineAptOptions } from './machine-apt.ts';
import { withMirrorRetries } from './mirror-errors.ts';
import type { PackageCache } from './package-cache.ts';

const TIMEOUT_MS = 30 * 60_000;
const APT_SETTINGS = '/etc/apt/apt.conf.d/99xenwright-build';
const DPKG_SETTINGS = '/etc/dpkg/dpkg.cfg.d/xenwright-build';
/** No daemon starts while packages are installed. */
export const NO_DAEMONS = '#!/bin/sh\nexit 101\n';
export const RESOLVER_LINK = '../run/systemd/resolve/stub-resolv.conf';
const UPDATE_INITRAMFS = '/usr/sbin/update-initramfs';

export interface BuiltTree {
  readonly packages: Readonly<Record<string, string>>;
}

/** The apt call that brings the role's packages. */
export function installArguments(base: BaseSpec): string[] {
  return [
    'apt-get',
    '--quiet',
    '--yes',
    '--no-install-recommends',
    '-o',
    'Dpkg::Use-Pty=0',
    'install',
    ...base.packages,
  ];
}

/**
 * Fills the empty folder `tree`. `beforeInitrd`: what else has to be in the tree when its initrd is made; gives the
 * environment for that.
 */
export async function buildTree(
  base: BaseSpec,
  tree: string,
  cache: PackageCache,
  context: ActionContext,
  step: (name: NoticeKey) => void,
  medium: MediumMount | null = null,
  beforeInitrd?: () => Promise<Readonly<Record<string, string>>>,
): Promise<BuiltTree> {
  const run = inTree(context, tree, cache.archives, medium);
  step('notices.unpackingStage');
  await context.exec(unpackArguments(base, context.baseStore, tree), { timeoutMs: TIMEOUT_MS });
  await prepare(base, tree, run, context);
  if (cache.login !== null) await context.exec(['install', '-D', '-m', '0600', cache.login, `${tree}${LOGIN_IN_TREE}`]);
  step('notices.installingPackages');
  await withMirrorRetries(base, context, async () => {
    await run(['apt-get', '--quiet', 'update'], { timeoutMs: TIMEOUT_MS });
    try {
      await run(installArguments(base), { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      // A download that broke off in the middle may leave packages unpacked but not configured.
      await run(['dpkg', '--configure', '--pending'], { timeoutMs: TIMEOUT_MS, okCodes: [0, 1, 2] });
      throw error;
    } finally {
      await cache.keep();
    }
  });
  if (base.initrd !== null) {
    step('notices.makingInitrd');
    const environment = (await beforeInitrd?.()) ?? {};
    if (base.role === 'appliance') await makeApplianceInitrd(base.initrd.list, tree, run, context);
    else await makeInitrd(tree, run, context, environment);
  }
  const list = await run(['dpkg-query', '--show', '--showformat', '${db:Status-Status} ${Package} ${Version}\n'], {
    quiet: true,
  });
  await context.exec(cleanArguments(tree));
  return { packages: parsePackages(list.stdout) };
}

export function unpackArguments(base: BaseSpec, store: string, tree: string): string[] {
  return [
    'tar',
    '--extract',
    '--xattrs',
    '--xattrs-include=*',
    '--numeric-owner',
    `--directory=${tree}`,
    `--file=${store}/${base.parent}/tree.tar`,
  ];
}

/** Installed packages and their versions. */
export function parsePackages(listing: string): Record<string, string> {
  return Object.fromEntries(
    listing
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([status]) => status === 'installed')
      .map(([, name, version]) => [name ?? '', version ?? '']),
  );
}

/** No daemon starts in the tree, one initrd is made instead of one per package, dpkg does not wait for the disk. */
async function prepare(base: BaseSpec, tree: string, run: RunInTree, context: ActionContext): Promise<void> {
  const write = (path: string, text: string, mode = '0644'): Promise<void> =>
    context.files.writeText(`${tree}${path}`, text, { mode });
  await write('/usr/sbin/policy-rc.d', NO_DAEMONS, '0755');
  // The target of the link is put there while a command runs: the tree itself never knows this machine's resolver.
  await context.files.makeLink(`${tree}/etc/resolv.conf`, RESOLVER_LINK);
  await write(
    APT_SETTINGS,
    [...aptOptions(base), ...(await machineAptOptions(context))].map((option) => `${option};\n`).join(''),
  );
  await write(DPKG_SETTINGS, 'force-unsafe-io\nforce-confdef\nforce-confold\n');
  if (base.initrd === null) return;
  await write(
    '/etc/initramfs-tools/conf.d/xenwright',
    `MODULES=${base.initrd.modules}\nCOMPRESS=zstd\nCOMPRESSLEVEL=3\nRESUME=none\n`,
  );
  await write('/etc/initramfs-tools/modules', base.initrd.list.map((name) => `${name}\n`).join(''));
  await run(['dpkg-divert', '--quiet', '--local', '--rename', '--add', UPDATE_INITRAMFS]);
  await write(UPDATE_INITRAMFS, '#!/bin/sh\nexit 0\n', '0755');
}

async function makeInitrd(
  tree: string,
  run: RunInTree,
  context: ActionContext,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await context.files.remove(`${tree}${UPDATE_INITRAMFS}`);
  await run(['dpkg-divert', '--quiet', '--local', '--rename', '--remove', UPDATE_INITRAMFS]);
  await run(['update-initramfs', '-c', '-k', 'all'], { timeoutMs: TIMEOUT_MS, env: environment });
}

/** What must be unique per domain, and what building left behind: neither goes into a base. */
const LEFTOVERS = [
  APT_SETTINGS,
  LOGIN_IN_TREE,
  DPKG_SETTINGS,
  '/etc/apt/apt.conf.d/99mmdebstrap',
  '/etc/dpkg/dpkg.cfg.d/99mmdebstrap',
  '/usr/sbin/policy-rc.d',
  '/var/cache/apt/*.bin',
  '/var/cache/apt/archives/*',
  '/var/lib/apt/lists/*',
  '/var/cache/debconf/*-old',
  '/var/lib/dpkg/*-old',
  '/var/cache/ldconfig/*',
  '/var/log/*.log',
  '/var/log/apt/*',
  '/var/log/btmp',
  '/var/log/wtmp',
  '/var/log/lastlog',
  '/var/log/faillog',
  '/var/log/journal/*',
  '/var/log/README',
  '/etc/ssh/ssh_host_*',
  '/var/lib/systemd/random-seed',
  '/var/lib/systemd/credential.secret',
  '/var/lib/dbus/machine-id',
  '/etc/hostname',
  '/etc/.resolv.conf.systemd-resolved.bak',
  '/tmp/*',
  '/var/tmp/*',
  '/root/.bash_history',
];

/**
 * The call that takes them out. What systemd would do at the first boot of a new /usr (ldconfig, the journal's
 * catalogue, systemd-update-done.service(8)) packages have done here already, natively.
 */
export function cleanArguments(tree: string): string[] {
  return [
    'sh',
    '-c',
    `cd "$1" && rm -rf ${LEFTOVERS.map((path) => path.slice(1)).join(' ')} && : > etc/machine-id && touch -r usr etc/.updated var/.updated`,
    'sh',
    tree,
  ];
}
