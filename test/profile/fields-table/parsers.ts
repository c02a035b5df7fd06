/** The programs that read what is written, each run once over all files of its kind; what they object to. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import type { WrittenFile } from './host-of-rows.ts';

interface Parser {
  readonly name: string;
  /** Paths of the files that it reads. */
  readonly reads: RegExp;
  /** No value of a field has led to such a file yet. */
  readonly mayHaveNone?: true;
  isThere(): boolean;
  /** Empty: all of them are taken. */
  objectionsTo(files: readonly WrittenFile[]): string[];
}

const NETWORKD = '/lib/systemd/systemd-networkd';
const FSTAB_GENERATOR = '/lib/systemd/system-generators/systemd-fstab-generator';
const has =
  (...names: string[]) =>
  (): boolean =>
    names.every((name) => existsSync(name) || findCommand(name) !== null);
const findCommand = (name: string): string | null =>
  ['/usr/sbin', '/sbin', ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((at) => join(at, name))
    .find((path) => existsSync(path)) ?? null;
/** Namespaces need root, and a system that gives them. */
const canUnshare = (): boolean => spawnSync('unshare', ['--mount', '--net', 'true']).status === 0;
const folder = (): string => mkdtempSync(join(tmpdir(), 'xenwright-fields-'));

function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, LC_ALL: 'C.UTF-8', SYSTEMD_LOG_TARGET: 'console', SYSTEMD_LOG_LEVEL: 'info', ...env },
  });
  return { code: status, text: `${stdout ?? ''}${stderr ?? ''}` };
}

/** Each in a file of its own, its number before its name; what is said names it. */
function laidOut(files: readonly WrittenFile[]): { at: string; paths: string[] } {
  const at = folder();
  return {
    at,
    paths: files.map(({ path, content }, index) => {
      const file = join(at, `${String(index).padStart(4, '0')}-${basename(path)}`);
      writeFileSync(file, content, { mode: 0o600 });
      return file;
    }),
  };
}

/** Exit code 0 for each, with nothing said. */
const eachBy =
  (command: string, ...args: string[]) =>
  (files: readonly WrittenFile[]): string[] =>
    laidOut(files).paths.flatMap((path) => {
      const { code, text } = run(command, [...args, path]);
      return code === 0 ? [] : [`${path}: ${text}`];
    });

/** What it says while it reads the files of a folder, before there is a device that they fit. */
function networkdOn(at: string): string {
  return run('unshare', [
    '--mount',
    '--net',
    'sh',
    '-ec',
    `mount -t tmpfs none /run; mkdir -p /run/systemd/netif /run/systemd/network
     mount --bind '${at}' /run/systemd/network
     timeout 2 ${NETWORKD} 2>&1 || true`,
  ]).text;
}
const hasRead = (text: string): boolean => text.includes('Enumeration completed');

function networkd(files: readonly WrittenFile[]): string[] {
  const text = networkdOn(laidOut(files).at);
  if (!hasRead(text)) return [text];
  return text.split('\n').filter((line) => /systemd\/network\/\d{4}-\S+:\d+: |configured in .*ignoring/.test(line));
}

/** Units by their own names, one folder for each content that a name has. */
function units(files: readonly WrittenFile[]): string[] {
  const rounds: Map<string, string>[] = [];
  for (const { path, content } of files) {
    const name = basename(path);
    const round = rounds.find((one) => !one.has(name)) ?? new Map<string, string>();
    if (round.size === 0) rounds.push(round);
    round.set(name, content);
  }
  return rounds.flatMap((round) => {
    const at = folder();
    for (const [name, content] of round) writeFileSync(join(at, name), content);
    const { text } = run('systemd-analyze', ['verify', '--man=no', ...[...round.keys()].map((name) => join(at, name))]);
    return text.split('\n').filter((line) => line.startsWith(`${at}/`) && /:\d+: /.test(line));
  });
}

/** Each line of each table becomes a unit that mounts where the table says. */
function fstab(files: readonly WrittenFile[]): string[] {
  return laidOut(files).paths.flatMap((path, index) => {
    const at = folder();
    const { code, text } = run(FSTAB_GENERATOR, [at, at, at], { SYSTEMD_FSTAB: path });
    const wanted = (files[index]?.content ?? '').split('\n').filter((line) => / \/\S* (ext4|vfat) /.test(line)).length;
    const made = readdirSync(at).filter((name) => name.endsWith('.mount')).length;
    return code === 0 && made === wanted ? [] : [`${files[index]?.content}${text}: ${made} of ${wanted}`];
  });
}

/** Stanzas: those of different suites are read together, those of one suite apart, since they may have different keys. */
function aptSources(files: readonly WrittenFile[]): string[] {
  const rounds: Map<string, string>[] = [];
  for (const stanza of new Set(files.flatMap(({ content }) => content.split('\n\n')))) {
    // The same machine by another scheme is the same to it.
    const suite = /^URIs: .*\nSuites: .*$/m.exec(stanza)?.[0].replaceAll(/^URIs: https?:|\/+$/gm, '') ?? stanza;
    const round = rounds.find((one) => !one.has(suite)) ?? new Map<string, string>();
    if (round.size === 0) rounds.push(round);
    round.set(suite, stanza.trim());
  }
  return rounds.flatMap((round) => {
    const parts = folder();
    writeFileSync(join(parts, 'all.sources'), `${[...round.values()].join('\n\n')}\n`);
    const options = ['-o', 'Dir::Etc::sourcelist=/dev/null', '-o', `Dir::Etc::sourceparts=${parts}`];
    const { code, text } = run('apt-get', ['indextargets', ...options]);
    return code === 0 && !/^[EW]:/m.test(text) ? [] : [`${[...round.values()].join('\n\n')}: ${text}`];
  });
}

