/** Which bases a host needs, each built once: a common stage per release and sources, Dom0 and DomU roles on top. Pure. */
import type { SourceSettings } from '../profile/effective.ts';
import type { ActionOf, BaseSpec } from './action.ts';
import { hashOf } from './canonical.ts';
import { extFeatures } from './features.ts';
import type { HostModel, ResolvedDomu } from './model.ts';
import { buildSources } from './sources.ts';
import { dom0Packages, domuPackages } from './trees/packages.ts';

export interface BasePlan { readonly builds: readonly ActionOf<'base.build'>[]; readonly dom0: BaseUse; readonly domus: ReadonlyMap<string, BaseUse> }
export interface BaseUse { readonly hash: string; readonly actionId: string }

const BUILD_LIMIT_MS = 45 * 60_000;

/** What a DomU's initrd must have: Xen's disks and network, and the root filesystem. */
const GUEST_MODULES = ['xen-blkfront', 'xen-netfront', 'ext4', 'crc32c_generic'];

export function planBases(model: HostModel): BasePlan {
  const builds = new Map<string, ActionOf<'base.build'>>();
  const { host } = model.profile;
  const use = (role: 'dom0' | 'domu', release: string, source: SourceSettings, packages: readonly string[]): BaseUse => {
    const sources = buildSources(source, release, model.facts);
    const common: BaseSpec = { role: 'common', distribution: 'debian', release, architecture: 'amd64', packages: [], sources, proxy: host.proxy, parent: null, features: [], initrd: null };
    const parent = addBuild(builds, common, null);
    const spec: BaseSpec = { ...common, role, packages: sorted(packages), parent: parent.hash, features: extFeatures(release), initrd: role === 'dom0' ? { modules: 'most', list: [] } : { modules: 'list', list: GUEST_MODULES } };
    return addBuild(builds, spec, parent);
  };
  const dom0 = use('dom0', host.release, host.source, dom0Packages(model));
  const domus = new Map(model.domus.map((domu) => [domu.settings.name, use('domu', domu.settings.release, domu.settings.source, packagesOf(model, domu))]));
  return { builds: [...builds.values()], dom0, domus };
}

function packagesOf(model: HostModel, domu: ResolvedDomu): string[] {
  return domuPackages(model, domu);
}

function addBuild(builds: Map<string, ActionOf<'base.build'>>, base: BaseSpec, parent: BaseUse | null): BaseUse {
  const hash = hashOf(base);
  const id = `base/${base.role}-${base.release}-${hash.slice(0, 8)}`;
  if (!builds.has(hash)) {
    builds.set(hash, {
      id, kind: 'base.build', domain: 'host', title: `Build the ${base.role === 'common' ? 'common stage' : base.role === 'dom0' ? 'Dom0 base' : 'DomU base'} of ${base.release}`,
      needs: parent === null ? [] : [parent.actionId], place: 'builder', weight: base.role === 'dom0' ? 45 : 30, uses: { cpu: 1, network: 1 }, timeoutMs: BUILD_LIMIT_MS,
      params: { base, hash },
    });
  }
  return { hash, actionId: id };
}

function sorted(packages: readonly string[]): string[] {
  return [...new Set(packages)].sort();
}
