/** Everything that goes into a DomU's tree. */
import freezeScript from '../../../assets/domu/freeze.sh' with { type: 'text' };
import upScript from '../../../assets/domu/up.sh' with { type: 'text' };
import type { HealthCheck } from '../../profile/effective.ts';
import type { TreeFile } from '../action.ts';
import type { HostModel, ResolvedDomu, TreeContent } from '../model.ts';
import { distributionOf } from '../distributions/table.ts';
import { firstBootCommands } from '../dom0/commands.ts';
import { quoted } from '../shell-words.ts';
import { joinContent, scriptFile, systemdFile, textFile } from '../trees/content.ts';
import { domuFstab, mountPoint } from '../trees/fstab.ts';
import { guestGrub } from '../boot/grub-guest.ts';
import { commonContent, nameFiles, profileFiles } from '../trees/names.ts';
import { guestNetwork, wantsAddress } from '../network/network-guest.ts';

/** Pure: the same model gives the same tree. */
export function domuTree(model: HostModel, domu: ResolvedDomu): TreeContent {
  const { settings } = domu;
  return joinContent(
    { files: [domuFstab(domu), ...nameFiles(settings.hostname, settings.network[0]?.addresses ?? [])] },
    commonContent(model, settings.name, settings),
    guestNetwork(model, domu),
    guestGrub(domu),
    firstBootCommands(settings.commands.firstBoot),
    upContent(domu),
    freezeContent(),
    {
      // hvc0's login is made by systemd where the console is; a guest has no screen.
      maskUnits: domu.type === 'hvm' ? [] : ['getty@tty1.service'],
      directories: domu.volumes
        .filter((volume) => volume.use === 'data')
        .flatMap((volume) => {
          const path = mountPoint(volume);
          return path === null ? [] : [{ path, mode: '0755', owner: 'root:root' }];
        }),
    },
    { files: profileFiles(settings.files, `domus.${settings.name}`) },
  );
}

/** The unit that says in xenstore and on the console that the guest is up. */
function upContent(domu: ResolvedDomu): Partial<TreeContent> {
  const checks = domu.settings.health.flatMap(insideCheck);
  const after = ['network-online.target', 'xenwright-commands.service', distributionOf(domu.settings).units.ssh];
  return {
    files: [
      scriptFile('/usr/lib/xenwright/up', upScript),
      ...checks.map((script, index): TreeFile =>
        scriptFile(`/etc/xenwright/health.d/${String(index + 1).padStart(2, '0')}`, script),
      ),
      textFile(
        '/etc/systemd/system/xenwright-up.service',
        systemdFile(
          [
            'Unit',
            { Description: 'Tell Dom0 that this guest is up', After: after.join(' '), Wants: 'network-online.target' },
          ],
          [
            'Service',
            {
              Type: 'oneshot',
              RemainAfterExit: true,
              ExecStart: `/usr/lib/xenwright/up ${domu.settings.name} ${wantsAddress(domu) ? 'yes' : 'no'}`,
              TimeoutStartSec: 'infinity',
            },
          ],
          ['Install', { WantedBy: 'multi-user.target' }],
        ),
      ),
    ],
    enableUnits: ['xenwright-up.service'],
  };
}

/** The unit by which Dom0 makes a snapshot of what stands still. Ended in the middle of it, it lets go. */
function freezeContent(): Partial<TreeContent> {
  const script = '/usr/lib/xenwright/freeze';
  return {
    files: [
      scriptFile(script, freezeScript),
      textFile(
        '/etc/systemd/system/xenwright-freeze.service',
        systemdFile(
          ['Unit', { Description: 'Hold the filesystems of this guest for snapshots' }],
          ['Service', { ExecStart: script, ExecStopPost: `${script} thaw`, Restart: 'on-failure', RestartSec: '10s' }],
          ['Install', { WantedBy: 'multi-user.target' }],
        ),
      ),
    ],
    enableUnits: ['xenwright-freeze.service'],
  };
}

/** Checks that are made inside the guest; tcp and http are asked from Dom0. The second line is what a failure is called. */
function insideCheck(check: HealthCheck): string[] {
  if ('unit' in check)
    return [`#!/bin/sh\n# unit ${check.unit.split('\n')[0]}\nexec systemctl is-active --quiet ${quoted(check.unit)}`];
  if ('run' in check) return [`#!/bin/sh\n# ${check.run.split('\n')[0]}\n${check.run}`];
  return [];
}
