/** What Debian's own programs are told in an installed tree: apt, and console-setup. */
import { content, textFile } from '../trees/content.ts';
import type { Distribution } from './distribution.ts';

/** Read by console-setup and by X. */
export const keyboardSettings: Distribution['keyboard'] = ({ layout, variant }) =>
  textFile(
    '/etc/default/keyboard',
    `XKBMODEL="pc105"\nXKBLAYOUT="${layout}"\nXKBVARIANT="${variant}"\nBACKSPACE="guess"`,
  );

/** apt: its way out, who it is where an address asks, its sources. */
export const packageManager: Distribution['packageManager'] = ({ proxy, login, sources }) =>
  content({
    files: [
      ...(proxy === null
        ? []
        : [
            textFile(
              '/etc/apt/apt.conf.d/10xenwright-proxy',
              ['http', 'https'].map((scheme) => `Acquire::${scheme}::Proxy "${proxy}";`).join('\n'),
            ),
          ]),
      ...(login === null
        ? []
        : [{ path: '/etc/apt/auth.conf.d/xenwright.conf', mode: '0600', owner: 'root:root', content: login }]),
      ...(sources === '' ? [] : [textFile('/etc/apt/sources.list.d/xenwright.sources', sources)]),
    ],
    remove: sources === '' ? [] : ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources'],
  });

/** apt's own folder of packages: nothing else looks there, and a kill leaves nothing that anybody would miss. */
export const ownPackage: Distribution['ownPackage'] = {
  at: '/var/cache/apt/archives/xenwright-install.deb',
  install: ['dpkg', '--install', '/var/cache/apt/archives/xenwright-install.deb'],
};
