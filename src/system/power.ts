/** Reboots or powers off this machine: by systemd, by the system's own command, or, where there is neither, by the kernel. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { XenwrightError } from '../errors.ts';
import { exec } from './exec.ts';

/** Asks for it, with everything flushed before; returns before the machine goes down. */
export async function endMachine(how: 'reboot' | 'poweroff'): Promise<void> {
  await exec(['sync'], { timeoutMs: 120_000 });
  try {
    await exec(existsSync('/run/systemd/system') ? ['systemctl', '--no-wall', how] : [how], { timeoutMs: 60_000 });
  } catch (error) {
    if (!(error instanceof XenwrightError) || error.code !== 'command-not-found') throw error;
    // Documentation/admin-guide/sysrq.rst: b boots at once, o powers off.
    await writeFile('/proc/sysrq-trigger', how === 'reboot' ? 'b' : 'o');
  }
}