/** In a network of its own: it asks the kernel. */
function nft(files: readonly WrittenFile[]): string[] {
  return laidOut(files).paths.flatMap((path) => {
    const { code, text } = run('unshare', ['--net', 'nft', '-c', '-f', path]);
    return code === 0 ? [] : [text];
  });
}

function sshd(files: readonly WrittenFile[]): string[] {
  const at = folder();
  const [key, users] = [join(at, 'key'), join(at, 'passwd')];
  writeFileSync(users, `${run('cat', ['/etc/passwd']).text}sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`);
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  return laidOut(files).paths.flatMap((path) => {
    const { code, text } = run('unshare', [
      '--mount',
      'sh',
      '-ec',
      `mount -t tmpfs none /run; mkdir /run/sshd; mount --bind '${users}' /etc/passwd; exec ${findCommand('sshd')} -t -f '${path}' -h '${key}'`,
    ]);
    return code === 0 ? [] : [text];
  });
}

/** Keys and hashes are told to the step that makes users, by value or by name. */
function keys(files: readonly WrittenFile[]): string[] {
  const lines = files.flatMap(({ content }) =>
    [...content.matchAll(/"sshKeys":(\[.*?\]),"locale"/g)].flatMap(([, list = '[]']) => JSON.parse(list) as string[]),
  );
  const at = join(folder(), 'authorized_keys');
  writeFileSync(at, `${[...new Set(lines)].join('\n')}\n`);
  const { code, text } = run('ssh-keygen', ['-l', '-f', at]);
  const read = text.split('\n').filter((line) => line.includes('SHA256:')).length;
  return code === 0 && read === new Set(lines).size ? [] : [`${read} of ${new Set(lines).size}: ${text}`];
}

/** xl itself needs Xen, even to read: its library does not. */
function xlLibrary(): string | null {
  const folders = ['/usr/lib/x86_64-linux-gnu', ...(process.env['LD_LIBRARY_PATH'] ?? '').split(delimiter)];
  const paths = folders
    .filter((at) => at !== '' && existsSync(at))
    .flatMap((at) => readdirSync(at).map((name) => join(at, name)));
  return paths.find((path) => /\/libxlutil\.so\.\d+\.\d+$/.test(path)) ?? null;
}

function xl(files: readonly WrittenFile[]): string[] {
  const { code, text } = run('python3', [
    'test/profile/fields-table/read-xl.py',
    xlLibrary() ?? '',
    ...laidOut(files).paths,
  ]);
  return code === 0 && text === '' ? [] : [text];
}

function json(files: readonly WrittenFile[]): string[] {
  return files.flatMap(({ path, content }) => {
    try {
      JSON.parse(content);
      return [];
    } catch (error) {
      return [`${path}: ${String(error)}`];
    }
  });
}

const SHELL = /\/(default\/(keyboard|xendomains|grub\.d\/.*)|first-boot\.d\/\d+|health\.d\/\d+|grub\.d\/09_xenwright)$/;

export const parsers: readonly Parser[] = [
  {
    name: 'systemd-networkd',
    reads: /\/systemd\/network\/.*\.(network|netdev)$/,
    // Not every tree lets it run.
    isThere: () => existsSync(NETWORKD) && canUnshare() && hasRead(networkdOn(folder())),
    objectionsTo: networkd,
  },
  {
    name: 'systemd-analyze verify',
    reads: /\.(service|timer|mount)$/,
    isThere: has('systemd-analyze'),
    objectionsTo: units,
  },
  { name: "systemd's reader of fstab", reads: /\/etc\/fstab$/, isThere: has(FSTAB_GENERATOR), objectionsTo: fstab },
  { name: 'apt, its sources', reads: /\.sources$/, isThere: has('apt-get'), objectionsTo: aptSources },
  {
    name: 'apt, its configuration',
    reads: /\/apt\.conf\.d\//,
    isThere: has('apt-config'),
    objectionsTo: eachBy('apt-config', 'dump', '-c'),
  },
  { name: 'nft -c', reads: /\.nft$/, isThere: () => has('nft')() && canUnshare(), objectionsTo: nft },
  { name: 'sshd -t', reads: /\/sshd_config\.d\//, isThere: () => has('sshd')() && canUnshare(), objectionsTo: sshd },
  { name: "xl's reader", reads: /\/etc\/xen\/[^/]+\.cfg$/, isThere: () => xlLibrary() !== null, objectionsTo: xl },
  {
    name: 'visudo -c',
    reads: /\/sudoers\.d\//,
    mayHaveNone: true,
    isThere: has('visudo'),
    objectionsTo: eachBy('visudo', '-c', '-f'),
  },
  { name: 'ssh-keygen -l', reads: /^plan$/, isThere: has('ssh-keygen'), objectionsTo: keys },
  {
    name: 'grub-script-check',
    reads: /\/grub\.cfg$/,
    isThere: has('grub-script-check'),
    objectionsTo: eachBy('grub-script-check'),
  },
  { name: 'sh -n', reads: SHELL, isThere: has('sh'), objectionsTo: eachBy('sh', '-n') },
  { name: 'a JSON parser', reads: /\.json$/, isThere: () => true, objectionsTo: json },
];
