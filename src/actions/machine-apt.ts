/**
 * What this machine's own apt is told of archives holds for building bases, too: who accepts lists past their date has
 * said so there.
 */
import type { ActionContext } from './kind.ts';

/**
 * apt.conf lines to take over; none on systems without apt. (apt-config(8), `Acquire::Check-Valid-Until` in
 * apt.conf(5).)
 */
export async function machineAptOptions(context: ActionContext): Promise<string[]> {
  const asked = await context
    .exec(['apt-config', 'shell', 'VALID', 'Acquire::Check-Valid-Until/b'], { quiet: true })
    .catch(() => null);
  if (asked?.stdout.trim() !== "VALID='false'") return [];
  context.notice('notices.oldLists');
  return ['Acquire::Check-Valid-Until "false"'];
}
