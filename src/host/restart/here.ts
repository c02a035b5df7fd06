/** This host, as a restart needs it. */
import { cleanLine } from '../../clean-text.ts';
import { BRING_BACK } from '../../facts/host-places.ts';
import type { Message } from '../../i18n/phrase.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { localFiles } from '../../system/files/files.ts';
import { exec, findTool } from '../../system/process/exec.ts';
import { statusPort } from '../../system/process/status-port.ts';
import { hasHalfInstalled } from '../half-installed.ts';
import { RESTART_COMMAND, type RestartPort } from './restart.ts';

const VERIFY_BOOT = '/usr/lib/xenwright/verify-boot';
const BRINGER = '/usr/lib/xenwright/bring-back';
const MOST_LINES = 10;
/** verify-boot may run update-grub, which takes minutes on a slow host. */
const LOOK_MS = 15 * 60_000;

export function restartHere(): RestartPort {
  return {
    hasList: findTool(BRINGER),
    faults: async () => [...(await bootFaults()), ...(await packageFaults())],
    async writeList(text) {
      if (text === null) await localFiles.remove(BRING_BACK);
      else await localFiles.writeText(BRING_BACK, text, { mode: '0600' });
    },
    async reboot() {
      await exec([...RESTART_COMMAND], { quiet: true });
    },
  };
}

/** Would the next start be one with Xen? Where Xenwright has made the boot menu, it can be asked. */
export async function bootFaults(): Promise<string[]> {
  if (!findTool(VERIFY_BOOT)) return [];
  const { stderr } = await exec([VERIFY_BOOT], { timeoutMs: LOOK_MS, quiet: true, okCodes: [0, 1] });
  return lines(stderr).map((line) => line.replace(/^xenwright: /, ''));
}

async function packageFaults(): Promise<Message[]> {
  if (!(await hasHalfInstalled(statusPort()))) return [];
  return [
    { key: 'commandLine.host.restart.packages', values: { command: commandLine(['dpkg', '--configure', '-a']) } },
  ];
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MOST_LINES)
    .map((line) => cleanLine(line));
}
