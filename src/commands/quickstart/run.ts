/**
 * `xenwright quickstart`, one way without a question: the minimal profile into a disk image, with the user's own key or
 * a one-time password, and then an offer to boot it. The profile is made once and is the user's from then on.
 */
import { english } from '../../i18n/english.ts';
import { randomBytes } from 'node:crypto';
import { sshKeyProblem } from '../../check/ssh-key.ts';
import { EXIT, wordsOf, XenwrightError } from '../../errors.ts';
import { errorMessages } from '../../i18n/translate-events.ts';
import { ask } from '../../system/terminal/ask.ts';
import { EMULATES_WHOLE } from '../../system/vm/boot-machine.ts';
import { imageExists } from '../../system/disk/image-files.ts';
import { writeNamed } from '../../system/files/own-files.ts';
import { hashPassword, ownPublicKeys } from '../../system/files/quickstart-files.ts';
import type { CommandIo } from '../../system/process/process-io.ts';

const IMAGE = 'xen-host.img';
const PROFILE = 'xen-host.yaml';
const ANEW = `rm -rf ${IMAGE} ${IMAGE}.xenwright`;
/** What is in the way when the profile or the image is another one than that of the run before. */
const NOT_THIS_RUN = ['already-installed', 'other-plan', 'unfinished-run', 'image-exists', 'image-too-small'];

/** Of web1, and why it is so. */
const PV = `    # xenwright boot emulates a whole machine, and PVH DomUs, which need its virtualization, fail there now and then.
    # On real hardware take this line out: web1 is then PVH where the CPU can.
    type: pv
`;

/** What the quick start asks of the rest of Xenwright. */
export interface QuickstartParts {
  /** Is the machine that is booted emulated whole? */
  readonly emulates: boolean;
  /** All that installing and booting takes, before anything is begun. */
  provideTools(io: CommandIo): Promise<void>;
  install(io: CommandIo): Promise<number>;
  boot(io: CommandIo): Promise<number>;
  ask(question: string): Promise<string | null>;
  ownPublicKeys(): Promise<string[]>;
  hashPassword(password: string): Promise<string>;
  exists(path: string): Promise<boolean>;
  writePrivate(path: string, text: string): Promise<void>;
}

const REAL: QuickstartParts = {
  emulates: EMULATES_WHOLE,
  provideTools: async (io) => await (await import('../../install/tools.ts')).toolsForImage(IMAGE, io),
  install: async (io) =>
    await (
      await import('../install/run.ts')
    ).install(
      [PROFILE],
      { image: [IMAGE], set: [], ui: 'plain', resumeIfInterrupted: true, resumeCommand: 'npm start -- quickstart' },
      io,
    ),
  boot: async (io) => await (await import('../boot/run.ts')).boot([IMAGE], { firmware: 'bios', console: true }, io),
  ask,
  ownPublicKeys,
  hashPassword,
  exists: imageExists,
  writePrivate: writeNamed,
};

/** Runs the quick start in the current folder; returns the exit code of what ran last. */
export async function quickstart(io: CommandIo, parts: QuickstartParts = REAL): Promise<number> {
  io.out(`${english('cli.quickstart.intro', { image: IMAGE })}\n${english('cli.quickstart.safe')}\n\n`);
  await parts.provideTools(io);
  const login = await loginOf(io, parts);
  io.out(`${login}\n\n`);
  const code = await installed(io, parts);
  return code === EXIT.done ? await offerBoot(io, parts, login) : code;
}

/** Makes the profile where there is none; gives how to log in, in words. */
async function loginOf(io: CommandIo, parts: QuickstartParts): Promise<string> {
  if (await parts.exists(PROFILE)) {
    io.out(`${english('cli.quickstart.ownProfile', { profile: PROFILE })}\n`);
    return english('cli.quickstart.loginOfProfile', { profile: PROFILE });
  }
  // What the rules would refuse (old kinds, certificates) lets nobody in either.
  const keys = (await parts.ownPublicKeys()).filter((key) => sshKeyProblem(key) === null);
  const password = keys.length > 0 ? null : oneTimePassword();
  await parts.writePrivate(
    PROFILE,
    minimalProfile(keys, password === null ? null : await parts.hashPassword(password), parts.emulates),
  );
  io.out(`${english('cli.quickstart.newProfile', { profile: PROFILE })}\n`);
  if (parts.emulates) io.out(`${english('cli.quickstart.pv')}\n`);
  return password === null
    ? english('cli.quickstart.loginByKey', { count: keys.length })
    : english('cli.quickstart.loginByPassword', { password });
}

/** Installs; what is in the way of this very image is said with the command that takes it out of the way. */
async function installed(io: CommandIo, parts: QuickstartParts): Promise<number> {
  try {
    return await parts.install(io);
  } catch (error) {
    if (!(error instanceof XenwrightError) || !NOT_THIS_RUN.includes(error.code)) throw error;
    throw new XenwrightError({
      ...wordsOf('usage.inTheWay', { reason: errorMessages(error).message, image: IMAGE, remove: ANEW }),
      code: error.code,
      exit: error.exit,
      cause: error,
    });
  }
}

async function offerBoot(io: CommandIo, parts: QuickstartParts, login: string): Promise<number> {
  const answer = io.interactive ? await parts.ask(english('outcome.boot')) : null;
  const wanted = answer !== null && ['', 'y', 'yes'].includes(answer.trim().toLowerCase());
  if (!wanted) {
    io.out(`${answer === null && io.interactive ? '\n' : ''}${nextSteps()}`);
    return EXIT.done;
  }
  io.out(`${login}\n`);
  const code = await parts.boot(io);
  io.out(nextSteps());
  return code;
}

function nextSteps(): string {
  return [
    english('cli.quickstart.next.title'),
    `  npm start -- boot --console ${IMAGE}    ${english('cli.quickstart.next.console')}`,
    `  npm start -- boot ${IMAGE}              ${english('cli.quickstart.next.boot')}`,
    `  npm start -- plan ${PROFILE} --image ${IMAGE}    ${english('cli.quickstart.next.plan')}`,
    `  ${ANEW} && npm start -- quickstart    ${english('cli.quickstart.next.again', { profile: PROFILE })}`,
    '',
  ].join('\n');
}

/** About 80 bits in groups that are easy to type; no letters that look alike. */
function oneTimePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from(
    randomBytes(16),
    (byte, index) => (index > 0 && index % 4 === 0 ? '-' : '') + (letters[byte % letters.length] ?? 'x'),
  ).join('');
}

function minimalProfile(keys: readonly string[], passwordHash: string | null, emulates: boolean): string {
  const admin =
    passwordHash === null
      ? `    sshKeys: ${JSON.stringify(keys)}`
      : `    passwordHash: ${JSON.stringify(passwordHash)}`;
  return `# Written by the quick start; every field you leave out has a sensible default (xenwright schema).
version: 1
host:
  hostname: xen1
  storage:
    disks: [{ largest: true }]
  admin:
${admin}
domus:
  - name: web1
${emulates ? PV : ''}`;
}
