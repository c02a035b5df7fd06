/** The support bundle: all that tells why a run failed, in one archive, and nothing that lets anybody in. */
import { constants } from 'node:fs';
import type { Message } from '../../i18n/phrase.ts';
import { open, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tarArchive, type ArchiveEntry } from '../../actions/tar-archive.ts';
import { EXIT, failure, reasonOf } from '../../errors.ts';
import { parseLsblk, withDescendants, type BlockNode } from '../../facts/lsblk.ts';
import type { Plan } from '../../plan/plan.ts';
import { bundledPlan, bundledProfile, bundleName, secretsIn } from '../../report/bundle.ts';
import { redactText } from '../../report/bundle-redact.ts';
import { endpointOf, SIGNATURE_HEADER, signatureOf } from '../../report/webhook.ts';
import { exec } from '../process/exec.ts';
import { localFiles, statOrNull } from '../files/files.ts';
import type { TlsPin } from '../http/connect.ts';
import type { Secrets } from '../trust/secrets.ts';
import { journalLines } from './state.ts';
import { writeBytesNew, writeToUsbDrive } from '../disk/usb-drive.ts';
import { copyPlace } from '../disk/target-copy.ts';
import { post } from '../http/webhook-post.ts';

export type BundleTarget =
  /** A folder; or a file of its own name, where `name` is given. */
  | { readonly kind: 'folder'; readonly path: string; readonly name?: string }
  /** The boot partition that this very run has made; never one that was there before. */
  | { readonly kind: 'disk' }
  /** The first filesystem labelled XENWRIGHT-LOG. */
  | { readonly kind: 'usbDrive' }
  /** `url`: the server of `medium serve`, or its /report. */
  | { readonly kind: 'server'; readonly url: string; readonly secret: string | null; readonly tls?: TlsPin | null };
export interface BundleRequest {
  readonly stateFolder: string;
  /** What the run was given; null where that is not known. */
  readonly profile: string | null;
  /** What this process has learnt must not be shown. */
  readonly secrets: Pick<Secrets, 'redact'> | null;
  readonly to: BundleTarget;
  /** This machine's own logs too; default true. Not for a run into an image, which tells nothing of the machine. */
  readonly machine?: boolean;
  /** Further logs, such as an appliance's console. */
  readonly logs?: readonly string[];
}

const USB_DRIVE_LABEL = 'XENWRIGHT-LOG';
const STATE_FILES = ['log.txt', 'events.ndjson', 'journal.ndjson', 'plan.json', 'facts.json', 'webhook.json'];
const FILE_LIMIT_BYTES = 16 * 1024 * 1024;
const COMMAND_MS = 20_000;
const SEND_MS = 60_000;
const MACHINE: readonly (readonly [string, readonly string[]])[] = [
  ['dmesg.txt', ['dmesg']],
  ['xl-dmesg.txt', ['xl', 'dmesg']],
  ['xl-info.txt', ['xl', 'info']],
  ['xl-list.txt', ['xl', 'list']],
  ['lsblk.txt', ['lsblk', '-o', 'NAME,SIZE,TYPE,FSTYPE,LABEL,MOUNTPOINTS,MODEL,SERIAL,TRAN']],
  ['ip.txt', ['ip', 'addr']],
  ['routes.txt', ['ip', 'route']],
  ['units.txt', ['systemctl', 'list-units', '--failed', '--no-pager']],
  ['journal.txt', ['journalctl', '-b', '--no-pager', '-n', '3000', '-u', 'xenwright*']],
];
const MACHINE_FILES = [
  '/proc/cmdline',
  '/proc/sys/kernel/random/boot_id',
  '/var/lib/xenwright/first-boot.json',
  '/boot/xenwright/installed.json',
];

/**
 * Makes it and puts it there; gives where it is, for people. Throws XenwrightError (`bundle-failed`, exit 5) when it
 * cannot be put there.
 */
export async function makeSupportBundle(request: BundleRequest): Promise<Message> {
  const time = new Date();
  const clean = cleaner(request);
  const entries = [
    ...(await stateEntries(request, clean)),
    ...(request.machine === false ? [] : await machineEntries(clean)),
  ];
  const about = { version: 1, made: time.toISOString(), files: entries.map(({ path }) => path) };
  const folder = bundleName(hostname(), time).replace('.tar.gz', '');
  const all = [{ path: 'bundle.json', text: `${JSON.stringify(about, null, 1)}\n` }, ...entries].map(
    ({ path, text }): ArchiveEntry => ({ path: `${folder}/${path}`, kind: 'file', mode: '0600', content: text }),
  );
  const bytes = await promisify(gzip)(tarArchive(all, Math.floor(time.getTime() / 1000)));
  try {
    return await put(bytes, `${folder}.tar.gz`, request.to, request.stateFolder);
  } catch (error) {
    throw failure(
      'bundle-failed',
      EXIT.action,
      { reason: clean(reasonOf(error)), stateFolder: request.stateFolder },
      { cause: error },
    );
  }
}

interface Entry {
  readonly path: string;
  readonly text: string;
}
type Clean = (text: string) => string;

function cleaner({ profile, secrets }: BundleRequest): Clean {
  const known = profile === null ? [] : secretsIn(profile);
  return (text) => redactText(secrets?.redact(text) ?? text, known);
}

