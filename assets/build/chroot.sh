#!/bin/sh
# Runs a command inside a tree that is being built, in mount and process namespaces that were made for it. $1 the tree,
# $2 a folder of packages for apt or "", $3 a medium (folder or device) or "", $4 where it is mounted, then the command.
# Run by sh -e.
tree=$1 archives=$2 from=$3 at=$4; shift 4; unset TMPDIR LD_PRELOAD
mount -t proc proc "$tree/proc"
mount -t sysfs -o ro sysfs "$tree/sys"
mount --bind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/run"
mkdir -p "$tree/run/systemd/resolve" "$tree/run/lock"
cp -L /etc/resolv.conf "$tree/run/systemd/resolve/stub-resolv.conf" 2>/dev/null || true
if [ -n "$archives" ]; then mount --bind "$archives" "$tree/var/cache/apt/archives"; fi
if [ -n "$from" ]; then
  mkdir -p "$tree$at"
  if [ -d "$from" ]; then mount --bind "$from" "$tree$at"; else mount -t iso9660 -o ro "$from" "$tree$at"; fi
fi
exec chroot "$tree" "$@"
