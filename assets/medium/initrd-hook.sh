#!/bin/sh
# What the boot script of the Xenwright medium needs in the initrd, and nothing more: MODULES=most has three times as
# much, and loading the initrd is a good part of the start. Drivers of network cards are in the initrd of the netboot
# set alone.
case $1 in prereqs) echo udev; exit 0 ;; esac
# shellcheck source=/dev/null
. /usr/share/initramfs-tools/hook-functions
# What finds a disc, a USB drive or a file in memory.
manual_add_modules loop squashfs overlay isofs udf vfat ext4 nls_ascii nls_cp437 sr_mod cdrom
manual_add_modules sd_mod usb_storage uas virtio_pci virtio_mmio
# The keyboard of the initrd's own shell, and the firmware's variables, which the initrd mounts.
manual_add_modules i8042 atkbd usbhid hid_generic onboard_usb_dev =drivers/pci/controller =drivers/usb/dwc3 efivarfs
copy_modules_dir kernel/drivers/usb/host
auto_add_modules scsi ata block mmc usb_storage firewire
[ -z "$XENWRIGHT_NETWORK" ] || auto_add_modules net
# In the place of busybox's own, which know fewer options.
rm -f "$DESTDIR/usr/sbin/losetup" "$DESTDIR/usr/sbin/blkid"
copy_exec /usr/sbin/losetup
copy_exec /usr/sbin/blkid
# Names of hardware, for people.
rm -f "$DESTDIR/usr/lib/udev/hwdb.bin"
