/**
 * Where a backup is written to: under a name with `.part` until all of it is there and flushed, so that what has the
 * name of a backup is one. What is there already is never replaced.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { link, lstat, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import { quoted } from '../../plan/shell-words.ts';
import { exec, findTool } from '../process/exec.ts';

export interface BackupTarget {
  readonly stream: Writable;
  /** It gets its name. */
  finish(): Promise<void>;
  /** What was written goes. */
  drop(): Promise<void>;
}

const PART = '.part';
/** A connection that has been made is asked for little. */
const SSH_LIMIT_MS = 5 * 60_000;
const IS_THERE = 17;
const LAST_LINES = 20;

/** Throws `backup-exists` (exit 4). */
export async function fileTarget(path: string): Promise<BackupTarget> {
  const isThere = await lstat(path).catch(() => null);
  if (isThere !== null) throw failure('backup-exists', EXIT.refused, { path });
  // One that is left of a run that was cut off goes; what somebody has put there in its place is not written through.
  await unlink(path + PART).catch(() => undefined);
  const file = await open(
    path + PART,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  return {
    stream: new Writable({
      write(chunk: Buffer, _encoding, done) {
        file.writeFile(chunk).then(() => done(), done);
      },
    }),
    async finish() {
      await file.sync();
      await file.close();
      await link(path + PART, path);
      await unlink(path + PART);
      const folder = await open(dirname(path), 'r');
      await folder.sync().finally(() => folder.close());
    },
    async drop() {
      await file.close().catch(() => undefined);
      await unlink(path + PART).catch(() => undefined);
    },
  };
}

/** By the ssh client of this host; where it asks for a password, a person is asked. */
export async function sshTarget(login: string, port: number | null, path: string): Promise<BackupTarget> {
  if (!findTool('ssh')) throw failure('command-not-found', EXIT.action, { file: 'ssh', install: 'openssh-client' });
  const before = ['ssh', '-T', ...(port === null ? [] : ['-p', String(port)]), '--', login];
  const [whole, part] = [quoted(path), quoted(path + PART)];
  const child = spawn(
    before[0] as string,
    [...before.slice(1), `umask 077; [ ! -e ${whole} ] || exit ${IS_THERE}; rm -f -- ${part}; exec cat > ${part}`],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    lines.splice(0, lines.length - LAST_LINES);
  });
  const ended = new Promise<number>((resolve) => {
    child.on('error', () => resolve(-1));
    child.on('close', (code) => resolve(code ?? -1));
  });
  let bytes = 0;
  const counted = new PassThrough();
  counted.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const sent = new Promise<void>((resolve) => {
    child.stdin.on('close', () => resolve());
  });
  // When the other side has gone, its exit code says why.
  child.stdin.on('error', () => counted.destroy());
  counted.pipe(child.stdin);
  const fault = (code: number): XenwrightError =>
    code === IS_THERE
      ? failure('backup-exists', EXIT.refused, { path: `${login}:${path}` })
      : failure('backup-unsent', EXIT.action, { host: login }, { lastLines: lines });
  return {
    stream: counted,
    async finish() {
      await sent;
      const code = await ended;
      if (code !== 0) throw fault(code);
      // A connection that is cut looks like the end of what was sent: only as many bytes as there were are the backup.
      const command = `[ "$(wc -c < ${part})" -eq ${bytes} ] && sync && [ ! -e ${whole} ] && mv -- ${part} ${whole}`;
      await exec([...before, command], { timeoutMs: SSH_LIMIT_MS, quiet: true });
    },
    async drop() {
      child.stdin.destroy();
      const code = await ended;
      if (code === IS_THERE) throw fault(code);
      await exec([...before, `rm -f -- ${part}`], { timeoutMs: SSH_LIMIT_MS, quiet: true }).catch(() => undefined);
      if (code !== 0) throw fault(code);
    },
  };
}
