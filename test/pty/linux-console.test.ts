/**
 * The kernel's own console, TERM=linux: the wizard is drawn on a virtual terminal, and what stands on it is read back
 * from the kernel.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { bundleFile, home } from './support/session.ts';

/** Far from those that people and other tests use. */
const NUMBER = 30 + (process.pid % 30);
const [TTY, SIGNS] = [`/dev/tty${NUMBER}`, `/dev/vcsu${NUMBER}`];
const [TTY_MAJOR, VCS_MAJOR, UNICODE_MINOR] = [4, 7, 64];
const COLUMNS = 80;
const BYTES = 4;
const LIMIT_MS = 20_000;

/** Only root opens consoles, and not every kernel has them. */
const isThere = process.getuid?.() === 0 && hasConsole();

function hasConsole(): boolean {
  try {
    for (const [name, major, minor] of [
      [TTY, TTY_MAJOR, NUMBER],
      [SIGNS, VCS_MAJOR, UNICODE_MINOR + NUMBER],
    ] as const)
      if (!existsSync(name))
        execFileSync('mknod', ['-m', '600', name, 'c', String(major), String(minor)], { stdio: 'ignore' });
    // A terminal is made when it is first opened; its screen can be read then.
    writeFileSync(TTY, '\u001bc\u001b%G');
    return readFileSync(SIGNS).length > 0;
  } catch {
    return false;
  }
}

/** The rows that stand on it now; none while it takes each byte for a sign. */
function rows(): string[] {
  let bytes = Buffer.alloc(0);
  try {
    bytes = readFileSync(SIGNS);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENODATA') throw error;
  }
  const signs = Array.from({ length: bytes.length / BYTES }, (_, index) =>
    String.fromCodePoint(bytes.readUInt32LE(index * BYTES)),
  );
  return Array.from({ length: signs.length / COLUMNS }, (_, row) =>
    signs
      .slice(row * COLUMNS, (row + 1) * COLUMNS)
      .join('')
      .trimEnd(),
  );
}

async function shows(wanted: string | RegExp): Promise<void> {
  const isShown = (): boolean =>
    typeof wanted === 'string' ? rows().join('\n').includes(wanted) : wanted.test(rows().join('\n'));
  for (const end = Date.now() + LIMIT_MS; !isShown();) {
    if (Date.now() > end) throw new Error(`not shown: ${String(wanted)}; the console:\n${rows().join('\n')}`);
    await delay(50);
  }
}

/** As if it was typed at the keyboard (TIOCSTI, which root may always use). */
function type(text: string): void {
  execFileSync('perl', [
    '-e',
    'open(my $tty, "+<", $ARGV[0]) or die; for (split //, $ARGV[1]) { ioctl($tty, 0x5412, $_) or die "$!" }',
    TTY,
    text,
  ]);
}

describe.runIf(isThere)('a Linux console (as root)', () => {
  let child: ChildProcess | null = null;
  afterEach(async () => {
    if (child !== null && child.exitCode === null) {
      child.kill('SIGKILL');
      await new Promise((resolve) => {
        child?.once('exit', resolve);
      });
    }
    child = null;
  });

  test.each([
    ['as the kernel makes it', '\u001b%G'],
    ['set to 8-bit signs, as a console without a character set is', '\u001b%@'],
  ])('%s shows every sign, and nothing of them is left at the end', { timeout: 60_000 }, async (_, mode) => {
    writeFileSync(TTY, `\u001bc${mode}`);
    const script = `echo line of the shell; stty -a > before; '${process.execPath}' '${bundleFile()}' --demo; stty -a > after; echo the shell again`;
    child = spawn('sh', ['-c', `exec setsid --ctty --wait sh -c "$1" <${TTY} >${TTY} 2>&1`, 'sh', script], {
      cwd: home(),
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home(),
        XDG_CONFIG_HOME: join(home(), 'config'),
        TERM: 'linux',
        LANG: 'C.UTF-8',
      },
    });
    await shows('» This wizard');
    await shows('Ctrl-N continue');
    expect(rows().join('\n')).not.toContain('line of the shell');
    expect(rows()[0]).toMatch(/^ Xenwright · Host xen1 +step 1 of 12/);
    expect(rows().filter((row) => row === '─'.repeat(COLUMNS - 1))).toHaveLength(1);
    type('\u000e\u000e');
    await shows('» (■) sda');
    type('\u0003');
    await shows('Leave the wizard?');
    type('\u001b[B');
    await shows('» Leave');
    type('\r');
    await shows('the shell again');
    expect(rows().filter((row) => row !== '')).toEqual([
      'That was the demo. No disk was touched, nothing was installed.',
      'the shell again',
    ]);
    expect(readFileSync(join(home(), 'after'), 'utf8')).toBe(readFileSync(join(home(), 'before'), 'utf8'));
  });
});
