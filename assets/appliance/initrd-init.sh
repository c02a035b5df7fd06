#!/bin/busybox sh
# shellcheck shell=dash
# The first process of the appliance's own initrd: loads the modules it carries, mounts the appliance's disk and that of
# the tools, and goes on there. Disks are told apart by their serials, whatever order the kernel finds them in.
b=/bin/busybox
root_serial=xw-appliance
tools_serial=xw-tools
$b mount -t devtmpfs devtmpfs /dev
$b mount -t sysfs sysfs /sys
for module in /modules/*; do $b insmod "$module"; done
disk() {
  for file in /sys/block/*/serial; do
    [ "$($b cat "$file")" = "$1" ] && { file=${file#/sys/block/}; echo "/dev/${file%/serial}"; return; }
  done
}
# A starved emulator takes long; a disk that is really missing is told of all the same.
n=0
while :; do
  root=$(disk "$root_serial"); tools=$(disk "$tools_serial")
  [ -b "$root" ] && [ -b "$tools" ] && break
  n=$((n + 1)); [ $n -gt 3000 ] && { echo "xenwright: the appliance's own disks did not appear"; exit 1; }
  $b sleep 0.1
done
if ! { $b mount -t ext4 "$root" /root && $b mount -t ext4 -o ro "$tools" /root/mnt; }; then
  echo "xenwright: the appliance's own disks could not be mounted"
  exit 1
fi
$b umount /sys
$b mount -o move /dev /root/dev
exec $b switch_root /root /bin/sh /mnt/init
