/** What a Dom0 and a DomU are to do, and so which packages they need beyond the common base. */
import type { HostModel, ResolvedDomu } from '../model.ts';
import type { Distribution } from '../distributions/distribution.ts';
import { distributionOf } from '../distributions/table.ts';
import { addsOf } from '../storage/devices/table.ts';

/** Sorted, without duplicates. */
function set(...groups: readonly (readonly string[])[]): string[] {
  return [...new Set(groups.flat())].toSorted();
}

/** A screen with the usual keyboard needs nothing. */
function keyboard(model: HostModel, { packages }: Distribution): readonly string[] {
  const { layout, variant } = model.profile.keyboard;
  return layout === 'us' && variant === '' ? [] : packages.keyboard;
}

/** GRUB for BIOS makes the boot volume of an HVM DomU, whatever the host boots by. */
function hasHvm(model: HostModel): boolean {
  return model.domus.some((domu) => domu.type === 'hvm');
}

/** Dom0's. */
export function dom0Packages(model: HostModel): string[] {
  const { host } = model.profile;
  const distribution = distributionOf(host);
  const { packages } = distribution;
  return set(
    packages.host,
    model.storage.nodes.flatMap((node) => addsOf(model.storage, node, host).packages ?? []),
    keyboard(model, distribution),
    distribution.firmware(model),
    model.bios || hasHvm(model) ? packages.bios : [],
    model.uefi ? packages.uefi : [],
    host.hypervisor === 'xen' ? packages.xen : [],
    host.hypervisor === 'xen' && hasHvm(model) ? packages.hvm : [],
    // Whatever its medium is: the one that is built for it has none yet.
    host.source.serveMedium ? packages.mediumServer : [],
    host.packages,
  );
}

/** A DomU's. Equal sets share one base. */
export function domuPackages(model: HostModel, domu: ResolvedDomu): string[] {
  const distribution = distributionOf(domu.settings);
  return set(
    distribution.packages.guest,
    domu.type === 'hvm' ? keyboard(model, distribution) : [],
    domu.settings.packages,
  );
}
