/** What an installed host needs to tell its webhook how it came up: the address with its secret, a script, and its unit. */
import reportScript from '../../../assets/host/report.py' with { type: 'text' };
import type { HostModel, TreeContent } from '../model.ts';
import { content, scriptFile, systemdFile, textFile } from '../trees/content.ts';

/** Nothing without a webhook. Where to report is a secret as a whole: an address may let in. */
export function hostReport(model: HostModel): Partial<TreeContent> {
  if (model.profile.report.webhook === null) return {};
  return content({
    files: [
      { path: '/etc/xenwright/report.json', mode: '0600', owner: 'root:root', content: { secret: 'report.webhook' } },
      scriptFile('/usr/lib/xenwright/report', reportScript),
      textFile(
        '/etc/systemd/system/xenwright-report.service',
        systemdFile(
          [
            'Unit',
            {
              Description: 'Tell the webhook how this host came up',
              After: 'network-online.target xenwright-domus.service',
              Wants: 'network-online.target',
              RequiresMountsFor: '/boot /var/lib/xenwright',
            },
          ],
          // Beside the check, not after it: the last line of the check may be what somebody waits for to switch the
          // host off.
          // Not oneshot: nobody waits for a receiver. The script's own limit is an hour. A host that is switched off at
          // once still tells:
          // the signal to end is not heard before the script can make something of it.
          [
            'Service',
            {
              Type: 'exec',
              ExecStart: '/bin/sh -c \'trap "" TERM; exec /usr/lib/xenwright/report\'',
              RuntimeMaxSec: '130min',
              TimeoutStopSec: '60s',
            },
          ],
          ['Install', { WantedBy: 'multi-user.target' }],
        ),
      ),
    ],
    enableUnits: ['xenwright-report.service'],
  });
}
