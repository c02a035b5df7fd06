/** Releases, packages, mounts, options and other single fields. */
import { nearest } from '../../profile/nearest.ts';
import { invalid, type Rule } from '../rule.ts';

const RELEASES = ['bookworm', 'trixie', 'forky'];
/** debian-policy 5.6.7, with an optional architecture or version. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?(=[\w.+:~-]+)?$/;
const SYSTEM_MOUNTS = /^\/(|boot|proc|sys|dev|run|etc|usr|bin|sbin|lib|lib64|tmp)(\/|$)/;
/** Keys of xl.cfg(5) that Xenwright writes itself. */
const OWN_KEYS = ['name', 'uuid', 'type', 'builder', 'memory', 'maxmem', 'vcpus', 'disk', 'vif', 'kernel', 'ramdisk', 'root', 'extra', 'cmdline', 'bootloader', 'on_crash', 'on_reboot', 'on_poweroff'];

export const releasesAreKnown: Rule = (profile) => [
  ...(RELEASES.includes(profile.host.release) ? [] : [unknownRelease(profile.host.release, ['host', 'release'])]),
  ...profile.domus.flatMap((domu, index) => (RELEASES.includes(domu.release) || domu.release === profile.host.release ? [] : [unknownRelease(domu.release, ['domus', index, 'release'])])),
];

function unknownRelease(release: string, path: (string | number)[]) {
  const near = nearest(release, RELEASES);
  return invalid('unknown-release', path, `the Debian release ${release} is not known`, near === null ? `there are ${RELEASES.join(', ')}` : `did you mean ${near}?`);
}

export const packagesAreNames: Rule = (profile) => [
  ...profile.host.packages.flatMap((name, index) => (PACKAGE.test(name) ? [] : [invalid('bad-package', ['host', 'packages', index], `${name} is not a package name`)])),
  ...profile.domus.flatMap((domu, at) => domu.packages.flatMap((name, index) => (PACKAGE.test(name) ? [] : [invalid('bad-package', ['domus', at, 'packages', index], `${name} is not a package name`)]))),
];

export const mountsAreFree: Rule = (profile) => profile.domus.flatMap((domu, index) => {
  const seen = new Set<string>();
  return domu.disks.data.flatMap((data, number) => {
    const path = ['domus', index, 'disks', 'data', number, 'mount'];
    const mount = data.mount.replace(/\/+$/, '') || '/';
    const double = seen.has(mount);
    seen.add(mount);
    if (double) return [invalid('duplicate-mount', path, `${mount} is mounted twice`)];
    return SYSTEM_MOUNTS.test(mount) ? [invalid('system-mount', path, `${mount} belongs to the root filesystem`, 'choose a place like /srv, /home or /var/lib/…')] : [];
  });
});

export const optionsAreFree: Rule = (profile) => profile.domus.flatMap((domu, index) => Object.keys(domu.options).flatMap((key) => {
  const path = ['domus', index, 'options', key];
  if (!/^[a-z][a-z0-9_]*$/.test(key)) return [invalid('bad-option', path, `${key} is not a key of xl.cfg`)];
  return OWN_KEYS.includes(key) ? [invalid('own-option', path, `${key} is written from the profile's own fields`, 'use those')] : [];
}));

export const sizesMakeSense: Rule = (profile) => {
  const { storage } = profile.host;
  const fixed = storage.boot.kind === 'fixed' ? storage.boot.miB : null;
  return [
    ...(fixed === null ? [invalid('boot-size', ['host', 'storage', 'boot'], '/boot is a partition and needs a fixed size', 'like 1G')] : fixed < 384 ? [invalid('boot-size', ['host', 'storage', 'boot'], `${fixed} MiB are too little for /boot: kernels, initrds and Xen need room for two versions`, 'at least 384M')] : []),
    ...(storage.root.kind === 'fixed' && storage.root.miB < 2048 ? [invalid('root-size', ['host', 'storage', 'root'], `${storage.root.miB} MiB are too little for Dom0`, 'at least 2G')] : []),
    ...profile.domus.flatMap((domu, index) => (domu.disks.root.size.kind === 'fixed' && domu.disks.root.size.miB < 1000 ? [invalid('root-size', ['domus', index, 'disks', 'root', 'size'], `${domu.disks.root.size.miB} MiB are too little for Debian`, 'at least 1G')] : [])),
    ...profile.domus.flatMap((domu, index) => (domu.name !== '' && profile.host.storage.layout === 'plain' && [domu.disks.root.size, ...domu.disks.data.map((data) => data.size)].some((size) => size.kind !== 'fixed') ? [invalid('plain-size', ['domus', index, 'disks'], 'layout plain has files of fixed sizes', 'write sizes like 8G')] : [])),
  ];
};
