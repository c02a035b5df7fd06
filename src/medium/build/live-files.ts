/** Files of the live tree that no package brings: the program, its wrapper, the session on the consoles. Pure. */
import { CONSOLE_SETUP } from '../../actions/base-common.ts';
import type { Keyboard } from '../../profile/understood.ts';

export interface LiveFile {
  readonly path: string;
  readonly mode: string;
  readonly content: string;
}

/** Node.js and the bundle, or the single executable, which is both. */
export const PROGRAM = {
  node: '/usr/lib/xenwright/node',
  bundle: '/usr/lib/xenwright/xenwright.mjs',
  executable: '/usr/lib/xenwright/xenwright',
} as const;

/** The name every live system has until a profile gives another. */
const HOSTNAME = 'xenwright';

/** Of the initrd, and under the root itself: unmounting them at the end only fails, in red, on the last screen. */
const ROOT_MOUNTS = ['medium', 'live', 'changes', 'memory'];
const UNTIL_THE_END = '[Unit]\nDefaultDependencies=no\n';

export function liveFiles(aptSources: string, keyboard: Keyboard | null, isExecutable = false): LiveFile[] {
  const file = (path: string, content: string, mode = '0644'): LiveFile => ({ path, content, mode });
  return [
    file(
      '/usr/bin/xenwright',
      `#!/bin/sh\nexec ${isExecutable ? PROGRAM.executable : `${PROGRAM.node} ${PROGRAM.bundle}`} "$@"\n`,
      '0755',
    ),
    file('/etc/hostname', `${HOSTNAME}\n`),
    file('/etc/hosts', `127.0.0.1 localhost ${HOSTNAME}\n::1 localhost ip6-localhost ip6-loopback\n`),
    file('/etc/fstab', '# The live system: everything is mounted by its initrd.\n'),
    // As in installed systems.
    file('/etc/default/console-setup', CONSOLE_SETUP.map((line) => `${line}\n`).join('')),
    file(
      '/etc/motd',
      '\nThis is the Xenwright boot medium: what is written here is in memory only. `xenwright` starts the wizard.\n\n',
    ),
    ...ROOT_MOUNTS.map((name) =>
      file(`/etc/systemd/system/run-xenwright-${name}.mount.d/until-the-end.conf`, UNTIL_THE_END),
    ),
    ...(aptSources === ''
      ? []
      : [file('/etc/apt/sources.list', ''), file('/etc/apt/sources.list.d/xenwright.sources', aptSources)]),
    ...(keyboard === null
      ? []
      : [
          file(
            '/etc/default/keyboard',
            `XKBMODEL="pc105"\nXKBLAYOUT="${keyboard.layout}"\nXKBVARIANT="${keyboard.variant}"\nXKBOPTIONS=""\nBACKSPACE="guess"\n`,
          ),
        ]),
  ];
}
