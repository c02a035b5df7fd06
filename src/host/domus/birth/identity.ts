/**
 * Makes a DomU itself that is made of another one: ids of its filesystems, machine-id, SSH host keys, random seed, host
 * name and network. All of it by debugfs and its like: neither Dom0's kernel nor its shell meets the filesystem, which
 * may be anybody's.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import replaceFiles from '../../../../assets/host/guest-files.sh' with { type: 'text' };
import { mayHoldRoot, nameOfPart, recogniseGuestDisk, type GuestPart } from '../../../facts/guest-disk.ts';
import { guestNetwork } from '../../../plan/network/network-guest.ts';
import { localFiles } from '../../../system/files/files.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { refusedBirth, type Birth, type BornDisk } from './plan.ts';
import type { BirthWorld } from './world.ts';

const CHECK_LIMIT_MS = 4 * 3600_000;
const MOST_TEXT = 2 ** 20;
/** Where ids of filesystems stand in a guest of Debian's kind. */
const NAME_IDS = [
  '/etc/fstab',
  '/etc/default/grub',
  '/etc/kernel/cmdline',
  '/etc/initramfs-tools/conf.d/resume',
  '/boot/grub/grub.cfg',
  '/grub/grub.cfg',
];
const NAME_HOST = ['/etc/hostname', '/etc/hosts', '/etc/mailname', '/etc/systemd/system/xenwright-up.service'];
const KEY = /^ssh_host_(rsa|ecdsa|ed25519)_key$/;

/** A file of the guest. */
interface Written {
  readonly path: string;
  readonly mode: string;
  readonly text: string;
}

export async function giveIdentity(birth: Birth, manifest: BackupManifest, world: BirthWorld): Promise<void> {
  const ids = new Map<string, string>();
  const at: string[] = [];
  for (const disk of birth.disks)
    for (const found of await filesystemsOf(birth, disk, world)) {
      if (!/^ext[234]$/.test(found.type)) continue;
      const device = found.startBytes === 0 ? disk.path : `${disk.path}?offset=${found.startBytes}`;
      at.push(device);
      await newId(birth, { disk, found, device, ids }, world);
    }
  for (const [index, { volume, path }] of birth.swaps.entries()) {
    const before = manifest.swaps[index]?.uuid;
    if (before != null) ids.set(before, volume.uuid);
    await world.run(['mkswap', '--force', '--uuid', volume.uuid, '--label', volume.label, path]);
  }
  for (const device of at) {
    const files = [...(await changedTexts(birth, ids, device, world)), ...(await ownFiles(birth, device, world))];
    if (files.length > 0) await replace(birth.name, files, device, world);
  }
}

async function filesystemsOf(birth: Birth, disk: BornDisk, { port }: BirthWorld): Promise<readonly GuestPart[]> {
  const seen = await recogniseGuestDisk(port, disk.path);
  const found = seen.holds === 'parts' ? seen.found : [];
  const isRoot = disk.volume.use === 'root';
  if (birth.isNew && isRoot && !found.some(({ type }) => /^ext[234]$/.test(type))) {
    const root = found.find(mayHoldRoot);
    const what = root !== undefined ? nameOfPart(root) : seen.holds === 'layer' ? seen.what : '?';
    throw refusedBirth(birth.name, { key: 'errors.birth-refused.filesystem', values: { what } });
  }
  return found;
}

/** As the plan of this host has it; of what it has no id for, such as in partitions, another one for another DomU. */
async function newId(
  { isNew }: Birth,
  {
    disk,
    found,
    device,
    ids,
  }: { readonly disk: BornDisk; readonly found: GuestPart; readonly device: string; readonly ids: Map<string, string> },
  { run }: BirthWorld,
): Promise<void> {
  const options = { timeoutMs: CHECK_LIMIT_MS };
  // Of a snapshot of one that ran: its journal is replayed, and what the power cut left is put right.
  await run(['e2fsck', '-f', '-y', device], { ...options, okCodes: [0, 1, 2] });
  const { uuid, filesystem } = disk.volume;
  const planned = found.startBytes === 0 && filesystem !== null && uuid !== '' ? uuid : null;
  const wanted = planned ?? (isNew ? randomUUID() : found.uuid);
  if (wanted === null || found.uuid === null || wanted === found.uuid) return;
  await run(['tune2fs', '-U', wanted, device], options);
  ids.set(found.uuid, wanted);
}

