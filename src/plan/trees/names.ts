/** Who a machine is: host name, hosts file, keyboard, time servers, sources of packages, the profile's own files. */
import { loginSecret, namedLogins, withoutLogin } from '../../profile/address-login.ts';
import type { AdminSettings, DomuSettings, FileEntry, HostSettings } from '../../profile/effective.ts';
import { fileSecret, isHidden } from '../../profile/hidden-file.ts';
import type { TreeFile } from '../action.ts';
import { becomesRootFreely } from '../../profile/ways-in.ts';
import { distributionOf } from '../distributions/table.ts';
import type { HostModel, TreeContent } from '../model.ts';
import { content, link, textFile } from './content.ts';

/** The part before the first dot. */
function shortName(hostname: string): string {
  return hostname.split('.')[0] ?? hostname;
}

/** /etc/hostname and /etc/hosts; with a fixed address the name resolves to it, otherwise to 127.0.1.1. */
export function nameFiles(hostname: string, addresses: readonly string[]): TreeFile[] {
  const short = shortName(hostname);
  const names = short === hostname ? short : `${hostname} ${short}`;
  const fixed = addresses.filter((address) => address.includes('/')).map((address) => address.split('/')[0] ?? address);
  const own = fixed.length === 0 ? ['127.0.1.1'] : fixed;
  return [
    textFile('/etc/hostname', short),
    textFile(
      '/etc/hosts',
      [
        '127.0.0.1 localhost',
        '::1 localhost ip6-localhost ip6-loopback',
        ...own.map((address) => `${address} ${names}`),
      ].join('\n'),
    ),
  ];
}

/** What Dom0 and DomUs share: keyboard, SSH, resolver, time, where packages come from. `settings`: the domain's own. */
export function commonContent(
  model: HostModel,
  domain: string,
  settings: Pick<HostSettings | DomuSettings, 'admin' | 'distribution'>,
): TreeContent {
  const distribution = distributionOf(settings);
  const { keyboard, host } = model.profile;
  const files = [
    distribution.keyboard(keyboard),
    textFile('/etc/ssh/sshd_config.d/10-xenwright.conf', sshText(settings.admin)),
    ...sudoRights(settings.admin),
  ];
  // Devices and services of a slow or busy machine come late, not never; systemd's own 90 s end in an emergency shell.
  files.push(
    textFile(
      '/etc/systemd/system.conf.d/10-xenwright.conf',
      '[Manager]\nDefaultTimeoutStartSec=5min\nDefaultDeviceTimeoutSec=5min',
    ),
  );
  if (host.ntp.length > 0)
    files.push(textFile('/etc/systemd/timesyncd.conf.d/10-xenwright.conf', `[Time]\nNTP=${host.ntp.join(' ')}`));
  const secret = loginSecret(domain === 'dom0' ? 'host' : `domus.${domain}`);
  const manager = distribution.packageManager({
    proxy: host.proxy === null ? null : withoutLogin(host.proxy),
    login: namedLogins(model.profile, secret) === '' ? null : { secret },
    sources: model.packageSources[domain] ?? '',
  });
  return content({
    files: [...files, ...manager.files],
    links: [link('/etc/resolv.conf', '../run/systemd/resolve/stub-resolv.conf')],
    remove: manager.remove,
    enableUnits: ['systemd-networkd.service', 'systemd-resolved.service', distribution.units.ssh],
  });
}

/** With keys there is no reason to let anybody guess passwords over the network. */
function sshText(admin: AdminSettings): string {
  return [
    'PermitRootLogin prohibit-password',
    ...(admin.sshKeys.length > 0 ? ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'] : []),
  ].join('\n');
}

/** Whoever has no password cannot type it: without this a user with keys alone never becomes root. */
function sudoRights(admin: AdminSettings): TreeFile[] {
  const { user } = admin;
  if (user === null || !becomesRootFreely(admin)) return [];
  const content = `# Written by Xenwright: ${user} has SSH keys and no password.\n${user} ALL=(ALL:ALL) NOPASSWD: ALL\n`;
  return [{ path: '/etc/sudoers.d/xenwright', mode: '0440', owner: 'root:root', content }];
}

/** The profile's `files`; those with a `source` are fetched by the installer and do not pass here. */
export function profileFiles(entries: readonly FileEntry[], owner: string): TreeFile[] {
  return entries.flatMap((entry) =>
    entry.content === undefined
      ? []
      : [
          {
            path: entry.path,
            mode: entry.mode,
            owner: entry.owner,
            content: isHidden(entry) ? { secret: fileSecret(owner, entry.path) } : entry.content,
          },
        ],
  );
}
