#!/bin/bash
# attach ROOT TYPE DEVICE MOUNTPOINT [OPTIONS]: mounts one filesystem of a tree; detach ROOT lets go of the whole tree.
attach() {
  mkdir -p "$1$4"; mount -t "$2" -o "${5:-defaults}" "$3" "$1$4"
  if [ "$4" = / ]; then
    mkdir -p "$1/proc" "$1/sys" "$1/dev" "$1/run"
    mount -t proc proc "$1/proc"
    mount -t sysfs sysfs "$1/sys"
    mount -t devtmpfs devtmpfs "$1/dev"
    mount -o remount,bind,ro "$1/dev"
    mount -t tmpfs tmpfs "$1/run"
  fi
}
detach() { sync; umount -R "$1"; }

# inside TREE COMMAND...: runs it in a tree that is being built, in namespaces of its own, so that no mount and no
# daemon stays.
inside() {
  unshare --mount --pid --fork --kill-child sh -e -c "$prepare_tree" sh "$@"
}
prepare_tree=$(cat <<'END'
tree=$1; shift
mount -t proc proc "$tree/proc"
mount -t sysfs -o ro sysfs "$tree/sys"
mount --bind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/run"
mkdir -p "$tree/run/systemd/resolve"; cp -L /etc/resolv.conf "$tree/run/systemd/resolve/stub-resolv.conf"
exec chroot "$tree" "$@"
END
)
