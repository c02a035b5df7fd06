/** From a live tree to the medium: program into the tree, squashfs, boot loaders, hybrid ISO, netboot set, manifest. */
import { dirname } from 'node:path';
import { noticeText } from '../../i18n/notices.ts';
import slimTree from '../../../assets/medium/slim-tree.sh' with { type: 'text' };
import { inTree } from '../../actions/base-chroot.ts';
import { removeTree } from '../../actions/base-build.ts';
import type { ActionContext } from '../../actions/kind.ts';
import type { ActionOf } from '../../plan/action.ts';
import { copyBases } from './bundle-bases.ts';
import { earlyConfig, grubConfig, grubNetbootExample, ipxeExample, type BootChoice } from './grub-config.ts';
import { biosImageArguments, efiImageArguments, espCommands, squashfsArguments, xorrisoArguments } from './iso.ts';
import { liveFiles, PROGRAM } from './live-files.ts';
import { UNUSED_UNITS } from './unused-units.ts';
import { sessionFiles } from '../session/units.ts';
import { packageEpoch, type LiveTree } from './live-tree.ts';
import { manifestText, MEDIUM_TOOLS_FILE, type Manifest } from './manifest.ts';
import { idFile, mediumId } from './medium-id.ts';
import { makePool } from './pool.ts';
import type { Keyboard } from '../../profile/understood.ts';

const TIMEOUT_MS = 60 * 60_000;
/** Where the tree's own commands see the work folder. */
const INSIDE = '/mnt';

/** What is written for booting over the network. */
export const NETBOOT_FILES = ['vmlinuz', 'initrd.img', 'xenwright.squashfs', 'boot.ipxe', 'grub.cfg'] as const;

/** Where the manifest of an image lies, with the image's own sum. */
export const manifestBeside = (output: string): string => `${output}.manifest.json`;

export interface MediumParts {
  readonly output: string;
  readonly netboot: string | null;
  readonly boot: BootChoice;
  readonly keyboard: Keyboard | null;
  readonly aptSources: string;
  /** Node.js and the bundle that go into the tree; without a bundle, `node` is the single executable. */
  readonly node: string;
  readonly bundle: string | null;
  /** The folder of the bundle's pieces, and what it is called beside it. */
  readonly pieces: { readonly folder: string; readonly name: string } | null;
  /** Files under /xenwright of the medium, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly release: string;
  /** Does it carry the package of Xenwright itself, for hosts? */
  readonly hasTools: boolean;
  /** Finished in the store: those to carry, and those whose packages to carry. */
  readonly bases: readonly ActionOf<'base.build'>[];
  readonly pool: readonly ActionOf<'base.build'>[];
}

/** Where a medium is made. */
interface Staging {
  /** All of it, and what is made on the way. */
  readonly folder: string;
  /** The live tree, unpacked. */
  readonly tree: string;
  /** What the image will hold. */
  readonly content: string;
  /** Seconds since 1970: the date of everything on the medium. */
  readonly epoch: number;
  /** What its boot loader and its initrd know it by. */
  readonly id: string;
}

/** Makes the medium out of the live tree, and its manifest beside it. */
export async function buildMedium(parts: MediumParts, live: LiveTree, context: ActionContext): Promise<void> {
  const folder = `${context.scratch}/medium-${process.pid}`;
  const tree = `${folder}/tree`;
  const content = `${folder}/content`;
  const partial = `${parts.output}.partial-${process.pid}`;
  await removeTree(folder, context);
  await context.files.makeDirectory(`${content}/live`, '0755');
  await context.files.makeDirectory(tree, '0755');
  try {
    context.output(noticeText('notices.unpackingLive'));
    await context.exec(
      [
        'tar',
        '--extract',
        '--xattrs',
        '--xattrs-include=*',
        '--numeric-owner',
        `--directory=${tree}`,
        `--file=${live.tar}`,
      ],
      { timeoutMs: TIMEOUT_MS },
    );
    const epoch = await packageEpoch(tree, context);
    const staging: Staging = { folder, tree, content, epoch, id: await idOf(parts, live, context) };
    await fillTree(parts, tree, context);
    await copyKernel(staging, context);
    await makeLoaders(parts, staging, context);
    await slim(staging, context);
    const manifest = await fillContent(parts, live.packages, staging, context);
    context.output(noticeText('notices.writingImage'));
    await context.files.remove(partial);
    await writeImage(partial, staging, context);
    await context.files.rename(partial, parts.output);
    await context.files.writeText(
      manifestBeside(parts.output),
      manifestText({ ...manifest, image: { sha256: await sumOf(parts.output, context) } }),
    );
    if (parts.netboot !== null) await writeNetboot(parts, parts.netboot, staging, context);
  } finally {
    await context.files.remove(partial);
    await removeTree(folder, context);
  }
}

