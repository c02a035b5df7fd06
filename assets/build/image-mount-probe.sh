#!/bin/sh
# Mounts a small image and what a tree needs in it, in a mount namespace of its own. $1 an empty folder. Run by sh -e.
cd "$1" || exit 1
truncate -s 4M image
mke2fs -q -F -t ext4 image
mkdir tree
mount -t ext4 -o loop image tree
mkdir tree/dev tree/proc tree/sys
mount -t proc proc tree/proc
mount -t sysfs sysfs tree/sys
mount -t devtmpfs devtmpfs tree/dev
