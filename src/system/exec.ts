/** Runs a command: standard input closed, LC_ALL=C, a time limit, every line handed on. The only user of execa. */
import { execa, type ExecaError } from 'execa';
import { EXIT, XenwrightError } from '../errors.ts';
import type { ExecOptions, ExecResult } from '../actions/kind.ts';

export interface ExecListener {
  readonly signal?: AbortSignal;
  onLine?(stream: 'stdout' | 'stderr', line: string): void;
  onCommand?(text: string): void;
  /** Removes secrets from anything that is shown. */
  redact?(text: string): string;
}

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const LAST_LINES = 40;

/** The Debian package that brings a tool, for the hint when it is missing. */
const PACKAGES: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap', 'qemu-system-x86_64': 'qemu-system-x86', 'qemu-img': 'qemu-utils', sgdisk: 'gdisk', lvcreate: 'lvm2', vgcreate: 'lvm2', pvcreate: 'lvm2',
  'mkfs.vfat': 'dosfstools', mke2fs: 'e2fsprogs', 'grub-install': 'grub2-common', openssl: 'openssl', tune2fs: 'e2fsprogs', zstd: 'zstd',
};

/** Quotes a command line for people. */
export function formatCommand(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/**
 * Runs `argv` and returns its output. Throws XenwrightError: `command-failed`, `command-timeout`, `command-not-found`
 * (all exit 5) or `interrupted` (130).
 */
export async function exec(argv: readonly string[], options: ExecOptions = {}, listener: ExecListener = {}): Promise<ExecResult> {
  const [file, ...args] = argv;
  if (file === undefined) throw new Error('exec: empty command');
  const redact = listener.redact ?? ((text: string) => text);
  const command = redact(formatCommand(argv));
  listener.onCommand?.(command);
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const child = execa(file, args, {
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(listener.signal === undefined ? {} : { cancelSignal: listener.signal }),
    env: { LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...options.env },
    timeout: timeoutMs, forceKillAfterDelay: 5_000, reject: false, stripFinalNewline: false, maxBuffer: 256 * 1024 * 1024,
    detached: false,
  });
  const last: string[] = [];
  const follow = async (stream: 'stdout' | 'stderr'): Promise<void> => {
    for await (const raw of child.iterable({ from: stream })) {
      const line = redact(String(raw));
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      if (options.quiet !== true) listener.onLine?.(stream, line);
    }
  };
  const following = Promise.allSettled([follow('stdout'), follow('stderr')]);
  const result = await child;
  await following;
  const details = { command, lastLines: [...last] };
  if (result.failed || result.exitCode !== 0) {
    const error = result as unknown as ExecaError;
    if (error.isCanceled) throw new XenwrightError({ code: 'interrupted', exit: EXIT.interrupted, message: `${file} was stopped`, ...details });
    if (error.timedOut) throw new XenwrightError({ code: 'command-timeout', exit: EXIT.action, message: `${file} did not end within ${Math.round(timeoutMs / 1000)} s`, hint: 'the machine or a disk may be very slow or stuck; the log has its output so far', ...details });
    if (error.code === 'ENOENT') {
      const named = PACKAGES[file];
      throw new XenwrightError({ code: 'command-not-found', exit: EXIT.action, message: `${file} is not installed`, hint: named === undefined ? `install the package that has ${file}` : `apt-get install ${named}`, ...details });
    }
    if (!(options.okCodes ?? [0]).includes(result.exitCode ?? -1)) {
      throw new XenwrightError({ code: 'command-failed', exit: EXIT.action, message: `${file} failed with exit code ${result.exitCode ?? `signal ${result.signal ?? 'unknown'}`}${last.length > 0 ? `: ${last.at(-1)}` : ''}`, ...details });
    }
  }
  return { exitCode: result.exitCode ?? 0, stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? '') };
}
