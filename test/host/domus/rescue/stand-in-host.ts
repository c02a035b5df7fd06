/**
 * A Xen host for tests of the rescue: records, configurations, xl and xenstore of its own in a folder; disks, loops,
 * locks, namespaces and processes are this machine's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RescueOptions } from '../../../../src/commands/domu/rescue/command.ts';
import { domuRescue } from '../../../../src/commands/domu/rescue/run.ts';
import { thisHost, type RescueWorld } from '../../../../src/host/domus/rescue/world.ts';
import { RESCUE_NOTES } from '../../../../src/facts/in-rescue.ts';
import { inEnglish } from '../../../../src/i18n/english.ts';
import { mountsImages } from '../../../../src/system/disk/image-mounts.ts';

export const canMount = await mountsImages();
export const reason = 'needs root and loop devices';

/** The host that lies in a folder. */
export function worldIn(home: string): RescueWorld {
  const real = thisHost();
  const mapped = (path: string): string =>
    path
      .replace(RESCUE_NOTES, join(home, 'notes'))
      .replace(/^\/etc\/xenwright\/domus/, join(home, 'domus'))
      .replace(/^\/etc\/xen(?=\/|$)/, join(home, 'etc-xen'));
  const store = (): string => textIn(join(home, 'store'));
  const xl = (...words: readonly string[]) =>
    spawnSync('sh', [join(import.meta.dirname, 'stand-in-xl.sh'), ...words], { cwd: home, encoding: 'utf8' });
  return {
    destroy: async (number) => void xl('destroy', String(number)),
    starts: join(home, 'starts'),
    notes: join(home, 'notes'),
    saved: join(home, 'saved'),
    work: join(home, 'work'),
    hideFromUdev: async () => undefined,
    small: {
      kernel: async () => ({ release: '6.12.0-test', path: '/boot/vmlinuz-6.12.0-test' }),
      initrd: async () => join(home, 'initrd'),
      create: async (config) => void xl('create', config),
      console: async () => undefined,
      terminal: () => ({ name: 'vt100', rows: 24, columns: 80 }),
    },
    lockWaitMs: 500,
    port: {
      ...real.port,
      read: async (path) => (path === '/proc/xen/capabilities' ? 'control_d\n' : await real.port.read(mapped(path))),
      list: async (path) => await real.port.list(mapped(path)),
      async run(argv) {
        if (argv[0] === 'xenstore-ls') return store();
        return argv[0] === 'xenstore-read' ? '0' : await real.port.run(argv);
      },
      async ask([command = '', ...words]) {
        if (command !== 'xl') return { text: store() };
        const { status, stdout } = xl(...words);
        return status === 0 ? { text: stdout } : { why: 'xl failed' };
      },
    },
  };
}

/** `domu rescue web1` there. */
export async function rescueIn(home: string, options: RescueOptions, say: (text: string) => void): Promise<number> {
  const io = { readText: async () => '', out: say, err: say, interactive: false };
  return await domuRescue('web1', options, io, worldIn(home), { words: inEnglish });
}

export interface RescueHost {
  readonly home: string;
  readonly image: string;
  readonly config: string;
  /** What the command said, in one text. */
  said(): string;
  xlLog(): string;
  /** Is everything as before a rescue? Says what is not. */
  leftovers(): string[];
  record(more: object): void;
  rescue(options: RescueOptions): Promise<number>;
  remove(): void;
}

/** `tree`: files of the guest's root, as `writeFilesystem` takes them. */
export function rescueHost(tree: Readonly<Record<string, string>> = {}): RescueHost {
  const home = mkdtempSync(join(tmpdir(), 'xw-rescue-'));
  for (const name of ['up', 'domus', 'starts', 'notes', 'saved', 'work', 'etc-xen']) mkdirSync(join(home, name));
  const image = join(home, 'web1.img');
  const config = join(home, 'etc-xen', 'web1.cfg');
  writeFileSync(config, 'name = "web1"\n');
  const record = (more: object): void =>
    writeFileSync(
      join(home, 'domus', 'web1.json'),
      JSON.stringify({
        name: 'web1',
        config,
        stopTimeoutSeconds: 1,
        volumes: [{ use: 'root', device: image, mount: '/' }],
        ...more,
      }),
    );
  record({});
  writeFilesystem(image, tree);
  let said = '';
  return {
    home,
    image,
    config,
    record,
    said: () => said,
    xlLog: () => textIn(join(home, 'log')),
    leftovers: () => [
      ...(textIn(config) === 'name = "web1"\n' ? [] : ['the configuration is not there']),
      ...[`${config}.in-rescue`, join(home, 'notes', 'web1.json')].filter((path) => existsSync(path)),
      ...run('losetup', '--associated', image)
        .split('\n')
        .filter((line) => line !== ''),
      ...readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((line) => line.includes(home)),
    ],
    rescue: async (options) =>
      await rescueIn(home, options, (text) => {
        said += text;
      }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

const textIn = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/**
 * An ext4 of these files. A text is a file's own; `->x` a link to x, `/` a folder, `@` this machine's file of that path
 * with the libraries it needs. `etc/hostname: '!'`: a kernel alone, as a /boot has it.
 */
export function writeFilesystem(image: string, tree: Readonly<Record<string, string>>, size = '24M'): void {
  const from = mkdtempSync(join(tmpdir(), 'xw-tree-'));
  const put = (path: string): void => {
    mkdirSync(join(from, path, '..'), { recursive: true });
    run('cp', '--dereference', path, join(from, path));
  };
  for (const [path, text] of Object.entries(
    tree['etc/hostname'] === '!' ? { vmlinuz: 'kernel' } : { 'etc/hostname': 'web1\n', ...tree },
  )) {
    mkdirSync(join(from, path, '..'), { recursive: true });
    if (text.startsWith('->')) run('ln', '-sfn', text.slice(2), join(from, path));
    else if (text === '/') mkdirSync(join(from, path), { recursive: true });
    else if (text === '@')
      for (const one of [`/${path}`, ...(run('ldd', `/${path}`).match(/\/\S+(?= \()/g) ?? [])]) put(one);
    else writeFileSync(join(from, path), text);
  }
  run('truncate', '--size', size, image);
  run('mke2fs', '-q', '-t', 'ext4', '-F', '-d', from, image);
  rmSync(from, { recursive: true });
}

/** What a command prints. Throws when it fails. */
export function run(command: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${status} ${stderr}`);
  return stdout;
}

/** The text of a file in an image; null: it is not there. */
export function inImage(image: string, path: string): string | null {
  const { stdout, stderr } = spawnSync('/usr/sbin/debugfs', ['-R', `cat ${path}`, image], { encoding: 'utf8' });
  return stderr.includes('not found') ? null : stdout;
}

/** Programs of a guest that can run a shell. */
export const PROGRAMS = Object.fromEntries(
  ['bin/sh', 'bin/bash', 'bin/cat', 'bin/sleep', 'bin/ls', 'usr/bin/env'].map((path) => [path, '@']),
);
