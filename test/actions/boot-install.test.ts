/** Boot entries in the firmware are a help, never a condition: what starts the disk anywhere is written first. */
import { expect, test } from 'vitest';
import { bootInstall } from '../../src/actions/boot.ts';
import type { ActionContext, ExecResult } from '../../src/actions/kind.ts';
import { EXIT, XenwrightError } from '../../src/errors.ts';
import { someTree, workbench } from './workbench.ts';
import { actionOf } from './action-of.ts';

const done: ExecResult = { exitCode: 0, stdout: '', stderr: '' };
const action = actionOf('boot.install', {
  tree: someTree,
  bootSets: [{ disk: '/dev/sda', esp: null }],
  bios: false,
  uefi: true,
  nvram: true,
});

/** Runs it on a machine whose firmware answers so; gives the commands, and what was said. */
async function install(answers: {
  readonly isThere: boolean;
  readonly mount?: number;
  readonly entry?: 'full';
}): Promise<{ commands: string[]; said: string }> {
  const commands: string[] = [];
  const exec: ActionContext['exec'] = async (argv) => {
    const line = argv.map((word) => (word.startsWith('/tmp/') ? word.replace(/^.*\/tree/, '$TREE') : word)).join(' ');
    commands.push(line);
    if (argv[0] === 'mount') return { ...done, exitCode: answers.mount ?? 0 };
    if (answers.entry === 'full' && line.includes('--bootloader-id') && !line.includes('--no-nvram'))
      throw new XenwrightError({
        code: 'command-failed',
        exit: EXIT.action,
        message: 'chroot failed with exit code 1: No space left on device',
      });
    return done;
  };
  const bench = workbench({ exec });
  await bootInstall.apply(action, {
    ...bench.context,
    files: { ...bench.context.files, exists: async (path) => path === '/sys/firmware/efi/efivars' && answers.isThere },
  });
  return { commands: commands.filter((line) => /^mount|grub-install/.test(line)), said: bench.log.join('\n') };
}
const EFI =
  'chroot $TREE grub-install --target=x86_64-efi --efi-directory=/boot/efi --bootloader-id=xenwright --recheck';

test('where the firmware can be reached its variables are shown inside the tree, and an entry is written', async () => {
  expect((await install({ isThere: true })).commands).toEqual([
    'mount -t efivarfs efivarfs $TREE/sys/firmware/efi/efivars',
    `${EFI} --removable --no-nvram`,
    EFI,
  ]);
});

test.each([
  ['not shown by the kernel', { isThere: false }],
  ['not mountable', { isThere: true, mount: 32 }],
])('where its variables are %s only the removable path is written, and that is said', async (_, answers) => {
  const { commands, said } = await install(answers);
  expect(commands.filter((line) => !line.startsWith('mount'))).toEqual([`${EFI} --removable --no-nvram`]);
  expect(said).toContain('no boot entry is written');
});

test('a firmware that takes no entry does not end the install', async () => {
  expect((await install({ isThere: true, entry: 'full' })).said).toContain('put this disk first in its boot order');
});
