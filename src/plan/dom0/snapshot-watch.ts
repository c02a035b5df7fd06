/** The timer that grows snapshots of DomUs before they are full; it ends itself with the last of them. Pure. */
import grow from '../../../assets/host/snapshots-grow.sh' with { type: 'text' };
import type { TreeFile } from '../action.ts';
import { scriptFile, systemdFile, textFile } from '../trees/content.ts';

const SCRIPT = '/usr/lib/xenwright/snapshots-grow';
export const SNAPSHOT_TIMER = 'xenwright-snapshots.timer';

export function snapshotWatch(): TreeFile[] {
  return [
    scriptFile(SCRIPT, grow),
    textFile(
      '/etc/systemd/system/xenwright-snapshots.service',
      systemdFile(
        ['Unit', { Description: 'Grow snapshots of DomUs before they are full' }],
        ['Service', { Type: 'oneshot', ExecStart: SCRIPT }],
      ),
    ),
    textFile(
      `/etc/systemd/system/${SNAPSHOT_TIMER}`,
      systemdFile(
        ['Unit', { Description: 'Watch the snapshots of DomUs' }],
        ['Timer', { OnBootSec: '10s', OnUnitInactiveSec: '10s', AccuracySec: '1s' }],
        ['Install', { WantedBy: 'timers.target' }],
      ),
    ),
  ];
}
