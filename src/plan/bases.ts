/** Which bases a host needs, each built once: a common stage per release and sources, Dom0 and DomU roles on top. Pure. */
import { loginSecret, withoutLogin } from '../profile/address-login.ts';
import type { SourceSettings } from '../profile/effective.ts';
import type { ActionOf, BaseSpec, SecretRef } from './action.ts';
import type { BundledBase } from '../facts/facts.ts';
import type { Distribution } from './distributions/distribution.ts';
import { distributionOf, ownDistribution } from './distributions/table.ts';
import { canonicalJson, hashOf } from './canonical.ts';
import { extFeatures } from './storage/devices/ext4.ts';
import type { HostModel } from './model.ts';
import { isFromCopy, MEDIUM_COPIED, mediumMount } from './sections/section-medium.ts';
import { action } from './sections/sections.ts';
import { dom0Packages, domuPackages } from './trees/packages.ts';

export interface BaseUse {
  readonly hash: string;
  readonly actionId: string;
}
export interface BasePlan {
  /** In a valid order: what the target waits for first comes first. */
  readonly builds: readonly ActionOf<'base.build'>[];
  readonly dom0: BaseUse;
  /** The appliance an image is installed in; null for a machine's own disks. */
  readonly appliance: BaseUse | null;
  readonly domus: ReadonlyMap<string, BaseUse>;
}

const ROLES = {
  common: { title: 'baseCommon', bundledTitle: null, weight: 52 },
  dom0: { title: 'baseDom0', bundledTitle: 'takeDom0', weight: 46 },
  domu: { title: 'baseDomu', bundledTitle: 'takeDomu', weight: 22 },
  appliance: { title: 'baseAppliance', bundledTitle: 'takeAppliance', weight: 19 },
} as const;

interface Wanted {
  readonly distribution: Distribution;
  readonly role: 'dom0' | 'domu' | 'appliance';
  readonly release: string;
  readonly source: SourceSettings;
  readonly packages: readonly string[];
  readonly initrd: BaseSpec['initrd'];
}

export function planBases(model: HostModel): BasePlan {
  const { host } = model.profile;
  const book = new BaseRegistry(model);
  // The appliance first: the disk cannot be touched before it is there.
  const appliance =
    model.facts.kind !== 'image'
      ? null
      : book.use('host', {
          role: 'appliance',
          distribution: ownDistribution,
          release: ownDistribution.applianceRelease,
          source: ownDistribution.sources.ofThisMachine(host.source, model.facts),
          packages: ownDistribution.packages.appliance,
          initrd: ownDistribution.initrds.appliance,
        });
  const dom0 = book.use('host', {
    role: 'dom0',
    distribution: distributionOf(host),
    release: host.release,
    source: host.source,
    packages: dom0Packages(model),
    initrd: distributionOf(host).initrds.host,
  });
  const domus = new Map(
    model.domus.map((domu) => {
      const { name, release, source } = domu.settings;
      const distribution = distributionOf(domu.settings);
      return [
        name,
        book.use(name, {
          role: 'domu',
          distribution,
          release,
          source,
          packages: domuPackages(model, domu),
          initrd: distribution.initrds.guest,
        }),
      ];
    }),
  );
  return { builds: book.builds(), dom0, appliance, domus };
}

/**
 * Is this carried base as good as one built for `wanted`? Where its packages came from does not matter, and it may have
 * more of them.
 */
function satisfies(bundled: BaseSpec, wanted: BaseSpec): boolean {
  const ofBoth = ({ role, distribution, release, architecture, features, initrd }: BaseSpec): string =>
    canonicalJson({ role, distribution, release, architecture, features, initrd });
  const has = new Set(bundled.packages);
  return ofBoth(bundled) === ofBoth(wanted) && wanted.packages.every((name) => has.has(name));
}

/** The leanest one that fits. */
function bundledFor(wanted: BaseSpec, bundled: readonly BundledBase[]): BundledBase | undefined {
  return bundled
    .filter(({ base }) => satisfies(base, wanted))
    .toSorted((a, b) => a.base.packages.length - b.base.packages.length || (a.hash < b.hash ? -1 : 1))[0];
}

