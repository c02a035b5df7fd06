/** Has snapshots grown before they are full, from now on. Also on hosts that Xenwright did not install. */
import { SNAPSHOT_TIMER, snapshotWatch } from '../../../plan/dom0/snapshot-watch.ts';
import { exec } from '../../../system/process/exec.ts';
import { localFiles } from '../../../system/files/files.ts';

export async function watchFill(): Promise<void> {
  for (const { path, content, mode } of snapshotWatch())
    if (typeof content === 'string') await localFiles.writeText(path, content, { mode });
  await exec(['systemctl', 'daemon-reload'], { quiet: true });
  await exec(['systemctl', '--quiet', 'enable', '--now', SNAPSHOT_TIMER], { quiet: true });
}
