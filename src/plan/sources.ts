/** Where packages come from: `auto` decided, for building bases and for the installed trees. Pure. */
import { EXIT, XenwrightError } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { SourceSettings } from '../profile/effective.ts';
import type { BaseSource } from './action.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The archives of a release, for building. Without any known mirror there is one entry with an empty uri: the tool's default.
 * A stated mirror stands alone: it need not have what Debian's own have beside it (updates, security), and may be all that is reachable.
 */
export function buildSources(source: SourceSettings, release: string, facts: Facts): BaseSource[] {
  // One key more: a private mirror may hand on what Debian has signed.
  const keyring = source.keyring === null ? null : `${KEYRING},${source.keyring}`;
  const isAuto = source.mirror === 'auto';
  const mirror = isAuto ? mirrorOf(facts) : source.mirror;
  const entry = (uri: string, suite: string): BaseSource => ({ uri, suite, components: [...source.components], keyring });
  const others: BaseSource[] = [];
  // forky has no archives beside the main one yet: updates and security follow with its release.
  if (release !== 'forky') {
    if (isAuto && mirror !== null) others.push(entry(mirror, `${release}-updates`));
    const security = source.securityMirror === 'auto' ? (isAuto ? securityMirrorOf(facts) : null) : source.securityMirror === 'none' ? null : source.securityMirror;
    if (security !== null) others.push(entry(security, `${release}-security`));
  }
  for (const extra of source.extra) others.push({ uri: extra.uri, suite: extra.suite, components: [...extra.components], keyring: extra.key });
  if (mirror !== null) return [entry(mirror, release), ...others];
  if (others.length === 0) return [entry('', release)];
  throw new XenwrightError({ code: 'mirror-unknown', exit: EXIT.refused, message: `this machine names no Debian mirror, and ${others[0]?.uri} alone does not have all of ${release}`, hint: 'name one as host.source.mirror' });
}

/** The same sources as deb822 text, for /etc/apt/sources.list.d/xenwright.sources of an installed tree. Empty: leave what the tool wrote. */
export function installedSources(source: SourceSettings, release: string, facts: Facts): string {
  const entries = buildSources(source, release, facts).filter((entry) => entry.uri !== '');
  if (entries.length === 0) return '';
  const stanzas = entries.map((entry) => `Types: deb\nURIs: ${entry.uri}\nSuites: ${entry.suite}\nComponents: ${entry.components.join(' ')}\nSigned-By: ${entry.keyring ?? KEYRING}\n`);
  const note = entries.some((entry) => entry.suite === `${release}-security`) ? '' : `# No security mirror of ${release} is known: see source.securityMirror of the profile.\n`;
  return `# Written by Xenwright.\n${note}${stanzas.join('\n')}`;
}

function mirrorOf(facts: Facts): string | null {
  return facts.aptSources.mirrors.find((mirror) => mirror.suites.some((suite) => !suite.includes('-security')))?.uri ?? null;
}

function securityMirrorOf(facts: Facts): string | null {
  return facts.aptSources.mirrors.find((mirror) => mirror.suites.some((suite) => suite.includes('-security')))?.uri ?? null;
}
