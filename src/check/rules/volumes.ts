/** Volumes: their names after joining, their sizes together, and where data disks are mounted. */
import type { DomuSettings, Size } from '../../profile/effective.ts';
import { withoutLastSlashes } from '../../profile/slashes.ts';
import { inEnglish } from '../../i18n/english.ts';
import type { Message } from '../../i18n/phrase.ts';
import { layoutOf } from '../../plan/storage/layouts/table.ts';
import { isShortEnough } from '../paths.ts';
import { joinedVolumeNames } from '../names.ts';
import { invalid, ofEachDomu, warning, type Path, type Rule } from '../rule.ts';
import type { Finding, FindingId } from '../finding.ts';

const DATA_NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;
const SYSTEM_MOUNTS =
  /^\/((boot|proc|sys|dev|run|etc|usr|bin|sbin|lib|lib64|tmp|var\/lib\/(dpkg|apt|systemd))(\/|$)|$|var$|var\/lib$)/;
/** What are links on every Debian: nothing can be mounted below them, but where they lead. */
const LINKS: readonly (readonly [string, string])[] = [
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
  ['/var/spool/mail', '/var/mail'],
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].map((name) => [`/${name}`, `/usr/${name}`] as const),
];
/** xvda to xvdz. */
const DISKS_LIMIT = 26;

export const volumeNamesDoNotClash: Rule = (profile) => {
  const seen = new Map<string, Message>();
  const { volumeGroup } = profile.host.storage;
  const layout = layoutOf(profile.host.storage);
  return joinedVolumeNames(profile).flatMap(({ name, owner, path }) => {
    const other = seen.get(name);
    seen.set(name, owner);
    if (other !== undefined && inEnglish(other) !== inEnglish(owner))
      return [invalid('volume-clash', path, { name, owner, other })];
    const fault = layout?.group?.volumeNameFault(volumeGroup, name) ?? null;
    if (fault === null) return [];
    return [invalid(`bad-volume-name.${fault}`, path, { name: fault === 'long' ? `${volumeGroup}/${name}` : name })];
  });
};

export const dataDisksAreSound: Rule = ofEachDomu(
  () => [],
  (domu, above) => {
    const path = [...above, 'disks'];
    const mounts = new Set<string>();
    return [
      ...(domu.disks.data.length + 2 > DISKS_LIMIT
        ? [invalid('many-disks', [...path, 'data'], { count: domu.disks.data.length, most: DISKS_LIMIT - 2 })]
        : []),
      ...domu.disks.data.flatMap((data, number) => {
        const at = [...path, 'data', number];
        const mount = withoutLastSlashes(data.mount) || '/';
        const double = mounts.has(mount);
        mounts.add(mount);
        return [
          ...(DATA_NAME.test(data.name) ? [] : [invalid('bad-name.disk', [...at, 'name'], { name: data.name })]),
          ...(isNothing(data.size) ? [invalid('data-size', [...at, 'size'])] : []),
          ...checkMount(mount, double, [...at, 'mount']),
        ];
      }),
    ];
  },
);

function checkMount(mount: string, double: boolean, path: Path): Finding[] {
  if (
    !isShortEnough(mount) ||
    !/^\/([^\s\p{Cc}\\/]+(\/[^\s\p{Cc}\\/]+)*)?$/u.test(mount) ||
    mount.split('/').some((part) => part === '.' || part === '..')
  )
    return [invalid('bad-mount', path, { mount })];
  if (double) return [invalid('duplicate-mount', path, { mount })];
  const led = LINKS.find(([link]) => mount === link || mount.startsWith(`${link}/`));
  if (led !== undefined && !SYSTEM_MOUNTS.test(led[1]))
    return [invalid('mount-by-link', path, { mount, link: led[0], to: led[1] })];
  return led !== undefined || SYSTEM_MOUNTS.test(mount) ? [invalid('system-mount', path, { mount })] : [];
}

/** MiB. What a base takes, with room for packages. */
export const LEAST_MIB = { root: 2048, cache: 256, domuRoot: 1000 } as const;

export const sizesMakeSense: Rule = (profile, facts) => {
  const { storage } = profile.host;
  const at = (...path: Path): Path => ['host', 'storage', ...path];
  return [
    ...(storage.boot.kind === 'fixed'
      ? atLeast(storage.boot, 384, at('boot'), 'boot-size.small')
      : [invalid('boot-size.fixed', at('boot'))]),
    ...atLeast(storage.root, LEAST_MIB.root, at('root'), 'root-size.dom0'),
    ...(isNothing(storage.cache) && layoutOf(storage)?.group === null
      ? []
      : atLeast(storage.cache, LEAST_MIB.cache, at('cache'), 'cache-size')),
    ...domuSizesMakeSense(profile, facts),
  ];
};

const domuSizesMakeSense = ofEachDomu(
  ({ host }) => [layoutOf(host.storage)?.sizesAreFixed === true],
  (domu, path, sizesAreFixed) => [
    ...atLeast(domu.disks.root.size, LEAST_MIB.domuRoot, [...path, 'disks', 'root', 'size'], 'root-size.domu'),
    ...(sizesAreFixed && sizesOf(domu).some((size) => size.kind !== 'fixed')
      ? [invalid('plain-size', [...path, 'disks'])]
      : []),
  ],
);

/** Shares of one disk: not more than the whole, and only one kind may take what is left. */
export const sharesFit: Rule = (profile) => {
  const { storage } = profile.host;
  const volumes = [storage.root, storage.swap, storage.cache, ...profile.domus.flatMap(sizesOf)];
  const percent = [...volumes, storage.reserve].reduce(
    (sum, size) => sum + (size.kind === 'percent' ? size.percent : 0),
    0,
  );
  return [
    ...(percent > 100 ? [invalid('shares-exceed', ['host', 'storage'], { percent })] : []),
    ...(storage.reserve.kind === 'rest' && volumes.some((size) => size.kind === 'rest')
      ? [invalid('two-rests', ['host', 'storage', 'reserve'])]
      : []),
  ];
};

/** Files are made again, and an image has nothing of before: only volumes on disks are given on with what they hold. */
export const guestsReadNothingOld: Rule = ({ host: { storage } }, facts) =>
  storage.wipe === 'none' && layoutOf(storage)?.mayHoldOld !== false && facts?.kind !== 'image'
    ? [warning('old-bytes', ['host', 'storage', 'wipe'])]
    : [];

function sizesOf({ disks }: DomuSettings): Size[] {
  return [disks.root.size, disks.swap, ...disks.data.map((data) => data.size)];
}

function atLeast(size: Size, leastMiB: number, path: Path, id: FindingId): Finding[] {
  const isEnough = size.kind === 'fixed' ? size.miB >= leastMiB : !isNothing(size);
  if (isEnough) return [];
  return [invalid(id, path, { size: size.kind === 'fixed' ? size.miB : 0, least: leastWord(leastMiB) })];
}

/** As a profile would have it. */
export function leastWord(leastMiB: number): string {
  return leastMiB % 1024 === 0 ? `${leastMiB / 1024}G` : leastMiB === 1000 ? '1G' : `${leastMiB}M`;
}

function isNothing(size: Size): boolean {
  return (size.kind === 'fixed' && size.miB === 0) || (size.kind === 'percent' && size.percent === 0);
}
