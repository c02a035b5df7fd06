/** Finds the virtual machines that a test's own runs have started. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ids of QEMU processes whose command line names this file. */
export function machinesOn(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return words.startsWith('qemu-system') && words.includes(path);
      } catch {
        return false;
      }
    })
    .map(Number);
}
