/** Volumes: their names after joining, their sizes together, and where data disks are mounted. */
import type { DomuSettings, Size } from '../../profile/effective.ts';
import { joinedVolumeNames } from '../names.ts';
import { invalid, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

/** lvm(8), VALID NAMES: words that LVM keeps for volumes of its own. */
const LVM_WORDS = /^(snapshot|pvmove)|_(cdata|cmeta|corig|iorig|imeta|mlog|mimage|pmspare|rimage|rmeta|tdata|tmeta|vorigin|vdata|wcorig)/;
/** What the device mapper takes, hyphens doubled. */
const MAPPER_NAME_LIMIT = 127;
const DATA_NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;
const SYSTEM_MOUNTS = /^\/((boot|proc|sys|dev|run|etc|usr|bin|sbin|lib|lib64|tmp|var\/lib\/(dpkg|apt|systemd))(\/|$)|$|var$|var\/lib$)/;
/** xvda to xvdz. */
const DISKS_LIMIT = 26;

export const volumeNamesDoNotClash: Rule = (profile) => {
  const seen = new Map<string, string>();
  const { layout, volumeGroup } = profile.host.storage;
  return joinedVolumeNames(profile).flatMap(({ name, owner, path }) => {
    const other = seen.get(name);
    seen.set(name, owner);
    if (other !== undefined && other !== owner) return [invalid('volume-clash', path, `the volume ${name} of ${owner} would also be that of ${other}`, 'give one of them another name')];
    if (layout !== 'lvm') return [];
    if (LVM_WORDS.test(name)) return [invalid('bad-volume-name', path, `the volume would be called ${name}, a name that LVM keeps for itself`, 'choose another')];
    const mapped = `${volumeGroup}-${name}`.length + [...`${volumeGroup}${name}`].filter((character) => character === '-').length;
    return mapped > MAPPER_NAME_LIMIT ? [invalid('bad-volume-name', path, `${volumeGroup}/${name} is too long for the device mapper`, 'shorten the names')] : [];
  });
};

export const dataDisksAreSound: Rule = (profile) => profile.domus.flatMap((domu, index) => {
  const path = ['domus', index, 'disks'];
  const mounts = new Set<string>();
  return [
    ...(domu.disks.data.length + 2 > DISKS_LIMIT ? [invalid('many-disks', [...path, 'data'], `${domu.disks.data.length} data disks are more than a DomU has names for`, `at most ${DISKS_LIMIT - 2}`)] : []),
    ...domu.disks.data.flatMap((data, number) => {
      const at = [...path, 'data', number];
      const mount = data.mount.replace(/\/+$/, '') || '/';
      const double = mounts.has(mount);
      mounts.add(mount);
      return [
        ...(DATA_NAME.test(data.name) ? [] : [invalid('bad-name', [...at, 'name'], `${data.name} is not the name of a data disk`, 'letters, digits and _ + . -')]),
        ...(isNothing(data.size) ? [invalid('data-size', [...at, 'size'], 'a data disk needs a size', 'like 20G')] : []),
        ...checkMount(mount, double, [...at, 'mount']),
      ];
    }),
  ];
});

function checkMount(mount: string, double: boolean, path: Path): Finding[] {
  if (!/^\/([^\s\\/]+(\/[^\s\\/]+)*)?$/.test(mount) || mount.split('/').some((part) => part === '.' || part === '..')) return [invalid('bad-mount', path, `${mount} is not a place to mount a disk`, 'an absolute path without blanks, . and ..')];
  if (double) return [invalid('duplicate-mount', path, `${mount} is mounted twice`, 'give each disk a place of its own')];
  return SYSTEM_MOUNTS.test(mount) ? [invalid('system-mount', path, `${mount} belongs to the root filesystem`, 'choose a place like /srv, /home or /var/lib/postgresql')] : [];
}

export const sizesMakeSense: Rule = (profile) => {
  const { storage } = profile.host;
  const at = (...path: Path): Path => ['host', 'storage', ...path];
  return [
    ...(storage.boot.kind === 'fixed' ? atLeast(storage.boot, 384, at('boot'), 'boot-size', '/boot: kernels, initrds and Xen need room for two versions') : [invalid('boot-size', at('boot'), '/boot is a partition and needs a fixed size', 'like 1G')]),
    ...atLeast(storage.root, 2048, at('root'), 'root-size', 'Dom0'),
    ...(isNothing(storage.cache) && storage.layout === 'plain' ? [] : atLeast(storage.cache, 256, at('cache'), 'cache-size', 'records and bases')),
    ...profile.domus.flatMap((domu, index) => [
      ...atLeast(domu.disks.root.size, 1000, ['domus', index, 'disks', 'root', 'size'], 'root-size', 'Debian'),
      ...(storage.layout === 'plain' && sizesOf(domu).some((size) => size.kind !== 'fixed') ? [invalid('plain-size', ['domus', index, 'disks'], 'layout plain has files of fixed sizes', 'write sizes like 8G')] : []),
    ]),
  ];
};

/** Shares of one disk: not more than the whole, and only one kind may take what is left. */
export const sharesFit: Rule = (profile) => {
  const { storage } = profile.host;
  const volumes = [storage.root, storage.swap, storage.cache, ...profile.domus.flatMap(sizesOf)];
  const percent = [...volumes, storage.reserve].reduce((sum, size) => sum + (size.kind === 'percent' ? size.percent : 0), 0);
  return [
    ...(percent > 100 ? [invalid('shares-exceed', ['host', 'storage'], `the shares add up to ${percent} % of the disk`, 'lower them to 100 % together, the reserve included')] : []),
    ...(storage.reserve.kind === 'rest' && volumes.some((size) => size.kind === 'rest') ? [invalid('two-rests', ['host', 'storage', 'reserve'], 'the reserve and a volume cannot both have the rest', 'give one of them a size or a share')] : []),
  ];
};

function sizesOf({ disks }: DomuSettings): Size[] {
  return [disks.root.size, disks.swap, ...disks.data.map((data) => data.size)];
}

function atLeast(size: Size, leastMiB: number, path: Path, code: string, what: string): Finding[] {
  if (size.kind !== 'fixed' || size.miB >= leastMiB) return [];
  return [invalid(code, path, `${size.miB} MiB are too little for ${what}`, `at least ${leastMiB % 1024 === 0 ? `${leastMiB / 1024}G` : leastMiB === 1000 ? '1G' : `${leastMiB}M`}`)];
}

function isNothing(size: Size): boolean {
  return (size.kind === 'fixed' && size.miB === 0) || (size.kind === 'percent' && size.percent === 0);
}