/** Texts that name what has changed. */
async function changedTexts(
  { isNew, parentName, domu }: Birth,
  ids: ReadonlyMap<string, string>,
  device: string,
  world: BirthWorld,
): Promise<Written[]> {
  const found: Written[] = [];
  const before = isNew ? (await textIn('/etc/hostname', device, world))?.trim() : undefined;
  const short = domu.settings.hostname.split('.')[0] ?? domu.settings.hostname;
  const names: readonly (readonly [string, string])[] = [
    ...(before === undefined || !/^[A-Za-z0-9-]{1,63}$/.test(before) ? [] : [[before, short] as const]),
    ...(parentName === before ? [] : [[parentName, domu.settings.name] as const]),
  ];
  for (const path of [...NAME_IDS, ...(isNew ? NAME_HOST : [])]) {
    const text = await textIn(path, device, world);
    if (text === null) continue;
    let changed = text;
    for (const [old, fresh] of ids) changed = changed.replaceAll(old, fresh);
    if (NAME_HOST.includes(path)) for (const [old, fresh] of names) changed = withName(changed, old, fresh);
    if (changed !== text) found.push({ path, mode: path.endsWith('grub.cfg') ? '0600' : '0644', text: changed });
  }
  return found;
}

/** Whole words: `web` is not in `web1`, nor in `my-web`. */
function withName(text: string, old: string, fresh: string): string {
  const word = old.replaceAll(/[.+]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(String.raw`(?<![\w.+-])${word}(?![\w+-])`, 'g'), fresh);
}

/** What nobody else may have. Where there is no machine-id there is no system. */
async function ownFiles({ isNew, name, model, domu }: Birth, device: string, world: BirthWorld): Promise<Written[]> {
  const id = isNew ? await textIn('/etc/machine-id', device, world) : null;
  if (id === null) return [];
  const own: Written[] = [{ path: '/etc/machine-id', mode: '0444', text: `${randomBytes(16).toString('hex')}\n` }];
  const listed = await world.run(['debugfs', '-R', 'ls -p /etc/ssh', device]);
  for (const line of listed.split('\n')) {
    const type = KEY.exec(line.split('/')[5] ?? '')?.[1];
    if (type !== undefined) own.push(...(await newKey(name, type, world)));
  }
  for (const { path, content } of guestNetwork(model, domu).files)
    if (typeof content === 'string' && (await textIn(path, device, world)) !== null)
      own.push({ path, mode: '0644', text: content });
  return own;
}

async function newKey(name: string, type: string, world: BirthWorld): Promise<Written[]> {
  const folder = stagingOf(name, world);
  await localFiles.makeDirectory(folder, '0700');
  const key = `${folder}/key`;
  await localFiles.remove(key);
  await world.run(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', '', '-f', key], { timeoutMs: CHECK_LIMIT_MS });
  const path = `/etc/ssh/ssh_host_${type}_key`;
  const both = [
    { path, mode: '0600', text: await localFiles.readText(key) },
    { path: `${path}.pub`, mode: '0644', text: await localFiles.readText(`${key}.pub`) },
  ];
  await localFiles.remove(folder);
  return both;
}

function stagingOf(name: string, { starts }: BirthWorld): string {
  return `${starts}/${name}.birth`;
}

async function textIn(path: string, device: string, { port }: BirthWorld): Promise<string | null> {
  // The last sign keeps the end of the text as it is.
  const script = `debugfs -R "cat $2" "$1" 2>/dev/null | head -c ${MOST_TEXT + 1}; echo .`;
  const text = (await port.run(['sh', '-c', script, 'sh', device, path]))?.slice(0, -1) ?? null;
  return text === null || text === '' || text.length > MOST_TEXT || text.includes('\0') ? null : text;
}

async function replace(name: string, files: readonly Written[], device: string, world: BirthWorld): Promise<void> {
  const folder = stagingOf(name, world);
  await localFiles.makeDirectory(folder, '0700');
  try {
    const lines: string[] = [];
    for (const [index, { path, mode, text }] of files.entries()) {
      await localFiles.writeText(`${folder}/${index}`, text, { mode: '0600' });
      lines.push(`${index} ${mode} ${path}\n`);
    }
    await localFiles.writeText(`${folder}/LIST`, lines.join(''));
    await world.run(['sh', '-e', '-c', replaceFiles, 'sh', device, folder]);
    await world.run(['e2fsck', '-f', '-y', device], { timeoutMs: CHECK_LIMIT_MS, okCodes: [0, 1, 2] });
  } finally {
    await localFiles.remove(folder);
  }
}
