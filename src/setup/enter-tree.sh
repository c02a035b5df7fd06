#!/bin/sh
# Runs a command in a system tree as if the machine had been started from it. Usage: enter-tree.sh TREE COMMAND [ARGUMENT...]
# It is started in mount and PID namespaces of its own, whose mounts are private: all that is mounted here ends with them.
# The tree becomes the root by pivot_root, since a chroot's root is no mount point and unshare(1) in it would fail.
set -eu
tree=$1
shift
mount --bind "$tree" "$tree"
cd "$tree"
mkdir -p proc sys dev run tmp .outside
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t devtmpfs devtmpfs dev
mkdir -p dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
mount --bind dev/pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=0755 tmpfs run
pivot_root . .outside
umount -l /.outside
cd /root
exec "$@"
