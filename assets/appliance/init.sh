#!/bin/sh
# The first process of the appliance: kernel filesystems, udev, the bases, then the agent; power off at its end. It lies
# on the disk of the tools, mounted at /mnt by the initrd, which has mounted /dev too.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs tmpfs /tmp
read -r seconds rest < /proc/uptime; echo "appliance: init after $seconds s"
mkdir -p /bases /run/lock /run/udev
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose bases /bases &
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --subsystem-match=block --subsystem-match=virtio-ports --subsystem-match=misc
udevadm settle --timeout=120
vgchange -ay >/dev/null 2>&1
hostname appliance
wait
read -r seconds rest < /proc/uptime; echo "appliance: ready for the agent after $seconds s"
# The program is one file, or a script with its Node.js.
if [ -e /mnt/xenwright ]; then
  NODE_ENV=production /mnt/xenwright agent --port /dev/virtio-ports/xenwright --store /bases
else
  NODE_ENV=production /mnt/node /mnt/xenwright.mjs agent --port /dev/virtio-ports/xenwright --store /bases
fi
sync
vgchange -an >/dev/null 2>&1
sync
echo o > /proc/sysrq-trigger
sleep 60
