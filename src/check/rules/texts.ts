/** Single texts that end up in files of the installed system: each in the form that its reader takes. */
import { shownAddress } from '../../profile/address-login.ts';
import { parseAddress } from '../addresses.ts';
import { invalid, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

const HOST = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$/;
/** Words of Xen's command line that other fields of the profile give. */
const OWN_XEN_OPTIONS = ['dom0_mem', 'dom0_max_vcpus', 'console', 'com1', 'com2'];

export const textsAreSound: Rule = (profile) => {
  const { host } = profile;
  return [
    ...host.ntp.flatMap((server, index) =>
      HOST.test(server) || parseAddress(server) !== null
        ? []
        : [invalid('bad-server', ['host', 'ntp', index], { server })],
    ),
    ...(host.proxy === null || isUrl(host.proxy)
      ? []
      : [invalid('bad-url.proxy', ['host', 'proxy'], { url: shownAddress(host.proxy) })]),
    ...checkWebhook(profile.report.webhook?.url ?? null),
    ...checkXenOptions(host.xen.options),
  ];
};

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s"]+$/.test(text) && URL.canParse(text);
}

/** Where reports go. Whoever is named before an @ is not repeated. */
function checkWebhook(url: string | null): Finding[] {
  if (url === null || (isUrl(url) && !url.includes('#'))) return [];
  return [invalid('bad-url.webhook', ['report', 'webhook', 'url'], { url: shownAddress(url) })];
}

function checkXenOptions(options: string): Finding[] {
  const path: Path = ['host', 'xen', 'options'];
  // The text stands between double quotes in GRUB's and the shell's files.
  if (/["'`$\\;|&<>\n\r]/.test(options)) return [invalid('bad-xen-options', path)];
  return OWN_XEN_OPTIONS.filter((key) =>
    options.split(/\s+/).some((word) => word === key || word.startsWith(`${key}=`)),
  ).map((key) => invalid('own-xen-option', path, { key }));
}

/** Files of the profile: one place each, not where nothing is kept. */
export const filesAreSound: Rule = (profile) => {
  const check = (files: readonly { readonly path: string }[], at: Path): Finding[] => {
    const seen = new Set<string>();
    return files.flatMap(({ path }, index) => {
      const place = [...at, index, 'path'];
      const double = seen.has(path);
      seen.add(path);
      if (path.endsWith('/') || /\p{Cc}|\/\/|(^|\/)\.{1,2}(\/|$)/u.test(path))
        return [invalid('bad-path.file', place, { path })];
      if (/^\/(proc|sys|dev|run)\//.test(path)) return [invalid('bad-path.fileGone', place, { path })];
      return double ? [invalid('duplicate-file', place, { path })] : [];
    });
  };
  return [
    ...check(profile.host.files, ['host', 'files']),
    ...profile.domus.flatMap((domu, index) => check(domu.files, ['domus', index, 'files'])),
  ];
};