/** The paths of this machine are left out: the same medium may be built elsewhere. */
async function idOf(parts: MediumParts, live: LiveTree, context: ActionContext): Promise<string> {
  const { boot, keyboard, aptSources, files, release, bases, pool } = parts;
  return mediumId({
    ...{ boot, keyboard, aptSources, files, release, packages: live.packages },
    node: await sumOf(parts.node, context),
    bundle: parts.bundle === null ? null : await sumOf(parts.bundle, context),
    bases: bases.map(({ params }) => params.hash),
    pool: pool.map(({ params }) => params.hash),
  });
}

/** The newest kernel of the tree with its initrd, and that for booting over the network. */
async function copyKernel({ folder, tree, content }: Staging, context: ActionContext): Promise<void> {
  for (const [name, to] of [
    ['vmlinuz', `${content}/live`],
    ['initrd.img', `${content}/live`],
    ['netboot.img', folder],
  ])
    await context.exec([
      'sh',
      '-c',
      'cp "$(ls -1v "$1"/boot/"$2"-* | tail -n 1)" "$3/$2"',
      'sh',
      tree,
      name ?? '',
      to ?? '',
    ]);
}

/** Squashfs, files, bases, packages, and the manifest of them all. */
async function fillContent(
  parts: MediumParts,
  packages: LiveTree['packages'],
  { tree, content, epoch }: Staging,
  context: ActionContext,
): Promise<Manifest> {
  context.output(noticeText('notices.compressingLive'));
  await context.exec(squashfsArguments(tree, `${content}/live/xenwright.squashfs`), {
    timeoutMs: TIMEOUT_MS,
    env: { SOURCE_DATE_EPOCH: String(epoch) },
  });
  for (const [name, text] of Object.entries(parts.files))
    await context.files.writeText(`${content}/xenwright/${name}`, text);
  if (parts.hasTools) {
    const own = await context.ownPackage();
    await context.exec(['install', '-D', '-m', '0644', own.path, `${content}/${MEDIUM_TOOLS_FILE}`]);
  }
  const bases = await copyBases(parts.bases, `${content}/xenwright/bases`, context);
  await makePool(parts.pool, content, new Date(epoch * 1000).toUTCString(), context);
  const manifest: Manifest = {
    format: 1,
    release: parts.release,
    kernel: await kernelOf(tree, context),
    node: { version: process.version, sha256: await sumOf(parts.node, context) },
    program: { sha256: await sumOf(parts.bundle ?? parts.node, context) },
    packages,
    bases,
    files: await checksumsBelow(content, context),
  };
  await context.files.writeText(`${content}/xenwright/manifest.json`, manifestText(manifest));
  await context.exec([
    'sh',
    '-c',
    'find "$1" -exec touch --no-dereference --date="@$2" {} +',
    'sh',
    content,
    String(epoch),
  ]);
  return manifest;
}

async function writeImage(
  image: string,
  { folder, tree, content, epoch }: Staging,
  context: ActionContext,
): Promise<void> {
  await context.exec(xorrisoArguments(content, folder, `${tree}/usr/lib/grub/i386-pc/boot_hybrid.img`, image), {
    timeoutMs: TIMEOUT_MS,
    env: { SOURCE_DATE_EPOCH: String(epoch) },
  });
  // Before the sum: isomd5sum writes into a field of the volume descriptor that is free for applications.
  await context.exec(['implantisomd5', '--supported-iso', image], { timeoutMs: TIMEOUT_MS, quiet: true });
}

async function slim({ tree, epoch }: Staging, context: ActionContext): Promise<void> {
  await context.exec(['sh', '-e', '-c', slimTree, 'sh', tree, String(epoch)]);
}

async function kernelOf(tree: string, context: ActionContext): Promise<string> {
  return (await context.files.list(`${tree}/usr/lib/modules`)).at(-1) ?? '';
}

