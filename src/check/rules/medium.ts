/** The medium to install from: its address, and what can be done with its copy; and what the boot medium carries. */
import { hostAddresses } from '../../plan/network/modes/modes.ts';
import { shownAddress } from '../../profile/address-login.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import { parseMediumName } from '../../profile/medium-name.ts';
import { invalid, unverified, warning, type Rule } from '../rule.ts';

const FORM = /^(cdrom|\/[^\0\n]+|file:\/[^\s]+|https?:\/\/[^\s/]+\/\S+|nfs:\/\/[^\s/]+\/\S+\/[^\s/]+)$/;

/** Can it be one: the drive, a file or an address? */
export function isMediumAddress(text: string): boolean {
  return FORM.test(parseMediumName(text)?.place ?? '');
}

export const mediumIsSound: Rule = (profile) => {
  const { medium, copyMedium, serveMedium } = profile.host.source;
  const at = (field: string): string[] => ['host', 'source', field];
  return [
    ...(medium !== null && parseMediumName(medium) === null
      ? [invalid('bad-medium-sum', at('medium'), { medium: shownAddress(medium) })]
      : medium === null || isMediumAddress(medium)
        ? []
        : [invalid('bad-medium', at('medium'), { medium: shownAddress(medium) })]),
    ...(medium !== null && !copyMedium && /^(https?|nfs):/.test(medium)
      ? [invalid('medium-not-copied', at('copyMedium'))]
      : []),
    ...(serveMedium && (medium === null || !copyMedium) ? [invalid('serve-medium.noCopy', at('serveMedium'))] : []),
    ...(serveMedium && medium !== null && copyMedium && profile.domus.length > 0 && !isReachable(profile)
      ? [invalid('serve-medium.noAddress', at('serveMedium'))]
      : []),
  ];
};

/**
 * A list of sums that lies on the medium itself says only that it is whole: whoever can change the one can change the
 * other.
 */
export const mediumIsTrusted: Rule = ({ host, domus }, facts) => {
  const { medium } = facts ?? {};
  if (host.source.medium === null || medium === undefined) return [];
  const releases = new Set<string>([host.release, ...domus.map(({ release }) => release)]);
  const isUsed = medium.archives.some(
    ({ suite, trust }) => trust === 'self' && releases.has(suite.replace(/-(updates|security)$/, '')),
  );
  return isUsed
    ? [unverified('medium-not-trusted', ['host', 'source', 'medium'], { medium: shownAddress(medium.source) })]
    : [];
};

/** Has the host a fixed address where guests are? */
function isReachable({ host, domus }: EffectiveProfile): boolean {
  const names = new Set(domus.flatMap((domu) => domu.network.map((nic) => nic.bridge)));
  return host.network.bridges.some(
    (bridge) => names.has(bridge.name) && hostAddresses(bridge).some((address) => address.includes('/')),
  );
}

/** Bases that were brought in vain are told of: what is wanted of them is built, which takes longer and needs packages. */
export const bundledBasesFit: Rule = (_, facts) => {
  const unfit = facts?.unfitBases ?? [];
  const count = (why: 'version' | 'damaged'): number => unfit.filter((base) => base.why === why).length;
  return (['version', 'damaged'] as const)
    .filter((why) => count(why) > 0)
    .map((why) => warning(`carried-bases-unfit.${why}`, ['host', 'source'], { count: count(why) }));
};
