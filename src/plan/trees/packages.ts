/** Package sets: what a Dom0 and a DomU need beyond the common base, as lean as they can be. */
import type { HostModel, ResolvedDomu } from '../model.ts';
import { firmwarePackages } from './firmware.ts';

/** Sorted, without duplicates. */
function set(...groups: readonly (readonly string[])[]): string[] {
  return [...new Set(groups.flat())].toSorted();
}

/** Since trixie login(1) is not essential any more: without it nobody gets in at the console. */
const LOGIN = ['login', 'libpam-systemd', 'sudo'];
/**
 * Recommended packages are not installed, so all that is needed is named; libatomic1 is what Node.js needs: Xenwright
 * itself runs here later.
 */
const HOST = [
  ...LOGIN,
  'linux-image-amd64',
  'initramfs-tools',
  'lvm2',
  'e2fsprogs',
  'dosfstools',
  'gdisk',
  'nftables',
  'openssh-server',
  'python3',
  'systemd-timesyncd',
  'systemd-resolved',
  'ca-certificates',
  'grub2-common',
  'libatomic1',
];
/** bridge-utils and grub-xen-host are only recommended by Xen's tools; the latter has the PVH GRUB. */
const XEN = ['xen-system-amd64', 'grub-xen-host', 'bridge-utils'];
/** The cloud kernel has all that a guest needs and half the size; grub2-common is for update-grub inside. */
const GUEST = [
  ...LOGIN,
  'linux-image-cloud-amd64',
  'initramfs-tools',
  'grub2-common',
  'xenstore-utils',
  'openssh-server',
  'systemd-timesyncd',
  'systemd-resolved',
  'e2fsprogs',
  'ca-certificates',
];
const KEYBOARD = ['console-setup', 'keyboard-configuration', 'kbd'];

function keyboard(model: HostModel): readonly string[] {
  const { layout, variant } = model.profile.keyboard;
  return layout === 'us' && variant === '' ? [] : KEYBOARD;
}

/** GRUB for BIOS makes the boot volume of an HVM DomU, whatever the host boots by. */
function hasHvm(model: HostModel): boolean {
  return model.domus.some((domu) => domu.type === 'hvm');
}

/** Dom0's. */
export function dom0Packages(model: HostModel): string[] {
  const { host } = model.profile;
  return set(
    HOST,
    keyboard(model),
    firmwarePackages(model),
    model.bios || hasHvm(model) ? ['grub-pc-bin'] : [],
    model.uefi ? ['grub-efi-amd64-bin', 'efibootmgr'] : [],
    host.hypervisor === 'xen' ? XEN : [],
    host.hypervisor === 'xen' && hasHvm(model) ? ['qemu-system-xen', 'seabios', 'ipxe-qemu'] : [],
    // Whatever its medium is: the one that is built for it has none yet.
    host.source.serveMedium ? ['busybox'] : [],
    host.packages,
  );
}

/** A DomU's. Equal sets share one base. */
export function domuPackages(model: HostModel, domu: ResolvedDomu): string[] {
  return set(GUEST, domu.type === 'hvm' ? keyboard(model) : [], domu.settings.packages);
}
