/** Which bases a host needs, each built once: a common stage per release and sources, Dom0 and DomU roles on top. Pure. */
import type { SourceSettings } from '../profile/effective.ts';
import type { ActionOf, BaseSpec } from './action.ts';
import { hashOf } from './canonical.ts';
import { extFeatures } from './features.ts';
import type { HostModel, ResolvedDomu } from './model.ts';
import { buildSources } from './sources.ts';
import { dom0Packages, domuPackages } from './trees/packages.ts';

export interface BasePlan { readonly builds: readonly ActionOf<'base.build'>[]; readonly dom0: BaseUse; /** The appliance an image is installed in; null for a machine's own disks. */ readonly appliance: BaseUse | null; readonly domus: ReadonlyMap<string, BaseUse> }
export interface BaseUse { readonly hash: string; readonly actionId: string }

const ROLE_NAMES = { common: 'common stage', dom0: 'Dom0 base', domu: 'DomU base', appliance: 'appliance' } as const;

const BUILD_LIMIT_MS = 45 * 60_000;

/** What a DomU's initrd must have: Xen's disks and network, and the root filesystem. */
const GUEST_MODULES = ['xen-blkfront', 'xen-netfront', 'ext4', 'crc32c_generic'];

const APPLIANCE_RELEASE = 'trixie';
/** Node.js itself needs libatomic1 and libstdc++6; it comes in beside the tree, with the program. */
const APPLIANCE_PACKAGES = ['linux-image-amd64', 'lvm2', 'gdisk', 'dosfstools', 'fdisk', 'mdadm', 'libatomic1', 'libstdc++6'];
const APPLIANCE_MODULES = ['virtio_pci', 'virtio_blk', 'virtio_console', 'ext4', 'crc32c_generic', '9pnet_virtio', '9p'];

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
  const appliance = model.facts.kind === 'image' ? planAppliance(builds, model) : null;
  return { builds: [...builds.values()], dom0, appliance, domus };
}

/** The appliance continues from the host's own sources, in the release that Xenwright knows best. */
function planAppliance(builds: Map<string, ActionOf<'base.build'>>, model: HostModel): BaseUse {
  const { host } = model.profile;
  const common: BaseSpec = { role: 'common', distribution: 'debian', release: APPLIANCE_RELEASE, architecture: 'amd64', packages: [], sources: buildSources(host.source, APPLIANCE_RELEASE, model.facts), proxy: host.proxy, parent: null, features: [], initrd: null };
  const parent = addBuild(builds, common, null);
  return addBuild(builds, { ...common, role: 'appliance', packages: sorted(APPLIANCE_PACKAGES), parent: parent.hash, features: extFeatures(APPLIANCE_RELEASE), initrd: { modules: 'list', list: APPLIANCE_MODULES } }, parent);
}

function packagesOf(model: HostModel, domu: ResolvedDomu): string[] {
  return domuPackages(model, domu);
}

function addBuild(builds: Map<string, ActionOf<'base.build'>>, base: BaseSpec, parent: BaseUse | null): BaseUse {
  const hash = hashOf(base);
  const id = `base/${base.role}-${base.release}-${hash.slice(0, 8)}`;
  if (!builds.has(hash)) {
    builds.set(hash, {
      id, kind: 'base.build', domain: 'host', title: `Build the ${ROLE_NAMES[base.role]} of ${base.release}`,
      needs: parent === null ? [] : [parent.actionId], place: 'builder', weight: base.role === 'dom0' ? 45 : 30, uses: { cpu: 1, network: 1 }, timeoutMs: BUILD_LIMIT_MS,
      params: { base, hash },
    });
  }
  return { hash, actionId: id };
}

function sorted(packages: readonly string[]): string[] {
  return [...new Set(packages)].sort();
}
