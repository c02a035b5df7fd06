/** Single texts that end up in files of the installed system: each in the form that its reader takes. */
import { shownAddress } from '../../profile/address-login.ts';
import { parseAddress, rangeProblem } from '../addresses.ts';
import { isFilePath, isGoneAtBoot, isShortEnough } from '../paths.ts';
import { invalid, ofEachDomu, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

const HOST = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$/;
/** systemd.unit(5), "Unit names": without a type it is a service. A pattern would be active without any unit. */
const UNIT = /^(?=.{1,255}$)[\w:.\\][\w:.\\-]*(@[\w:.\\-]*)?$/;
/** Words of Xen's command line that other fields of the profile give. */
const OWN_XEN_OPTIONS = ['dom0_mem', 'dom0_max_vcpus', 'console', 'com1', 'com2'];

export const textsAreSound: Rule = (profile) => {
  const { host } = profile;
  return [
    ...host.ntp.flatMap((server, index) =>
      isServer(server) ? [] : [invalid('bad-server', ['host', 'ntp', index], { server })],
    ),
    ...(host.proxy === null || isUrl(host.proxy)
      ? []
      : [invalid('bad-url.proxy', ['host', 'proxy'], { url: shownAddress(host.proxy) })]),
    ...checkWebhook(profile.report.webhook?.url ?? null),
    ...checkXenOptions(host.xen.options),
  ];
};

/** A name, or an address that somebody may have; four numbers that are none are no name either. */
function isServer(text: string): boolean {
  const address = parseAddress(text);
  return address === null ? HOST.test(text) && !/(^|\.)\d+\.?$/.test(text) : rangeProblem(address) === null;
}

/** As programs of other languages take it, too: no blanks, no quotes, no backslashes, nothing but ASCII. */
function isUrl(text: string): boolean {
  return /^https?:\/\/[!#-[\]^-~]+$/.test(text) && URL.canParse(text);
}

/** What Dom0 asks of a guest, and the unit that a guest asks for: each as it is asked. */
export const checksCanBeAsked: Rule = ofEachDomu(
  () => [],
  ({ health }, above) =>
    health.flatMap((check, index) => {
      const path = [...above, 'health', index];
      if ('http' in check && !isUrl(check.http.replace(/^https?:/i, (scheme) => scheme.toLowerCase())))
        return [invalid('bad-url.health', [...path, 'http'], { url: shownAddress(check.http) })];
      if ('unit' in check && !UNIT.test(check.unit))
        return [invalid('bad-unit', [...path, 'unit'], { unit: check.unit })];
      return [];
    }),
);

/** Where reports go. Whoever is named before an @ is not repeated. */
function checkWebhook(url: string | null): Finding[] {
  if (url === null || (isUrl(url) && !url.includes('#'))) return [];
  return [invalid('bad-url.webhook', ['report', 'webhook', 'url'], { url: shownAddress(url) })];
}

function checkXenOptions(options: string): Finding[] {
  const path: Path = ['host', 'xen', 'options'];
  // Other words are quoted where they are written; these GRUB gives to Xen with backslashes before them.
  if (/["'`$\\;|&<>]|(?!\t)\p{Cc}/u.test(options)) return [invalid('bad-xen-options', path)];
  return OWN_XEN_OPTIONS.filter((key) =>
    options.split(/\s+/).some((word) => word === key || word.startsWith(`${key}=`)),
  ).map((key) => invalid('own-xen-option', path, { key }));
}

/** `/etc/a/b`: `/etc` and `/etc/a`. None of a path that Linux does not take: all of a long one's are a great many. */
function foldersOf(path: string): string[] {
  if (!isShortEnough(path)) return [];
  return [...path.matchAll(/(?<=[^/])\//g)].map(({ index }) => path.slice(0, index));
}

/** Files of the profile: one place each, not where nothing is kept. */
export const filesAreSound: Rule = (profile) => {
  const check = (files: readonly { readonly path: string }[], at: Path, mounts: readonly string[] = []): Finding[] => {
    const seen = new Set<string>();
    // What another file lies in is a folder, and so is what a disk is mounted on.
    const folders = new Set([...mounts, ...[...files.map(({ path }) => path), ...mounts].flatMap(foldersOf)]);
    return files.flatMap(({ path }, index) => {
      const place = [...at, index, 'path'];
      const double = seen.has(path);
      seen.add(path);
      if (!isFilePath(path) || folders.has(path)) return [invalid('bad-path.file', place, { path })];
      if (isGoneAtBoot(path)) return [invalid('bad-path.fileGone', place, { path })];
      return double ? [invalid('duplicate-file', place, { path })] : [];
    });
  };
  return [
    ...check(profile.host.files, ['host', 'files']),
    ...profile.domus.flatMap((domu, index) =>
      check(
        domu.files,
        ['domus', index, 'files'],
        domu.disks.data.map(({ mount }) => mount),
      ),
    ),
  ];
};
