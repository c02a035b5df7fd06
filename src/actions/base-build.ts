/**
 * Builds a base: one root filesystem for (distribution, release, architecture, role, packages), by mmdebstrap and apt,
 * then one sparse ext4 image with the list of its used ranges. Written beside and renamed when whole.
 */
import { XenwrightError, EXIT } from '../errors.ts';
import type { ActionOf, BaseSource, BaseSpec } from '../plan/action.ts';
import { COMMON_PACKAGES } from './base-packages.ts';
import { usedExtents } from './extents.ts';
import type { ActionContext, ActionHandler, CommandLine } from './kind.ts';

const INSTALL_TIMEOUT_MS = 30 * 60_000;
const TRIES = 3;

/** The appliance's first steps; the rest is on the tools' disk, so that this base need not change with the program. */
const APPLIANCE_START = '#!/bin/sh\nmount -t devtmpfs devtmpfs /dev 2>/dev/null\nmount -o ro /dev/vdb /mnt && exec /bin/sh /mnt/init\n';

/** One apt source as a deb line; an empty uri means the tool's own default and gives no line. */
function debLine(source: BaseSource): string {
  const options = source.keyring === null ? '' : `[signed-by=${source.keyring}] `;
  return `deb ${options}${source.uri} ${source.suite} ${source.components.join(' ')}`;
}

/** The mmdebstrap call for the common stage. */
export function mmdebstrapArguments(base: BaseSpec, target: string): string[] {
  const lines = base.sources.filter((source) => source.uri !== '').map(debLine);
  return ['mmdebstrap', '--variant=apt', '--format=tar', `--architectures=${base.architecture}`, `--include=${[...new Set([...COMMON_PACKAGES, ...base.packages])].join(',')}`,
    '--aptopt=Acquire::Retries "3"', '--dpkgopt=force-unsafe-io',
    ...(base.proxy === null ? [] : [`--aptopt=Acquire::http::Proxy "${base.proxy}"`]),
    base.release, target, ...lines];
}

/** The mke2fs call: every feature named, nothing taken from this machine's own mke2fs.conf. */
export function mke2fsArguments(base: BaseSpec, tree: string, image: string, sizeMiB: number): string[] {
  return ['mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096', '-I', '256', '-i', '16384', '-m', '1', '-J', 'size=32', '-O', ['none', ...base.features].join(','),
    '-E', 'lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0', '-L', 'base', '-d', tree, image, `${sizeMiB}M`];
}

export const baseBuild: ActionHandler<'base.build'> = {
  kind: 'base.build',
  commands({ params: { base, hash } }): readonly CommandLine[] {
    if (base.role === 'common') return [{ argv: mmdebstrapArguments(base, `$BASES/${hash}/tree.tar`) }];
    return [
      { argv: ['tar', '-x', '-C', '$SCRATCH/tree', '-f', `$BASES/${base.parent}/tree.tar`] },
      { argv: ['chroot', '$SCRATCH/tree', 'apt-get', 'install', '-y', '--no-install-recommends', ...base.packages] },
      { argv: ['chroot', '$SCRATCH/tree', 'update-initramfs', '-c', '-k', 'all'] },
      { argv: mke2fsArguments(base, '$SCRATCH/tree', `$BASES/${hash}/image`, 0), note: 'the size is that of the tree and some slack' },
    ];
  },
  async isDone({ params }, context) {
    return await context.files.exists(`${context.baseStore}/${params.hash}/manifest.json`);
  },
  async apply(action, context) {
    if (await baseBuild.isDone?.(action, context)) {
      context.output(`base ${action.params.hash.slice(0, 12)} is there already`);
      await context.exec(['touch', `${context.baseStore}/${action.params.hash}`], { quiet: true });
      return;
    }
    const { base, hash } = action.params;
    await context.files.makeDirectory(context.baseStore);
    // flock(1) lets go when its holder dies, so a killed build never leaves a lock behind; two runs share one result.
    const partial = `${context.baseStore}/${hash}.partial-${process.pid}`;
    await context.files.remove(partial);
    await context.files.makeDirectory(partial);
    try {
      if (base.role === 'common') await buildCommon(base, `${partial}/tree.tar`, context);
      else await buildRole(action, partial, context);
      await context.files.writeText(`${partial}/manifest.json`, `${JSON.stringify({ hash, base, built: new Date().toISOString() }, null, 2)}\n`);
      if (await baseBuild.isDone?.(action, context)) return;
      await context.files.remove(`${context.baseStore}/${hash}`);
      await context.files.rename(partial, `${context.baseStore}/${hash}`);
    } finally {
      await context.files.remove(partial);
    }
  },
};

