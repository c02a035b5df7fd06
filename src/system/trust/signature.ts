/** Detached SSH signatures (PROTOCOL.sshsig), made and checked by ssh-keygen. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, failure, wordsOf, XenwrightError } from '../../errors.ts';
import type { Message } from '../../i18n/phrase.ts';
import { errorMessages } from '../../i18n/translate-events.ts';
import { sshKeyProblem } from '../../check/ssh-key.ts';
import { exec, findTool } from '../process/exec.ts';
import { packageOf } from '../process/tool-packages.ts';

/** What a signature is made for: one of a mail or a commit counts for nothing here. */
const NAMESPACE = 'xenwright-profile';
const WHO = 'xenwright';
const KEYGEN_MS = 60_000;

/** Is the text signed by one of the keys (lines of OpenSSH public keys)? Throws `signature-differs` (exit 6). */
export async function verifySignature(
  source: string,
  text: string,
  signature: string,
  publicKeys: string,
): Promise<void> {
  const signers = publicKeyLines(publicKeys)
    .map((key) => `${WHO} namespaces="${NAMESPACE}" ${key}\n`)
    .join('');
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-signature-'));
  try {
    const [allowed, sig] = [join(folder, 'signers'), join(folder, 'sig')];
    await writeFile(allowed, signers, { mode: 0o600 });
    await writeFile(sig, signature, { mode: 0o600 });
    await exec(['ssh-keygen', '-Y', 'verify', '-f', allowed, '-I', WHO, '-n', NAMESPACE, '-s', sig], {
      input: text,
      quiet: true,
      timeoutMs: KEYGEN_MS,
    });
  } catch (error) {
    if (!(error instanceof XenwrightError)) throw error;
    if (error.code !== 'command-failed')
      throw new XenwrightError({
        ...wordsOf('signature-unchecked', { source, reason: errorMessages(error).message }),
        code: error.code,
        exit: error.exit === EXIT.interrupted ? error.exit : EXIT.source,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    throw failure('signature-differs', EXIT.source, {
      source,
      reason: error.lastLines.filter((line) => line.trim() !== '').join('; ') || error.message,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Type and blob of every key of a public key file. Throws `bad-pubkey` (exit 2) where there is none, or something else. */
export function publicKeyLines(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const keys = lines.flatMap((line) => {
    const [, key] =
      /(?:^|\s)((?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-[\w@.-]+) [A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(
        line.replaceAll(/\s+/g, ' '),
      ) ?? [];
    return key === undefined || sshKeyProblem(line) !== null ? [] : [key];
  });
  if (keys.length === 0 || keys.length < lines.length)
    throw failure(keys.length === 0 ? 'bad-pubkey.none' : 'bad-pubkey.others', EXIT.usage);
  return keys;
}

/**
 * Signs a text with a key file, or with a public key whose other half an agent holds. `mayAsk`: a passphrase may be
 * asked at the terminal.
 */
export async function signText(text: string, keyFile: string, mayAsk: boolean): Promise<string> {
  if (!findTool('ssh-keygen'))
    throw failure('not-signed.noTool', EXIT.source, { keyFile, install: packageOf('ssh-keygen') });
  const argv = ['ssh-keygen', '-Y', 'sign', '-q', '-n', NAMESPACE, '-f', keyFile];
  const signature = mayAsk
    ? await askingKeygen(argv, text)
    : (
        await exec(argv, {
          input: text,
          quiet: true,
          timeoutMs: KEYGEN_MS,
          env: { SSH_ASKPASS_REQUIRE: 'never' },
        }).catch((error: unknown) => {
          throw unsigned(keyFile, error instanceof XenwrightError ? errorMessages(error).message : String(error));
        })
      ).stdout;
  if (!signature.includes('-----BEGIN SSH SIGNATURE-----'))
    throw unsigned(keyFile, { key: 'errors.not-signed.why.none' });
  return signature;
}

/** The passphrase goes from the terminal to ssh-keygen: it is never here. */
async function askingKeygen([file, ...args]: readonly string[], text: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = spawn(file as string, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let signature = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      signature += part;
    });
    child.once('error', (error) => reject(unsigned(args.at(-1) ?? '', error.message)));
    child.once('close', (code) => {
      if (code === 0) resolve(signature);
      else reject(unsigned(args.at(-1) ?? '', { key: 'errors.not-signed.why.ended', values: { code: code ?? '?' } }));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}

function unsigned(keyFile: string, why: Message): XenwrightError {
  return failure('not-signed.failed', EXIT.source, { keyFile, why });
}
