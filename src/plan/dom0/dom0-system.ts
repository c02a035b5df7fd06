/** What Dom0 needs besides the boot menu and the network: Xen's settings, log folders, the starter of DomUs. */
import bringBack from '../../../assets/host/bring-back.sh' with { type: 'text' };
import confirm from '../../../assets/host/confirm.sh' with { type: 'text' };
import consoleTrim from '../../../assets/host/console-trim.sh' with { type: 'text' };
import domusScript from '../../../assets/host/domus.py' with { type: 'text' };
import { BRING_BACK } from '../../facts/host-places.ts';
import type { TreeFile } from '../action.ts';
import type { Distribution } from '../distributions/distribution.ts';
import { distributionOf } from '../distributions/table.ts';
import type { HostModel, TreeContent } from '../model.ts';
import { content, directory, scriptFile, systemdFile, textFile } from '../trees/content.ts';

/** Everything that only a host with Xen has. */
export function xenSystem(model: HostModel): TreeContent {
  const distribution = distributionOf(model.profile.host);
  return content({
    files: [
      textFile(
        '/etc/xen/xl.conf',
        '# Written by Xenwright: Dom0\'s memory is fixed on the hypervisor\'s command line.\nautoballoon="off"\nvif.default.bridge="' +
          (model.bridges[0]?.settings.name ?? 'xenbr0') +
          '"',
      ),
      // xendomains is masked; should anybody start it all the same, it must not save the guests' memory to disk.
      textFile(
        distribution.xen.xendomainsSettings,
        'XENDOMAINS_MIGRATE=""\nXENDOMAINS_SAVE=""\nXENDOMAINS_RESTORE=false\nXENDOMAINS_AUTO=/etc/xen/auto\nXENDOMAINS_STOP_MAXWAIT=300',
      ),
      textFile(
        '/etc/tmpfiles.d/xenwright.conf',
        'd /var/log/xen 2750 root adm\nd /run/xenwright 0755 root root\nd /run/xenwright/domus 0755 root root',
      ),
      textFile('/etc/modules-load.d/xenwright.conf', 'xen-netback\nxen-blkback\nxen-gntdev\nxen-gntalloc\nxen-evtchn'),
      ...domusService(),
      ...bringBackService(),
      scriptFile('/usr/lib/xenwright/confirm', confirm),
      confirmService(distribution),
      // xenstored needs /var/log/xen. What guests write on their consoles is kept: why one did not come up is read
      // there.
      textFile(
        '/etc/systemd/system/xen.service.d/10-xenwright.conf',
        '[Unit]\nAfter=systemd-tmpfiles-setup.service var-log-xen-console.mount\nWants=var-log-xen-console.mount\n[Service]\nEnvironment=XENCONSOLED_ARGS=--log=guest',
      ),
      ...consoleLogs(),
    ],
    directories: [
      directory('/etc/xen/auto'),
      directory('/etc/xenwright', '0755'),
      directory('/etc/xenwright/domus', '0755'),
      { path: '/var/log/xen', mode: '2750', owner: 'root:adm' },
    ],
    enableUnits: [
      'xen.service',
      'xenwright-confirm.service',
      'xenwright-domus.service',
      'xenwright-bring-back.service',
      'xenwright-console-trim.timer',
    ],
    maskUnits: ['xendomains.service'],
  });
}

/** What starts and stops the DomUs, the unit that calls it, and the unit that each of them runs in. */
function domusService(): TreeFile[] {
  return [
    scriptFile('/usr/lib/xenwright/domus', domusScript),
    textFile(
      '/etc/systemd/system/xenwright-domus.service',
      systemdFile(
        [
          'Unit',
          {
            Description: 'Start and stop of the DomUs',
            After: 'xen.service network-online.target remote-fs.target var-lib-xenwright.mount',
            Wants: 'network-online.target',
            Requires: 'xen.service',
          },
        ],
        // The script bounds every wait itself: stopTimeout, then destroy. It tells when each was started once, and
        // then goes on to see to those that die before they are up. The signal to end is for it alone: xl's own
        // processes end with their guests.
        [
          'Service',
          {
            Type: 'notify',
            RemainAfterExit: true,
            KillMode: 'mixed',
            ExecStart: '-/usr/lib/xenwright/domus start',
            ExecStop: '-/usr/lib/xenwright/domus stop',
            TimeoutStartSec: 'infinity',
            TimeoutStopSec: 'infinity',
          },
        ],
        ['Install', { WantedBy: 'multi-user.target' }],
      ),
    ),
    domuUnit(),
  ];
}

