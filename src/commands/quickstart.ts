/**
 * What `npm start` does until the wizard exists: the minimal profile into a disk image, with the user's own key or a
 * one-time password, and then an offer to boot it.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { EXIT } from '../errors.ts';
import { hashPassword, ownPublicKeys, writePrivate } from '../system/quickstart-files.ts';
import type { CommandIo } from '../system/process-io.ts';

const IMAGE = 'xen-host.img';
const PROFILE = 'xen-host.yaml';

/** Runs the quick start in the current folder; returns the exit code of what ran last. */
export async function quickstart(io: CommandIo): Promise<number> {
  const keys = await ownPublicKeys();
  const password = keys.length > 0 ? null : oneTimePassword();
  io.out(`Xenwright installs a Xen host with one DomU into the disk image ${IMAGE}; no disk of this machine is touched.\n`);
  io.out(password === null
    ? `You log in as root with your own key (${keys.length === 1 ? '1 public key' : `${keys.length} public keys`} found in ~/.ssh).\n`
    : `No public key was found in ~/.ssh. One-time password for root, shown only here: ${password}\n`);
  await writePrivate(PROFILE, minimalProfile(keys, password === null ? null : await hashPassword(password)));
  io.out(`The profile is ${PROFILE}: change it and run  npm start -- install ${PROFILE} --image ${IMAGE}\n\n`);
  const { install } = await import('./install.ts');
  const code = await install([PROFILE], { image: [IMAGE], set: [], ui: 'auto', resumeIfInterrupted: true }, io);
  if (code !== EXIT.done) return code;
  return await offerBoot(io, password);
}

async function offerBoot(io: CommandIo, password: string | null): Promise<number> {
  if (!io.interactive) return EXIT.done;
  const questions = createInterface({ input: process.stdin, output: process.stdout });
  const answer = (await questions.question('\nBoot it now under emulation, with its console here? [Y/n] ')).trim().toLowerCase();
  questions.close();
  if (answer !== '' && !answer.startsWith('y')) {
    io.out(`Later:  npm start -- boot --console ${IMAGE}\n`);
    return EXIT.done;
  }
  if (password !== null) io.out(`Log in as root with the password ${password}\n`);
  const { boot } = await import('./boot.ts');
  return await boot([IMAGE], { firmware: 'bios', console: true }, io);
}

/** About 80 bits in groups that are easy to type; no letters that look alike. */
function oneTimePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from(randomBytes(16), (byte, index) => (index > 0 && index % 4 === 0 ? '-' : '') + (letters[byte % letters.length] ?? 'x')).join('');
}

function minimalProfile(keys: readonly string[], passwordHash: string | null): string {
  const admin = passwordHash === null ? `    sshKeys: ${JSON.stringify(keys)}` : `    passwordHash: ${JSON.stringify(passwordHash)}`;
  return `# Written by npm start; every field you leave out has a sensible default (xenwright schema).
version: 1
host:
  hostname: xen1
  storage:
    disks: [{ largest: true }]
  admin:
${admin}
domus:
  - name: web1
`;
}
