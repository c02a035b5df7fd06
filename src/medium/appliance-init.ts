/** The first process of the appliance: kernel filesystems, udev, the bases, then the agent; power off at its end. */

/** The script's text; it lies on the tools' image, mounted at /mnt. */
export function applianceInit(): string {
  return `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root
mount -t proc proc /proc 2>/dev/null
mount -t sysfs sysfs /sys 2>/dev/null
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mount -o remount,rw /
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /bases /run/lock /run/udev
modprobe -a 9pnet_virtio 9p virtio_console dm_mod loop vfat 2>/dev/null
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger
udevadm settle --timeout=30
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose bases /bases
vgchange -ay >/dev/null 2>&1
hostname appliance
UV_THREADPOOL_SIZE=8 NODE_ENV=production /mnt/node /mnt/xenwright.mjs agent --port /dev/virtio-ports/xenwright --store /bases
sync
vgchange -an >/dev/null 2>&1
sync
echo o > /proc/sysrq-trigger
sleep 30
`;
}
