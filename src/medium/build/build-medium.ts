/** From a live tree to the medium: program into the tree, squashfs, boot loaders, hybrid ISO, netboot set, manifest. */
import { inTree } from '../../actions/base-chroot.ts';
import { removeTree } from '../../actions/base-build.ts';
import type { ActionContext } from '../../actions/kind.ts';
import { EARLY_CONFIG, grubConfig, grubNetbootExample, ipxeExample, type BootChoice } from './grub-config.ts';
import { biosImageArguments, efiImageArguments, espCommands, squashfsArguments, xorrisoArguments } from './iso.ts';
import { liveFiles } from './live-files.ts';
import { sessionFiles } from '../session/units.ts';

const TIMEOUT_MS = 60 * 60_000;
/** Where the tree's own commands see the work folder. */
const INSIDE = '/mnt';

export interface MediumParts {
  readonly output: string;
  readonly netboot: string | null;
  readonly boot: BootChoice;
  readonly keyboard: string | null;
  readonly aptSources: string;
  /** Node.js and the bundle that go into the tree. */
  readonly node: string;
  readonly program: string;
  /** Files under /xenwright of the medium, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Makes the medium out of the tar of the live tree. */
export async function buildMedium(parts: MediumParts, tar: string, context: ActionContext): Promise<void> {
  const work = `${context.scratch}/medium-${process.pid}`;
  const tree = `${work}/tree`;
  const content = `${work}/content`;
  await removeTree(work, context);
  await context.files.makeDirectory(`${content}/live`, '0755');
  await context.files.makeDirectory(tree, '0755');
  try {
    context.output('unpacking the live tree');
    await context.exec(['tar', '--extract', '--xattrs', '--xattrs-include=*', '--numeric-owner', `--directory=${tree}`, `--file=${tar}`], { timeoutMs: TIMEOUT_MS });
    const epoch = await packageEpoch(tree, context);
    await fillTree(parts, tree, context);
    for (const name of ['vmlinuz', 'initrd.img']) await context.exec(['sh', '-c', 'cp "$(ls -1v "$1"/boot/"$2"-* | tail -n 1)" "$3"', 'sh', tree, name, `${content}/live/${name}`]);
    await makeLoaders(parts, tree, content, work, epoch, context);
    // The kernel and its initrd lie beside the squashfs; they need not be in it too.
    await context.exec(['sh', '-c', 'rm -f "$1"/boot/vmlinuz-* "$1"/boot/initrd.img-*; find "$1" -xdev -newermt "@$2" -exec touch --no-dereference --date="@$2" {} +', 'sh', tree, String(epoch)]);
    context.output('compressing the live tree');
    await context.exec(squashfsArguments(tree, `${content}/live/xenwright.squashfs`), { timeoutMs: TIMEOUT_MS, env: { SOURCE_DATE_EPOCH: String(epoch) } });
    for (const [name, text] of Object.entries(parts.files)) await context.files.writeText(`${content}/xenwright/${name}`, text);
    await context.exec(['sh', '-c', 'find "$1" -exec touch --no-dereference --date="@$2" {} +', 'sh', content, String(epoch)]);
    context.output('writing the image');
    const partial = `${parts.output}.partial-${process.pid}`;
    await context.files.remove(partial);
    await context.exec(xorrisoArguments(content, work, `${tree}/usr/lib/grub/i386-pc/boot_hybrid.img`, partial), { timeoutMs: TIMEOUT_MS, env: { SOURCE_DATE_EPOCH: String(epoch) } });
    await context.files.rename(partial, parts.output);
    if (parts.netboot !== null) await writeNetboot(parts, parts.netboot, content, work, epoch, context);
  } finally {
    await removeTree(work, context);
  }
}

/** The moment of the newest package in the tree: all times on the medium are this one or older, whenever it is built. */
async function packageEpoch(tree: string, context: ActionContext): Promise<number> {
  const found = await context.exec(['sh', '-c', 'find "$1/usr/share/doc" -name "changelog*" -type f -printf "%T@\\n" | sort -n | tail -n 1', 'sh', tree], { quiet: true });
  return Math.floor(Number(found.stdout));
}

async function fillTree(parts: MediumParts, tree: string, context: ActionContext): Promise<void> {
  await context.exec(['install', '-D', '-m', '0755', parts.node, `${tree}/usr/lib/xenwright/node`]);
  await context.exec(['install', '-D', '-m', '0644', parts.program, `${tree}/usr/lib/xenwright/xenwright.mjs`]);
  for (const { path, mode, content } of [...liveFiles(parts.aptSources, parts.keyboard), ...sessionFiles()]) await context.files.writeText(`${tree}${path}`, content, { mode });
  // No SSH unless it is asked for.
  await inTree(context, tree, '')(['systemctl', '--quiet', 'disable', 'ssh.service', 'ssh.socket', 'nfs-client.target'], { okCodes: [0, 1] });
}

/** GRUB of the tree itself: its version is that of the manifest, whatever this machine has. */
async function makeLoaders(parts: MediumParts, tree: string, content: string, work: string, epoch: number, context: ActionContext): Promise<void> {
  const env = { SOURCE_DATE_EPOCH: String(epoch) };
  const here = `${tree}${INSIDE}`;
  await context.files.writeText(`${here}/early.cfg`, EARLY_CONFIG);
  const run = inTree(context, tree, '');
  await run(biosImageArguments(INSIDE), { env });
  await run(efiImageArguments(INSIDE), { env });
  await context.files.makeDirectory(`${content}/boot/grub/i386-pc`, '0755');
  await context.exec(['sh', '-c', 'cp "$1/bios.img" "$2/boot/grub/"; mv "$1/bootx64.efi" "$1/bios.img" "$3/"; rm "$1/early.cfg"; touch --date="@$4" "$3/bootx64.efi"', 'sh', here, content, work, String(epoch)]);
  for (const argv of espCommands(work)) await context.exec(argv, { env });
  await context.files.writeText(`${content}/boot/grub/grub.cfg`, grubConfig(parts.boot));
}

/** Kernel, initrd, squashfs with the medium's own files in it, and two examples. */
async function writeNetboot(parts: MediumParts, folder: string, content: string, work: string, epoch: number, context: ActionContext): Promise<void> {
  context.output(`writing the netboot set to ${folder}`);
  await context.files.makeDirectory(folder, '0755');
  await context.exec(['cp', `${content}/live/vmlinuz`, `${content}/live/initrd.img`, `${content}/live/xenwright.squashfs`, folder]);
  const inside = `${work}/inside`;
  await context.files.makeDirectory(`${inside}/xenwright-medium`, '0755');
  await context.exec(['sh', '-c', 'for name in xenwright dists pool; do [ ! -e "$1/$name" ] || mv "$1/$name" "$2/"; done; touch --date="@$3" "$2"', 'sh', content, `${inside}/xenwright-medium`, String(epoch)]);
  const append = squashfsArguments(inside, `${folder}/xenwright.squashfs`).filter((word) => word !== '-noappend');
  await context.exec(append, { timeoutMs: TIMEOUT_MS, env: { SOURCE_DATE_EPOCH: String(epoch) } });
  await context.files.writeText(`${folder}/boot.ipxe`, ipxeExample(parts.boot));
  await context.files.writeText(`${folder}/grub.cfg`, grubNetbootExample(parts.boot));
}
