/** Single texts that end up in files of the installed system: each in the form that its reader takes. */
import { nearest } from '../../profile/nearest.ts';
import { parseAddress } from '../addresses.ts';
import { invalid, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

const HOST = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$/;
/** Words of Xen's command line that other fields of the profile give. */
const OWN_XEN_OPTIONS = ['dom0_mem', 'dom0_max_vcpus', 'console', 'com1', 'com2'];

export const textsAreSound: Rule = (profile) => {
  const { host, language, keyboard } = profile;
  return [
    ...(/^(C|POSIX|[a-z]{2,3}(_[A-Z]{2})?)(\.UTF-8)?(@[a-z]+)?$/.test(language) ? [] : [invalid('bad-language', ['language'], `${language} is not a locale`, 'like C.UTF-8, en_US.UTF-8 or de_DE.UTF-8')]),
    ...(/^[a-z][a-z0-9_-]*(,[a-z][a-z0-9_-]*)*$/.test(keyboard.layout) ? [] : [invalid('bad-keyboard', ['keyboard', 'layout'], `${keyboard.layout} is not a keyboard layout`, 'like us, de or fr')]),
    ...(/^[A-Za-z0-9_,-]*$/.test(keyboard.variant) ? [] : [invalid('bad-keyboard', ['keyboard', 'variant'], `${keyboard.variant} is not a keyboard variant`, 'like nodeadkeys, or ""')]),
    ...checkTimezone(profile.timezone),
    ...host.ntp.flatMap((server, index) => (HOST.test(server) || parseAddress(server) !== null ? [] : [invalid('bad-server', ['host', 'ntp', index], `${server} is not a time server`, 'a name or an address, like pool.ntp.org')])),
    ...(host.proxy === null || isUrl(host.proxy) ? [] : [invalid('bad-url', ['host', 'proxy'], `${host.proxy.replace(/\/\/[^@/]*@/, '//…@')} is not the address of a proxy`, 'like http://proxy:3128')]),
    ...checkXenOptions(host.xen.options),
  ];
};

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s"]+$/.test(text) && URL.canParse(text);
}

/** Names of the time zone database: ICU knows them, and takes any case; a path does not. */
function checkTimezone(timezone: string): Finding[] {
  const zones = ['Etc/UTC', 'UTC', ...Intl.supportedValuesOf('timeZone')];
  if (zones.includes(timezone)) return [];
  const near = zones.find((zone) => zone.toLowerCase() === timezone.toLowerCase()) ?? (isKnownZone(timezone) ? null : nearest(timezone, zones));
  if (near === null && isKnownZone(timezone)) return [];
  return [invalid('unknown-timezone', ['timezone'], `the time zone ${timezone} is not known`, near === null ? 'write it like Europe/Berlin' : `did you mean ${near}?`)];
}

/** Older names (US/Pacific) are not listed but known; offsets are no files. */
function isKnownZone(timezone: string): boolean {
  if (!/^[A-Za-z]/.test(timezone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).format(0) !== '';
  } catch {
    return false;
  }
}

function checkXenOptions(options: string): Finding[] {
  const path: Path = ['host', 'xen', 'options'];
  // The text stands between double quotes in GRUB's and the shell's files.
  if (/["'`$\\;|&<>\n\r]/.test(options)) return [invalid('bad-xen-options', path, 'quotes, $, ; and their like cannot stand on the command line of Xen', 'plain words like spec-ctrl=no')];
  return OWN_XEN_OPTIONS.filter((key) => options.split(/\s+/).some((word) => word === key || word.startsWith(`${key}=`)))
    .map((key) => invalid('own-xen-option', path, `${key} is written from the profile's own fields`, 'use host.xen.memory, vcpus and console'));
}

/** Files of the profile: one place each, not where nothing is kept. */
export const filesAreSound: Rule = (profile) => {
  const check = (files: readonly { readonly path: string }[], at: Path): Finding[] => {
    const seen = new Set<string>();
    return files.flatMap(({ path }, index) => {
      const place = [...at, index, 'path'];
      const double = seen.has(path);
      seen.add(path);
      if (path.endsWith('/') || /\p{Cc}|\/\/|(^|\/)\.{1,2}(\/|$)/u.test(path)) return [invalid('bad-path', place, `${path} is not the path of a file`, 'an absolute path without . and ..')];
      if (/^\/(proc|sys|dev|run)\//.test(path)) return [invalid('bad-path', place, `${path} is gone at the next boot`, 'choose a place on disk')];
      return double ? [invalid('duplicate-file', place, `${path} is written twice`, 'join the two')] : [];
    });
  };
  return [...check(profile.host.files, ['host', 'files']), ...profile.domus.flatMap((domu, index) => check(domu.files, ['domus', index, 'files']))];
};
