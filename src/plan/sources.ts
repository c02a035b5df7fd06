/** Where packages come from: `auto` decided, for building bases and for the installed trees. */
import type { Facts } from '../facts/facts.ts';
import type { SourceSettings } from '../profile/effective.ts';
import type { BaseSource } from './action.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The archives of a release, for building. Without any known mirror there is one entry with an empty uri: the tool's default. */
export function buildSources(source: SourceSettings, release: string, facts: Facts): BaseSource[] {
  const mirror = source.mirror === 'auto' ? mirrorOf(facts) : source.mirror;
  const keyring = source.keyring;
  if (mirror === null) return [{ uri: '', suite: release, components: [...source.components], keyring }];
  const list: BaseSource[] = [{ uri: mirror, suite: release, components: [...source.components], keyring }];
  // forky has no stable archives of its own yet: updates and security follow with its release.
  if (release !== 'forky') {
    if (source.mirror === 'auto') list.push({ uri: mirror, suite: `${release}-updates`, components: [...source.components], keyring });
    const security = source.securityMirror === 'auto' ? (source.mirror === 'auto' ? securityMirrorOf(facts) : null) : source.securityMirror === 'none' ? null : source.securityMirror;
    if (security !== null) list.push({ uri: security, suite: `${release}-security`, components: [...source.components], keyring });
  }
  for (const extra of source.extra) list.push({ uri: extra.uri, suite: extra.suite, components: [...extra.components], keyring: extra.key });
  return list;
}

/** The same sources as deb822 text, for /etc/apt/sources.list.d/xenwright.sources of an installed tree. Empty: leave what the tool wrote. */
export function installedSources(source: SourceSettings, release: string, facts: Facts): string {
  return buildSources(source, release, facts).filter((entry) => entry.uri !== '')
    .map((entry) => `Types: deb\nURIs: ${entry.uri}\nSuites: ${entry.suite}\nComponents: ${entry.components.join(' ')}\nSigned-By: ${entry.keyring ?? KEYRING}\n`).join('\n');
}

function mirrorOf(facts: Facts): string | null {
  return facts.aptSources.mirrors.find((mirror) => mirror.suites.some((suite) => !suite.includes('-security')))?.uri ?? null;
}

function securityMirrorOf(facts: Facts): string | null {
  return facts.aptSources.mirrors.find((mirror) => mirror.suites.some((suite) => suite.includes('-security')))?.uri ?? null;
}