async function buildCommon(base: BaseSpec, tar: string, context: ActionContext): Promise<void> {
  await withRetries(base, context, async () => {
    await context.files.remove(tar);
    await context.exec(mmdebstrapArguments(base, tar), { timeoutMs: INSTALL_TIMEOUT_MS });
  });
}

async function buildRole(action: ActionOf<'base.build'>, partial: string, context: ActionContext): Promise<void> {
  const { base, hash } = action.params;
  const tree = `${context.scratch}/${hash.slice(0, 16)}-${process.pid}`;
  const mounts = ['proc', 'sys', 'dev'] as const;
  const unmount = async (): Promise<void> => {
    for (const name of mounts) await context.exec(['umount', '-l', `${tree}/${name}`], { quiet: true, okCodes: [0, 1, 32] });
  };
  await context.files.makeDirectory(tree, '0755');
  try {
    await context.exec(['tar', '-x', '--xattrs', '--xattrs-include=*', '--numeric-owner', '-C', tree, '-f', `${context.baseStore}/${base.parent}/tree.tar`], { timeoutMs: INSTALL_TIMEOUT_MS });
    context.progress(1, 5, 'steps');
    for (const name of mounts) await context.exec(['mount', ...(name === 'dev' ? ['--bind', '/dev'] : ['-t', name === 'proc' ? 'proc' : 'sysfs', name]), `${tree}/${name}`], { quiet: true });
    await prepareTree(base, tree, context);
    await withRetries(base, context, async () => {
      await context.exec(['chroot', tree, 'apt-get', '-q', 'update'], { timeoutMs: INSTALL_TIMEOUT_MS });
      await context.exec(['chroot', tree, 'apt-get', '-q', '-y', '--no-install-recommends', '-o', 'Acquire::Retries=3', '-o', 'Dpkg::Use-Pty=0', 'install', ...base.packages], { timeoutMs: INSTALL_TIMEOUT_MS });
    });
    context.progress(2, 5, 'steps');
    // The appliance's own disks are plain; looking for arrays at every turn only delays its start.
    if (base.role === 'appliance') await context.exec(['sh', '-c', 'cd "$1"/usr/share/initramfs-tools && find . -name "*mdadm*" -exec rm -rf {} +', 'sh', tree], { quiet: true });
    if (base.initrd !== null) await makeInitrd(tree, context);
    context.progress(3, 5, 'steps');
    const packages = await context.exec(['chroot', tree, 'dpkg-query', '-W', '-f', '${Package} ${Version}\n'], { quiet: true });
    await context.files.writeText(`${partial}/packages.txt`, packages.stdout);
    await unmount();
    await cleanTree(tree, context);
    if (base.role === 'appliance') await context.files.writeText(`${tree}/xenwright-init`, APPLIANCE_START, { mode: '0755' });
    await makeImage(base, tree, partial, context);
    context.progress(5, 5, 'steps');
  } finally {
    await unmount();
    await context.files.remove(tree);
  }
}

/** No daemon starts in the tree, one initrd is made instead of one per package, dpkg does not wait for the disk. */
async function prepareTree(base: BaseSpec, tree: string, context: ActionContext): Promise<void> {
  await context.files.writeText(`${tree}/usr/sbin/policy-rc.d`, '#!/bin/sh\nexit 101\n', { mode: '0755' });
  await context.files.remove(`${tree}/etc/resolv.conf`);
  await context.exec(['cp', '-L', '/etc/resolv.conf', `${tree}/etc/resolv.conf`], { quiet: true });
  await context.files.writeText(`${tree}/etc/dpkg/dpkg.cfg.d/xenwright-build`, 'force-unsafe-io\n');
  if (base.initrd === null) return;
  await context.files.writeText(`${tree}/etc/initramfs-tools/conf.d/xenwright`, `MODULES=${base.initrd.modules}\nCOMPRESS=zstd\nCOMPRESSLEVEL=3\nRESUME=none\n`);
  await context.files.writeText(`${tree}/etc/initramfs-tools/modules`, `${base.initrd.list.join('\n')}\n`);
  await context.exec(['chroot', tree, 'dpkg-divert', '--quiet', '--local', '--rename', '--add', '/usr/sbin/update-initramfs'], { quiet: true });
  await context.files.writeText(`${tree}/usr/sbin/update-initramfs`, '#!/bin/sh\nexit 0\n', { mode: '0755' });
}