async function checksumsBelow(folder: string, context: ActionContext): Promise<Record<string, string>> {
  const checksums = await context.exec(
    [
      'sh',
      '-c',
      'cd "$1" && find * -type f ! -path boot/grub/bios.img -exec sha256sum {} + | LC_ALL=C sort -k 2',
      'sh',
      folder,
    ],
    { timeoutMs: TIMEOUT_MS, quiet: true },
  );
  return Object.fromEntries(
    checksums.stdout
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
}

async function sumOf(path: string, context: ActionContext): Promise<string> {
  return (await context.exec(['sha256sum', path], { quiet: true, timeoutMs: TIMEOUT_MS })).stdout.slice(0, 64);
}

async function fillTree(parts: MediumParts, tree: string, context: ActionContext): Promise<void> {
  await context.exec([
    'install',
    '-D',
    '-m',
    '0755',
    parts.node,
    `${tree}${parts.bundle === null ? PROGRAM.executable : PROGRAM.node}`,
  ]);
  if (parts.bundle !== null)
    await context.exec(['install', '-D', '-m', '0644', parts.bundle, `${tree}${PROGRAM.bundle}`]);
  if (parts.pieces !== null) {
    const beside = `${tree}${dirname(PROGRAM.bundle)}/${parts.pieces.name}`;
    await context.exec(['mkdir', '-p', dirname(beside)]);
    await context.exec(['cp', '-r', parts.pieces.folder, beside]);
  }
  for (const { path, mode, content } of [
    ...liveFiles(parts.aptSources, parts.keyboard, parts.bundle === null),
    ...sessionFiles(),
  ])
    await context.files.writeText(`${tree}${path}`, content, { mode });
  const run = inTree(context, tree, '');
  // What udev does to each console as it comes is kept in scripts; they were made for another character set.
  await run(['setupcon', '--save-only']);
  // No SSH unless it is asked for.
  await run(['systemctl', '--quiet', 'disable', 'ssh.service', 'ssh.socket', 'nfs-client.target'], { okCodes: [0, 1] });
  for (const path of UNUSED_UNITS) await context.files.makeLink(`${tree}${path}`, '/dev/null');
}

/** GRUB of the tree itself: its version is that of the manifest, whatever this machine has. */
async function makeLoaders(
  parts: MediumParts,
  { folder, tree, content, epoch, id }: Staging,
  context: ActionContext,
): Promise<void> {
  const env = { SOURCE_DATE_EPOCH: String(epoch) };
  const here = `${tree}${INSIDE}`;
  await context.files.writeText(`${here}/early.cfg`, earlyConfig(id));
  const run = inTree(context, tree, '');
  await run(biosImageArguments(INSIDE), { env });
  await run(efiImageArguments(INSIDE), { env });
  await context.files.makeDirectory(`${content}/boot/grub/i386-pc`, '0755');
  await context.exec([
    'sh',
    '-c',
    'cp "$1/bios.img" "$2/boot/grub/"; mv "$1/bootx64.efi" "$1/bios.img" "$3/"; rm "$1/early.cfg"; touch --date="@$4" "$3/bootx64.efi"',
    'sh',
    here,
    content,
    folder,
    String(epoch),
  ]);
  for (const argv of espCommands(folder)) await context.exec(argv, { env });
  await context.files.writeText(`${content}/boot/grub/grub.cfg`, grubConfig(parts.boot, id));
  await context.files.writeText(`${content}/${idFile(id)}`, `${id}\n`);
}

/** Kernel, initrd, squashfs with the medium's own files in it, and two examples. */
async function writeNetboot(
  parts: MediumParts,
  output: string,
  { folder, content, epoch }: Staging,
  context: ActionContext,
): Promise<void> {
  context.output(noticeText('notices.writingNetboot', { folder: output }));
  await context.files.makeDirectory(output, '0755');
  await context.exec(['cp', `${content}/live/vmlinuz`, `${content}/live/xenwright.squashfs`, output]);
  // It knows network cards; that of a disc does not.
  await context.exec(['cp', `${folder}/netboot.img`, `${output}/initrd.img`]);
  const inside = `${folder}/inside`;
  await context.files.makeDirectory(`${inside}/xenwright-medium`, '0755');
  await context.exec([
    'sh',
    '-c',
    'for name in xenwright dists pool; do [ ! -e "$1/$name" ] || mv "$1/$name" "$2/"; done; touch --date="@$3" "$2"',
    'sh',
    content,
    `${inside}/xenwright-medium`,
    String(epoch),
  ]);
  const append = squashfsArguments(inside, `${output}/xenwright.squashfs`).filter((word) => word !== '-noappend');
  await context.exec(append, { timeoutMs: TIMEOUT_MS, env: { SOURCE_DATE_EPOCH: String(epoch) } });
  await context.files.writeText(`${output}/boot.ipxe`, ipxeExample(parts.boot));
  await context.files.writeText(`${output}/grub.cfg`, grubNetbootExample(parts.boot));
}