/** What ran before a restart that was asked for, and does not start with the host. */
function bringBackService(): TreeFile[] {
  return [
    scriptFile('/usr/lib/xenwright/bring-back', bringBack),
    textFile(
      '/etc/systemd/system/xenwright-bring-back.service',
      systemdFile(
        [
          'Unit',
          {
            Description: 'Start the DomUs that ran before the restart',
            After: 'xenwright-domus.service',
            ConditionPathExists: BRING_BACK,
          },
        ],
        // xl's own processes end with their guests, as those of xenwright-domus.service do.
        [
          'Service',
          {
            Type: 'oneshot',
            RemainAfterExit: true,
            KillMode: 'process',
            ExecStart: '-/usr/lib/xenwright/bring-back',
            TimeoutStartSec: 'infinity',
          },
        ],
        ['Install', { WantedBy: 'multi-user.target' }],
      ),
    ),
  ];
}

/**
 * One for each DomU, begun by the starter: the process of xl that starts its guest again when it reboots lives in it,
 * whoever asked for the start. It ends with its guest, and whoever stops it stops the guest.
 */
function domuUnit(): TreeFile {
  return textFile(
    '/etc/systemd/system/xenwright-domu@.service',
    systemdFile(
      [
        'Unit',
        {
          Description: 'DomU %I',
          After: 'xen.service',
          // When the host goes down, the starter comes first: it stops all of them, in their order.
          Before: 'xenwright-domus.service',
          StartLimitIntervalSec: 0,
        },
      ],
      // One that has ended by itself has no main process any more, and nothing is left to stop. Device models and
      // whatever else serves the guest is xl's to end.
      [
        'Service',
        {
          Type: 'notify',
          ExecStart: '/usr/lib/xenwright/domus create %I',
          ExecStop: `/bin/sh -c '[ -z "$$MAINPID" ] || exec /usr/lib/xenwright/domus stop "$$1"' sh %I`,
          KillMode: 'process',
          OOMPolicy: 'continue',
          TimeoutStartSec: 'infinity',
          TimeoutStopSec: 'infinity',
        },
      ],
    ),
  );
}

/** As soon as Dom0 is there with its network: a power cut while guests still start says nothing against Xen. */
function confirmService({ units, boot }: Distribution): TreeFile {
  return textFile(
    '/etc/systemd/system/xenwright-confirm.service',
    systemdFile(
      [
        'Unit',
        {
          Description: 'Tell the boot loader that Xen came up',
          After: `network-online.target boot.mount ${units.ssh}`,
          Wants: 'network-online.target',
          Before: 'xenwright-domus.service',
        },
      ],
      [
        'Service',
        {
          Type: 'oneshot',
          RemainAfterExit: true,
          ExecCondition: '/usr/bin/grep -q xen /sys/hypervisor/type',
          ExecStart: [`${boot.editEnvironment} unset xenwright_state`, '-/usr/lib/xenwright/confirm'],
        },
      ],
      ['Install', { WantedBy: 'multi-user.target' }],
    ),
  );
}

/** Room for the guests' consoles: a small file system of its own, in memory, since a guest can write without end. */
function consoleLogs(): TreeFile[] {
  return [
    textFile(
      '/etc/systemd/system/var-log-xen-console.mount',
      systemdFile(
        // Not after systemd-tmpfiles-setup, which itself waits for every mount: systemd would break the circle by
        // leaving this one out.
        ['Unit', { Description: 'What guests write on their consoles' }],
        [
          'Mount',
          {
            What: 'tmpfs',
            Where: '/var/log/xen/console',
            Type: 'tmpfs',
            Options: 'size=16M,mode=0750,gid=adm,nosuid,nodev,noexec',
          },
        ],
      ),
    ),
    scriptFile('/usr/lib/xenwright/console-trim', consoleTrim),
    textFile(
      '/etc/systemd/system/xenwright-console-trim.service',
      systemdFile(
        ['Unit', { Description: "Keep the logs of the guests' consoles short" }],
        ['Service', { Type: 'oneshot', ExecStart: '/usr/lib/xenwright/console-trim' }],
      ),
    ),
    textFile(
      '/etc/systemd/system/xenwright-console-trim.timer',
      systemdFile(
        ['Unit', { Description: "Keep the logs of the guests' consoles short" }],
        ['Timer', { OnBootSec: '5min', OnUnitActiveSec: '5min' }],
        ['Install', { WantedBy: 'timers.target' }],
      ),
    ),
  ];
}