async function makeInitrd(tree: string, context: ActionContext): Promise<void> {
  await context.files.remove(`${tree}/usr/sbin/update-initramfs`);
  await context.exec(['chroot', tree, 'dpkg-divert', '--quiet', '--local', '--rename', '--remove', '/usr/sbin/update-initramfs'], { quiet: true });
  await context.exec(['chroot', tree, 'update-initramfs', '-c', '-k', 'all'], { timeoutMs: INSTALL_TIMEOUT_MS });
}

/** Takes out what must be unique per domain, and what building left behind. */
async function cleanTree(tree: string, context: ActionContext): Promise<void> {
  await context.exec(['sh', '-c', 'cd "$1" && rm -rf var/cache/apt/*.bin var/cache/apt/archives/*.deb var/lib/apt/lists/* var/log/*.log var/log/apt etc/ssh/ssh_host_* var/lib/systemd/random-seed usr/sbin/policy-rc.d etc/dpkg/dpkg.cfg.d/xenwright-build etc/resolv.conf etc/hostname var/lib/dbus/machine-id tmp/* && : > etc/machine-id', 'sh', tree]);
}

async function makeImage(base: BaseSpec, tree: string, partial: string, context: ActionContext): Promise<void> {
  const used = Number((await context.exec(['du', '-sm', '--apparent-size', tree], { quiet: true })).stdout.split('\t')[0]);
  // Small files take a block each; du of the apparent size does not see that.
  const sizeMiB = Math.ceil(used * 1.3 + 160);
  const image = `${partial}/image`;
  await context.exec(mke2fsArguments(base, tree, image, sizeMiB), { timeoutMs: INSTALL_TIMEOUT_MS });
  context.progress(4, 5, 'steps');
  const listing = await context.exec(['dumpe2fs', image], { quiet: true });
  await context.files.writeText(`${partial}/extents.json`, `${JSON.stringify(usedExtents(listing.stdout))}\n`);
  if (base.initrd === null) return;
  for (const [pattern, name] of [['boot/vmlinuz-*', 'vmlinuz'], ['boot/initrd.img-*', 'initrd.img']] as const) {
    await context.exec(['sh', '-c', `cp -L "$(ls -1v "$1"/${pattern} | tail -n 1)" "$2"`, 'sh', tree, `${partial}/${name}`]);
  }
}

/** Package downloads are tried again; what still fails names the mirror. */
async function withRetries(base: BaseSpec, context: ActionContext, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof XenwrightError) || error.code !== 'command-failed') throw error;
      const text = error.lastLines.join('\n');
      const fetchFailed = /Failed to fetch|Could not resolve|Unable to connect|Connection (failed|timed out|refused)|Hash Sum mismatch|File has unexpected size|404 {2}Not Found|download/i.test(text);
      if (!fetchFailed) throw error;
      if (attempt >= TRIES || context.signal.aborted) throw mirrorFailed(base, error, text);
      context.output(`a download failed; try ${attempt + 1} of ${TRIES} in ${attempt * 2} s`);
      await new Promise((resolve) => { setTimeout(resolve, attempt * 2000); });
    }
  }
}

function mirrorFailed(base: BaseSpec, error: XenwrightError, text: string): XenwrightError {
  const url = /https?:\/\/[^\s'"]+/.exec(text)?.[0] ?? base.sources.find((source) => source.uri !== '')?.uri ?? 'the default mirror';
  return new XenwrightError({
    code: 'mirror-failed', exit: EXIT.action, message: `the packages of ${base.release} could not be fetched from ${url}`, lastLines: error.lastLines, cause: error,
    ...(error.command === undefined ? {} : { command: error.command }),
    hint: 'check the network and source.mirror, then go on with --resume: what is built already is kept',
  });
}
