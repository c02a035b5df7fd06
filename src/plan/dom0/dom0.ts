/** Everything that goes into Dom0's tree, but for the DomUs' records. */
import firstBoot from '../../../assets/host/first-boot.py' with { type: 'text' };
import type { HostModel, TreeContent } from '../model.ts';
import { distributionOf } from '../distributions/table.ts';
import { firstBootCommands } from './commands.ts';
import { content, directory, joinContent, link, scriptFile, systemdFile, textFile } from '../trees/content.ts';
import { xenSystem } from './dom0-system.ts';
import { addsOf } from '../storage/devices/table.ts';
import { hostFirewall } from '../network/firewall.ts';
import { dom0Fstab, mountPoint } from '../trees/fstab.ts';
import { hostGrub } from '../boot/grub-host.ts';
import { mediumServer } from './medium.ts';
import { commonContent, nameFiles, profileFiles } from '../trees/names.ts';
import { addressDevice, hostNetwork } from '../network/network-host.ts';
import { pygrubAccess } from '../domu/pygrub.ts';
import { hostModules } from '../trees/host-modules.ts';
import { hostReport } from './report.ts';

/** Pure: the same model gives the same tree. */
export function dom0Tree(model: HostModel): TreeContent {
  const { host } = model.profile;
  return joinContent(
    { files: [dom0Fstab(model), ...nameFiles(host.hostname, model.bridges[0]?.settings.addresses ?? [])] },
    {
      directories: model.volumes
        .map(mountPoint)
        .filter((path) => path !== null && path !== '/')
        .map((path) => directory(path ?? '/')),
    },
    commonContent(model, 'dom0', host),
    hostNetwork(model),
    hostFirewall(model),
    mediumServer(model),
    hostGrub(model),
    storageContent(model),
    host.hypervisor === 'xen' ? xenSystem(model) : {},
    host.hypervisor === 'xen' ? pygrubAccess() : {},
    firstBootCommands(host.commands.firstBoot),
    { files: hostModules() },
    firstBootCheck(model),
    hostReport(model),
    { files: profileFiles(host.files, 'host') },
  );
}

/** What the devices need so that they are there when the host runs. */
function storageContent({ storage, profile }: HostModel): TreeContent {
  return content({ files: storage.nodes.flatMap((node) => addsOf(storage, node, profile.host).files ?? []) });
}

/** The check that runs at each boot and prints the verdict. */
function firstBootCheck(model: HostModel): TreeContent {
  const bridge = model.bridges[0];
  const wants = (bridge?.settings.addresses.length ?? 0) > 0;
  const settings = {
    version: 1,
    hypervisor: model.profile.host.hypervisor,
    bridge: bridge?.settings.name ?? 'xenbr0',
    device: bridge === undefined ? 'xenbr0' : addressDevice(bridge),
    wantsAddress: wants,
    wantsGateway: wants,
  };
  return content({
    files: [
      textFile('/etc/xenwright/first-boot.json', JSON.stringify(settings, null, 2)),
      scriptFile('/usr/lib/xenwright/first-boot', firstBoot),
      // What the last start's check found is not true of this one, whose check begins when the DomUs were started.
      textFile('/etc/tmpfiles.d/xenwright-first-boot.conf', 'r! /var/lib/xenwright/first-boot.json'),
      textFile(
        '/etc/systemd/system/xenwright-first-boot.service',
        systemdFile(
          [
            'Unit',
            {
              Description: 'Ask this host and its DomUs whether they are up',
              After: `network-online.target boot.mount var-lib-xenwright.mount xenwright-domus.service xenwright-commands.service ${distributionOf(model.profile.host).units.ssh}`,
              Wants: 'network-online.target',
            },
          ],
          [
            'Service',
            {
              Type: 'oneshot',
              RemainAfterExit: true,
              ExecStart: '/usr/lib/xenwright/first-boot',
              TimeoutStartSec: 'infinity',
            },
          ],
          ['Install', { WantedBy: 'multi-user.target' }],
        ),
      ),
    ],
    // What the check has for the consoles to show lies in memory, where there is anything.
    links: [link('/etc/issue.d/50-xenwright.issue', '../../run/xenwright/issue')],
    enableUnits: ['xenwright-first-boot.service'],
  });
}