/** Every spec once, with who wants it. */
/** The live system of a medium is no host's. */
type PlannedBase = BaseSpec & { readonly role: keyof typeof ROLES };

class BaseRegistry {
  readonly #model: HostModel;
  readonly #wanted = new Map<
    string,
    {
      readonly base: PlannedBase;
      readonly parent: BaseUse | null;
      readonly bundled: boolean;
      readonly login: SecretRef | null;
      readonly domains: Set<string>;
    }
  >();

  constructor(model: HostModel) {
    this.#model = model;
  }

  use(domain: string, wanted: Wanted): BaseUse {
    const { role, distribution, release, initrd } = wanted;
    const sources = distribution.sources.forBuilding(wanted.source, release, this.#model.facts);
    const { proxy } = this.#model.profile.host;
    const login = distribution.sources.asksForLogin(wanted.source, proxy)
      ? { secret: loginSecret(domain === 'host' ? 'host' : `domus.${domain}`) }
      : null;
    const common: PlannedBase = {
      role: 'common',
      distribution: distribution.name,
      release,
      architecture: 'amd64',
      packages: [],
      sources,
      proxy: proxy === null ? null : withoutLogin(proxy),
      parent: null,
      features: [],
      initrd: null,
    };
    const spec: PlannedBase = {
      ...common,
      role,
      packages: [...new Set(wanted.packages)].sort(),
      parent: hashOf(common),
      features: extFeatures(release),
      initrd,
    };
    const bundled = bundledFor(spec, this.#model.facts.bundledBases ?? []);
    if (bundled !== undefined) return this.#enter(domain, { ...bundled.base, role }, null, null, bundled.hash);
    return this.#enter(domain, spec, this.#enter('host', common, null, login), login);
  }

  #enter(
    domain: string,
    base: PlannedBase,
    parent: BaseUse | null,
    login: SecretRef | null,
    bundled: string | null = null,
  ): BaseUse {
    const hash = bundled ?? hashOf(base);
    const entry = this.#wanted.get(hash) ?? {
      base,
      parent,
      bundled: bundled !== null,
      login,
      domains: new Set<string>(),
    };
    entry.domains.add(domain);
    this.#wanted.set(hash, entry);
    return { hash, actionId: `base/${base.role}-${base.release}-${hash.slice(0, 8)}` };
  }

  /** A base that one DomU alone wants is that DomU's: when its packages cannot be had, only that DomU has failed. */
  builds(): ActionOf<'base.build'>[] {
    const medium = mediumMount(this.#model);
    const copied = isFromCopy(this.#model);
    return [...this.#wanted].map(([hash, { base, parent, bundled, login, domains }]) => {
      const [only] = domains.size === 1 ? domains : ['host'];
      const { title, bundledTitle, weight } = ROLES[base.role];
      const id = `base/${base.role}-${base.release}-${hash.slice(0, 8)}`;
      if (bundled)
        return action(
          'base.build',
          id,
          only ?? 'host',
          { id: bundledTitle ?? title, values: { release: base.release } },
          [],
          { base, hash, bundled: true },
          { place: 'builder', weight: 1 },
        ) as ActionOf<'base.build'>;
      return action(
        'base.build',
        id,
        only ?? 'host',
        { id: title, values: { release: base.release } },
        [
          ...(parent === null ? [] : [parent.actionId]),
          ...(usesMedium(base) && copied && parent === null ? [MEDIUM_COPIED] : []),
        ],
        {
          base,
          hash,
          ...(medium !== null && usesMedium(base) ? { medium } : {}),
          ...(login === null ? {} : { login }),
        },
        { place: 'builder', weight },
      ) as ActionOf<'base.build'>;
    });
  }
}

function usesMedium(base: BaseSpec): boolean {
  return base.sources.some(({ uri }) => uri.startsWith('copy:/run/xenwright/media/'));
}
