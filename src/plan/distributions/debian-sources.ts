/** Where packages come from: `auto` decided, for building bases and for the installed trees. Pure. */
import { EXIT, failure } from '../../errors.ts';
import type { Facts, MediumArchive } from '../../facts/facts.ts';
import { aptLogins, withoutLogin } from '../../profile/address-login.ts';
import type { SourceSettings } from '../../profile/effective.ts';
import type { BaseSource } from '../action.ts';
import { mediumAt } from '../sources.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The archives of a release, for building. Without any known mirror there is one entry with an empty uri: the tool's
 * default. Who is named in an address is left out: apt learns it elsewhere (address-login.ts). A stated mirror stands
 * alone: it need not have what Debian's own have beside it (updates, security), and may be all that is reachable.
 */
export function buildSources(source: SourceSettings, release: string, facts: Facts): BaseSource[] {
  // One key more: a private mirror may hand on what Debian has signed.
  const keyring = source.keyring === null ? null : `${KEYRING},${source.keyring}`;
  const medium = mediumSources(source, release, facts);
  // The medium first: this machine's own sources may be out of reach, and are not asked where it is there.
  const isAuto = source.mirror === 'auto' && medium.length === 0;
  const mirror = isAuto ? mirrorOf(facts) : source.mirror === 'auto' ? null : source.mirror;
  const entry = (uri: string, suite: string): BaseSource => ({
    uri: withoutLogin(uri),
    suite,
    components: [...new Set(source.components)],
    keyring,
  });
  const others: BaseSource[] = [];
  // forky has no archives beside the main one yet: updates and security follow with its release.
  if (release !== 'forky') {
    if (isAuto && mirror !== null) others.push(entry(mirror, `${release}-updates`));
    const security =
      source.securityMirror === 'auto'
        ? isAuto
          ? securityMirrorOf(facts)
          : null
        : source.securityMirror === 'none'
          ? null
          : source.securityMirror;
    if (security !== null) others.push(entry(security, `${release}-security`));
  }
  for (const extra of source.extra)
    others.push({
      uri: withoutLogin(extra.uri),
      suite: extra.suite,
      components: [...new Set(extra.components)],
      keyring: extra.key,
    });
  if (mirror !== null) return [...medium, entry(mirror, release), ...others];
  if (medium.length > 0) return [...medium, ...others];
  const [other] = others;
  if (other === undefined) return [entry('', release)];
  throw failure('mirror-unknown', EXIT.refused, { mirror: other.uri, release });
}

/**
 * The same sources as deb822 text, for /etc/apt/sources.list.d/xenwright.sources of an installed tree. Empty: leave
 * what the tool wrote. `mediumUri`: where the tree sees the medium; null: nowhere. It is enabled where it was the only
 * source, and then this machine's own archives stand there too, disabled: they may be out of reach.
 */
export function installedSources(
  source: SourceSettings,
  release: string,
  facts: Facts,
  mediumUri: string | null = null,
): string {
  const own = mediumSources(source, release, facts);
  const others = buildSources(source, release, facts).filter(
    (entry) => entry.uri !== '' && !own.some(({ uri }) => uri === entry.uri),
  );
  const network =
    own.length === 0
      ? []
      : buildSources({ ...source, medium: null }, release, facts).filter(
          (entry) => entry.uri !== '' && !others.some(({ uri, suite }) => uri === entry.uri && suite === entry.suite),
        );
  const isAlone = own.length > 0 && !others.some(({ suite }) => suite === release);
  const entries = [...others, ...network];
  if (entries.length === 0 && own.length === 0) return '';
  const seen = mediumUri === null ? [] : own.map((entry) => stanza({ ...entry, uri: mediumUri }, isAlone));
  const stanzas = [
    ...seen,
    ...others.map((entry) => stanza(entry, true)),
    ...network.map((entry) => stanza(entry, mediumUri === null)),
  ];
  const note = entries.some((entry) => entry.suite === `${release}-security`)
    ? ''
    : `# No security mirror of ${release} is known: see source.securityMirror of the profile.\n`;
  return `# Written by Xenwright.\n${note}${stanzas.join('\n')}`;
}

function stanza({ uri, suite, components, keyring, trusted }: BaseSource, isEnabled: boolean): string {
  return `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: ${components.join(' ')}\n${trusted === true ? 'Trusted: yes' : `Signed-By: ${keyring ?? KEYRING}`}\n${isEnabled ? '' : 'Enabled: no\n'}`;
}

/** The appliance is a tool of this machine, not of the host: its packages need not be on the host's medium. */
export function applianceSource(source: SourceSettings, { aptSources }: Facts): SourceSettings {
  return aptSources.mirrors.length > 0 || source.mirror !== 'auto' ? { ...source, medium: null } : source;
}

/** Is apt somebody for one of these addresses? */
export function asksForLogin(source: SourceSettings, proxy: string | null): boolean {
  return aptLogins(source, proxy) !== '';
}

/**
 * What the medium has of a release: the release itself, its updates, its security fixes. Empty where it does not have
 * it.
 */
function mediumSources(source: SourceSettings, release: string, facts: Facts): BaseSource[] {
  const { medium } = facts;
  if (source.medium === null || medium === undefined) return [];
  const of = (suite: string): BaseSource[] =>
    medium.archives
      .filter((archive) => archive.suite === suite)
      .map((archive) => mediumSource(archive, source, `copy:${mediumAt(medium)}`));
  const main = of(release);
  return main.length === 0 ? [] : [...main, ...of(`${release}-updates`), ...of(`${release}-security`)];
}

/**
 * One archive of the medium at an address. A disc that nobody signed has Debian's key all the same: apt then refuses
 * it.
 */
function mediumSource({ suite, components, trust }: MediumArchive, source: SourceSettings, uri: string): BaseSource {
  const wanted = components.filter((name) => source.components.includes(name));
  // By the sum of the whole medium, or of each package on the one that this machine was started from.
  const isVouchedFor = trust === 'manifest' || trust === 'named';
  const keyring = isVouchedFor || source.keyring === null ? null : `${KEYRING},${source.keyring}`;
  return {
    uri,
    suite,
    components: wanted.length > 0 ? wanted : [...components],
    keyring,
    ...(isVouchedFor ? { trusted: true as const } : {}),
  };
}

function mirrorOf(facts: Facts): string | null {
  return (
    facts.aptSources.mirrors.find((mirror) => mirror.suites.some((suite) => !suite.includes('-security')))?.uri ?? null
  );
}

function securityMirrorOf(facts: Facts): string | null {
  return (
    facts.aptSources.mirrors.find((mirror) => mirror.suites.some((suite) => suite.includes('-security')))?.uri ?? null
  );
}
