/**
 * Starts the finished host on this machine's disk from the medium, with nothing written to the disk: not even mounted, since
 * that would replay journals. UEFI is told the next entry; a BIOS cannot be told.
 */
import { existsSync } from 'node:fs';
import { EXIT, XenwrightError } from '../errors.ts';
import type { Phrase } from '../i18n/phrase.ts';
import { probeFacts } from '../facts/probe.ts';
import { firmwareEntry } from '../medium/session/boot-entry.ts';
import { exec } from './exec.ts';
import { endMachine } from './power.ts';
import { systemProbe } from './probe-port.ts';

const LIMIT_MS = 120_000;

/** Does not come back when it works. Throws `no-local-boot`. */
export async function bootLocalDisk(say: (line: Phrase) => void): Promise<void> {
  const { disks } = await probeFacts(systemProbe());
  const disk = disks.find(({ installMarker }) => installMarker !== null);
  const boot = disk?.holds.find(({ type, label }) => type === 'ext4' && label === 'xw-boot');
  if (disk === undefined || boot === undefined) throw failed('no boot partition of a finished host was found');
  if (existsSync('/sys/firmware/efi')) await byFirmware(disk.holds.map(({ path }) => path), say);
  // Seen in a virtual machine: Xen does not come up by kexec there. A machine that hangs is worse than one that waits.
  else throw failed('a BIOS cannot be told to start the disk next');
}

async function byFirmware(partitions: readonly string[], say: (line: Phrase) => void): Promise<void> {
  const list = (await exec(['efibootmgr', '-v'], { timeoutMs: LIMIT_MS, quiet: true })).stdout;
  for (const partition of partitions) {
    const uuid = (await exec(['lsblk', '-ndo', 'PARTUUID', partition], { timeoutMs: LIMIT_MS, quiet: true })).stdout.trim();
    const entry = uuid === '' ? null : firmwareEntry(list, uuid);
    if (entry === null) continue;
    await exec(['efibootmgr', '--bootnext', entry], { timeoutMs: LIMIT_MS, quiet: true });
    say({ key: 'session.firmwareNext', values: { entry } });
    await endMachine('reboot');
    return;
  }
  throw failed('the firmware has no entry for the disk');
}

function failed(message: string): XenwrightError {
  return new XenwrightError({ code: 'no-local-boot', exit: EXIT.refused, message, hint: 'nothing was written; take the medium out, or put the disk before it in the boot order, and restart' });
}