async function stateEntries({ stateFolder, profile, logs = [] }: BundleRequest, clean: Clean): Promise<Entry[]> {
  const entries: Entry[] = profile === null ? [] : [{ path: 'profile.yaml', text: clean(bundledProfile(profile)) }];
  const consoles = (await readdir(stateFolder).catch(() => []))
    .filter((name) => /console.*\.(log|txt)$/.test(name))
    .map((name) => join(stateFolder, name));
  for (const path of [...STATE_FILES.map((name) => join(stateFolder, name)), ...new Set([...consoles, ...logs])]) {
    const text = await endOf(path);
    if (text !== null)
      entries.push({
        path: `run/${basename(path)}`,
        text: clean(basename(path) === 'plan.json' ? bundledPlan(text) : text),
      });
  }
  return entries;
}

async function machineEntries(clean: Clean): Promise<Entry[]> {
  const said = await Promise.all(
    MACHINE.map(async ([path, argv]): Promise<Entry | null> => {
      const text = await exec(argv, { timeoutMs: COMMAND_MS, quiet: true }).then(
        ({ stdout }) => stdout,
        (error: unknown) => `${reasonOf(error)}\n`,
      );
      return { path: `machine/${path}`, text: clean(text.slice(-FILE_LIMIT_BYTES)) };
    }),
  );
  const files = await Promise.all(
    MACHINE_FILES.map(async (path) => ({ path: `machine/${basename(path)}`, text: await endOf(path) })),
  );
  return [
    ...said.filter((entry) => entry !== null),
    ...files.flatMap(({ path, text }) => (text === null ? [] : [{ path, text: clean(text) }])),
  ];
}

/** Null where there is none. Of a long file its end, from a whole line on. */
async function endOf(path: string): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    // What somebody has put in a file's place is neither followed nor waited for.
    if (!stats.isFile()) return null;
    const { size } = stats;
    // Files of the kernel say that they are empty.
    if (size === 0) return await file.readFile('utf8');
    const start = Math.max(0, size - FILE_LIMIT_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.toString('utf8', 0, bytesRead);
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await file.close();
  }
}

async function put(bytes: Buffer<ArrayBuffer>, name: string, to: BundleTarget, stateFolder: string): Promise<Message> {
  switch (to.kind) {
    case 'disk': {
      const device = await ownBootPartition(stateFolder);
      const drive = { device, type: 'ext4', label: null, name: device, sizeMiB: 0 };
      const file = `/boot/${await writeToUsbDrive(drive, name, bytes)}`;
      return { key: 'parts.kept.disk', values: { file, device } };
    }
    case 'folder':
      await localFiles.makeDirectory(to.path);
      return join(to.path, await writeBytesNew(to.path, to.name ?? name, bytes));
    case 'usbDrive': {
      const usbDrive = await logUsbDrive();
      const file = await writeToUsbDrive(usbDrive, name, bytes);
      return { key: 'parts.kept.usbDrive', values: { file, device: usbDrive.device, label: USB_DRIVE_LABEL } };
    }
    case 'server': {
      const { url, headers, shown } = endpointOf(to.url);
      const address = new URL(`bundles/${name}`, url.replace(/\/report\/?$/, '/'));
      const answer = await post(address.href, 'PUT', {
        headers: {
          ...headers,
          'content-type': 'application/gzip',
          ...(to.secret === null ? {} : { [SIGNATURE_HEADER]: signatureOf(bytes, to.secret) }),
        },
        body: bytes,
        signal: AbortSignal.timeout(SEND_MS),
        pin: to.tls ?? null,
      });
      if (!answer.isTaken) throw new Error(`${shown}: ${answer.reason}`);
      return `${shown}/bundles/${name}`;
    }
  }
}

async function ownBootPartition(stateFolder: string): Promise<string> {
  const place = copyPlace(JSON.parse(await localFiles.readText(join(stateFolder, 'plan.json'))) as Plan);
  const isMade =
    place !== null &&
    (await journalLines(stateFolder)).some(
      (line) => line.includes('"finished"') && line.includes(JSON.stringify(place.after)),
    );
  if (!isMade) throw new Error('this run has not made its boot partition');
  return place.device;
}

/**
 * What a USB drive can be: a disk or a partition of it. What stands on a logical volume may be a DomU's, which gives it
 * any label it likes.
 */
export function usbDriveIn(lsblk: string): BlockNode | null {
  return (
    parseLsblk(lsblk)
      .flatMap(withDescendants)
      .find(
        ({ type, label, readOnly }) => (type === 'disk' || type === 'part') && label === USB_DRIVE_LABEL && !readOnly,
      ) ?? null
  );
}

async function logUsbDrive(): Promise<{ device: string; type: string; label: string; name: string; sizeMiB: number }> {
  const { stdout } = await exec(['lsblk', '-J', '-b', '-O'], { timeoutMs: COMMAND_MS, quiet: true });
  const node = usbDriveIn(stdout);
  if (node?.filesystem == null || (await statOrNull(node.path)) === null)
    throw new Error(`there is no filesystem labelled ${USB_DRIVE_LABEL}`);
  return {
    device: node.path,
    type: node.filesystem,
    label: USB_DRIVE_LABEL,
    name: node.name,
    sizeMiB: Math.floor(node.sizeBytes / 1024 / 1024),
  };
}
