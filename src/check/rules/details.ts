/** Releases, packages, repositories and keys of xl.cfg: lists of names that must be known or well-formed. */
import { listed } from '../../i18n/phrase.ts';
import { shownAddress } from '../../profile/address-login.ts';
import type { SourceSettings } from '../../profile/effective.ts';
import { nearest } from '../../profile/nearest.ts';
import { withoutLastSlashes } from '../../profile/slashes.ts';
import { isFilePath, isGoneAtBoot } from '../paths.ts';
import { invalid, warning, ofEachDomu, type Path, type Rule } from '../rule.ts';
import { didYouMean, type Finding } from '../finding.ts';

const RELEASES = ['bookworm', 'trixie', 'forky'];
/** debian-policy 5.6.7, with an optional architecture or version. A hyphen at the end is apt's word for removing. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](:[a-z0-9]+)?(=[\w.+:~-]+)?$/;
/** One with a slash at its end is a path that has no components, which apt refuses together with some. */
const SUITE = /^[A-Za-z0-9][\w.~+-]*(\/[\w.~+-]+)*$/;
const COMPONENT = /^[A-Za-z0-9][\w.+-]*(\/[\w.+-]+)*$/;
/** Of Debian's own archive; a private mirror may have more. */
const COMPONENTS = ['main', 'contrib', 'non-free', 'non-free-firmware'];
/** Keys of xl.cfg(5) that Xenwright writes itself. */
const OWN_KEYS = [
  'name',
  'uuid',
  'type',
  'builder',
  'memory',
  'maxmem',
  'vcpus',
  'maxvcpus',
  'disk',
  'vif',
  'kernel',
  'ramdisk',
  'root',
  'extra',
  'cmdline',
  'bootloader',
  'on_crash',
  'on_reboot',
  'on_poweroff',
];

export const releasesAreKnown: Rule = (profile) => [
  ...(RELEASES.includes(profile.host.release) ? [] : [unknownRelease(profile.host.release, ['host', 'release'])]),
  ...profile.domus.flatMap((domu, index) =>
    RELEASES.includes(domu.release) || domu.release === profile.host.release
      ? []
      : [unknownRelease(domu.release, ['domus', index, 'release'])],
  ),
];

function unknownRelease(release: string, path: Path): Finding {
  const near = nearest(release, RELEASES);
  return invalid(
    'unknown-release',
    path,
    { release, releases: listed(RELEASES) },
    near === null ? undefined : didYouMean(near),
  );
}

export const packagesAreNames: Rule = (profile, facts) => [
  ...checkPackages(profile.host.packages, ['host', 'packages']),
  ...domuPackagesAreNames(profile, facts),
];

const domuPackagesAreNames = ofEachDomu(
  () => [],
  ({ packages }, path) => checkPackages(packages, [...path, 'packages']),
);

function checkPackages(packages: readonly string[], path: Path): Finding[] {
  return packages.flatMap((name, index) =>
    PACKAGE.test(name) ? [] : [invalid('bad-package', [...path, index], { name })],
  );
}

export const sourcesAreSound: Rule = (profile, facts) => [
  ...checkSource(profile.host.source, profile.host.release, ['host', 'source']),
  ...domuSourcesAreSound(profile, facts),
];

const domuSourcesAreSound = ofEachDomu(
  ({ host }) => [host.source],
  ({ source, release }, path, inherited) =>
    source === inherited ? [] : checkSource(source, release, [...path, 'source']),
);

function checkSource(source: SourceSettings, release: string, path: Path): Finding[] {
  const components = (list: readonly string[], at: Path): Finding[] =>
    list.flatMap((name, index) => (COMPONENT.test(name) ? [] : [invalid('bad-component', [...at, index], { name })]));
  return [
    ...components(source.components, [...path, 'components']),
    ...source.components.flatMap((name, index) => {
      const near = COMPONENTS.includes(name) ? null : nearest(name, COMPONENTS);
      const at = [...path, 'components', index];
      return near === null ? [] : [warning('unknown-component', at, { name }, didYouMean(near))];
    }),
    ...(source.components.includes('main') ? [] : [invalid('no-main', [...path, 'components'])]),
    ...(source.mirror !== 'auto' && source.securityMirror === 'auto' && release !== 'forky'
      ? [warning('no-security-mirror', [...path, 'mirror'])]
      : []),
    ...checkKeyFile(source.keyring, [...path, 'keyring']),
    ...(source.mirror === 'auto' ? [] : checkRepository(source.mirror, [...path, 'mirror'])),
    ...(['auto', 'none'].includes(source.securityMirror)
      ? []
      : checkRepository(source.securityMirror, [...path, 'securityMirror'])),
    ...keysThatClash(source, release, path),
    ...source.extra.flatMap((extra, index) => {
      const at = [...path, 'extra', index];
      return [
        ...checkRepository(extra.uri, [...at, 'uri']),
        ...(SUITE.test(extra.suite) ? [] : [invalid('bad-suite', [...at, 'suite'], { suite: extra.suite })]),
        ...components(extra.components, [...at, 'components']),
        // What is no path is refused as not supported yet.
        ...(extra.key?.startsWith('/') === true ? checkKeyFile(extra.key, [...at, 'key']) : []),
      ];
    }),
  ];
}

/** A word of a line of apt's sources: a blank would end it, and brackets or quotes would begin something else. */
function checkRepository(uri: string, path: Path): Finding[] {
  return /^(https?|file):\/[^\s\p{Cc}"<>\\]+$/u.test(uri) && URL.canParse(uri)
    ? []
    : [invalid('bad-url.repository', path, { url: shownAddress(uri) })];
}

/** apt refuses all that it has when one suite of one archive is named with two keys. */
function keysThatClash({ mirror, keyring, extra }: SourceSettings, release: string, path: Path): Finding[] {
  const nameOf = (uri: string, suite: string): string => `${withoutLastSlashes(uri)} ${suite}`;
  const seen = new Map<string, string | null>(mirror === 'auto' ? [] : [[nameOf(mirror, release), keyring]]);
  return extra.flatMap(({ uri, suite, key }, index) => {
    const name = nameOf(uri, suite);
    const known = seen.get(name);
    seen.set(name, known === undefined ? key : known);
    return known === undefined || known === key
      ? []
      : [invalid('key-clash', [...path, 'extra', index, 'key'], { url: shownAddress(uri), suite })];
  });
}

/** Key files lie at the same path on the machine that installs and in the system that is installed. */
function checkKeyFile(file: string | null, path: Path): Finding[] {
  if (file === null) return [];
  if (!isFilePath(file) || /[\s,]/.test(file)) return [invalid('bad-path.key', path, { path: file })];
  return isGoneAtBoot(file) || /^\/(var\/tmp|mnt|media)\//.test(file)
    ? [invalid('bad-path.keyGone', path, { path: file })]
    : [];
}

export const optionsAreFree: Rule = ofEachDomu(
  () => [],
  ({ options }, above) =>
    Object.entries(options).flatMap(([key, value]) => {
      const path = [...above, 'options', key];
      if (!/^[a-z][a-z0-9_]*$/.test(key)) return [invalid('bad-option.key', path, { key })];
      if (OWN_KEYS.includes(key)) return [invalid('own-option', path, { key })];
      if (typeof value === 'number' && !Number.isSafeInteger(value))
        return [
          invalid('bad-option.number', path, { key, value: String(value), most: String(Number.MAX_SAFE_INTEGER) }),
        ];
      return typeof value === 'string' && /\p{Cc}/u.test(value) ? [invalid('bad-option.lines', path, { key })] : [];
    }),
);
