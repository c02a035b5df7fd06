/**
 * SSH into a booted medium, only when it was asked for: by key, or by a password that is made up once and shown on the
 * console.
 */
import { randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { EXIT, failure } from '../../errors.ts';
import type { Phrase } from '../../i18n/phrase.ts';
import type { KernelOptions } from '../../medium/session/kernel-options.ts';
import { ASKED_FOR_SSH } from '../../medium/session/places.ts';
import { exec } from '../process/exec.ts';
import { understoodKeyboard } from '../../profile/understood.ts';

/** Without what looks alike. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_SIGNS = 4;
let password: string | null = null;

/** Lines for the console. `more`: keys of the profile. Nothing is started, and nothing said, unless asked for. */
export async function openSsh(
  { ssh, sshKeys }: Pick<KernelOptions, 'ssh' | 'sshKeys'>,
  more: readonly string[],
): Promise<Phrase[]> {
  if (ssh === 'off' && sshKeys.length === 0) return [];
  const keys = [...new Set([...sshKeys, ...more])];
  await mkdir('/root/.ssh', { recursive: true, mode: 0o700 });
  await writeFile('/root/.ssh/authorized_keys', keys.map((key) => `${key}\n`).join(''), { mode: 0o600 });
  const byPassword = ssh === 'password';
  await mkdir('/etc/ssh/sshd_config.d', { recursive: true });
  await writeFile(
    '/etc/ssh/sshd_config.d/00-xenwright.conf',
    `PermitRootLogin ${byPassword ? 'yes' : 'prohibit-password'}\nPasswordAuthentication ${byPassword ? 'yes' : 'no'}\nKbdInteractiveAuthentication no\n`,
  );
  if (byPassword && password === null) {
    password = Array.from({ length: GROUPS }, () =>
      Array.from({ length: GROUP_SIGNS }, () => SIGNS[randomInt(SIGNS.length)]).join(''),
    ).join('-');
    await exec(['chpasswd'], { input: `root:${password}\n`, timeoutMs: 30_000, quiet: true });
  }
  await exec(['ssh-keygen', '-A'], { timeoutMs: 60_000 });
  await mkdir('/run/xenwright', { recursive: true });
  await writeFile(ASKED_FOR_SSH, '');
  await exec(['systemctl', 'restart', 'ssh.service'], { timeoutMs: 60_000 }).catch((error: unknown) => {
    throw failure('no-ssh', EXIT.action, {}, { cause: error });
  });
  return [
    ...(byPassword
      ? [{ key: 'session.sshPassword' as const, values: { password: password ?? '' } }]
      : keys.length === 0
        ? [{ key: 'session.sshNoKeys' as const }]
        : [{ key: 'session.sshKeys' as const, values: { count: keys.length } }]),
    ...(await fingerprints()).map((line): Phrase => ({ key: 'session.hostKey', values: { line } })),
  ];
}

async function fingerprints(): Promise<string[]> {
  const files = (await readdir('/etc/ssh')).filter((name) => /^ssh_host_ed25519_key\.pub$/.test(name));
  return await Promise.all(
    files.map(async (name) =>
      (await exec(['ssh-keygen', '-lf', `/etc/ssh/${name}`], { timeoutMs: 10_000, quiet: true })).stdout.trim(),
    ),
  );
}

/** Keyboards of consoles, by console-setup. `written`: a layout by any of its names. */
export async function setKeyboard(written: string): Promise<void> {
  const { layout, variant } = understoodKeyboard({ layout: written, variant: '' });
  const before = await readFile('/etc/default/keyboard', 'utf8').catch(() => '');
  const rest = before.split('\n').filter((line) => line !== '' && !/^XKB(LAYOUT|VARIANT)=/.test(line));
  const own = [`XKBLAYOUT="${layout}"`, `XKBVARIANT="${variant}"`];
  await writeFile('/etc/default/keyboard', `${[...rest, ...own].join('\n')}\n`);
  await exec(['setupcon', '--keyboard-only', '--force'], { timeoutMs: 60_000 });
}
