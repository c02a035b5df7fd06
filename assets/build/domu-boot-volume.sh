#!/bin/sh
# Writes GRUB to the boot volume of a DomU, in the tree of Dom0: $1 the device, $2 the UUID of its root, then the
# modules. Run by sh -e.
grub=/usr/lib/grub/i386-pc
device=$1 uuid=$2; shift 2; work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cat > "$work/early.cfg" <<END
search.fs_uuid $uuid root
set prefix=(\$root)/boot/grub
END
grub-mkimage --directory="$grub" --format=i386-pc --output="$work/core.img" \
  --prefix=/boot/grub --config="$work/early.cfg" "$@"
# Sector 0 is boot.img, which loads core.img from sector 1 on; so both are made by the build of GRUB.
cat "$grub/boot.img" "$work/core.img" > "$work/disk.img"
# As grub-bios-setup does for hard disks: two NOPs take out the test of the drive number that some BIOSes give wrongly.
printf '\220\220' | dd of="$work/disk.img" bs=1 seek=102 conv=notrunc status=none
truncate --size=%512 "$work/disk.img"
dd if="$work/disk.img" of="$device" bs=1M conv=notrunc,fsync status=none
