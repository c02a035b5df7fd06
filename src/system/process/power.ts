/**
 * Reboots or powers off this machine: by systemd, by the system's own command, or, where neither does it, by the
 * kernel.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { XenwrightError } from '../../errors.ts';
import { exec } from './exec.ts';

export interface PowerPorts {
  run(argv: readonly string[], timeoutMs: number): Promise<unknown>;
  isSystemd(): boolean;
  askKernel(letter: 'b' | 'o'): Promise<void>;
}

const THIS_MACHINE: PowerPorts = {
  run: async (argv, timeoutMs) => await exec(argv, { timeoutMs }),
  isSystemd: () => existsSync('/run/systemd/system'),
  askKernel: async (letter) => await writeFile('/proc/sysrq-trigger', letter),
};

/** Goes over into the kernel that kexec has loaded, with everything shut down and unmounted before; returns before that. */
export async function startLoadedKernel({ run }: Pick<PowerPorts, 'run'> = THIS_MACHINE): Promise<void> {
  await run(['sync'], 120_000);
  await run(['systemctl', '--no-wall', 'kexec'], 60_000);
}

/** Asks for it, with everything flushed before; returns before the machine goes down. */
export async function endMachine(
  how: 'reboot' | 'poweroff',
  { run, isSystemd, askKernel }: PowerPorts = THIS_MACHINE,
): Promise<void> {
  await run(['sync'], 120_000);
  try {
    await run(isSystemd() ? ['systemctl', '--no-wall', how] : [how], 60_000);
  } catch (error) {
    // The command is missing, or speaks to an init that is not the one of a rescue system.
    if (!(error instanceof XenwrightError)) throw error;
    // Documentation/admin-guide/sysrq.rst: b boots at once, o powers off.
    await askKernel(how === 'reboot' ? 'b' : 'o');
  }
}
