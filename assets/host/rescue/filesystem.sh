# shellcheck shell=sh disable=SC2154
# A filesystem: what can be mounted is written down.
filesystem_recognise() {
  [ "$usage" = filesystem ] || return 1
  case $type in ext2 | ext3 | ext4 | xfs | btrfs | vfat) ;; *) return 1 ;; esac
}
filesystem_open() { printf '%s|%s|%s|%s|%s|%s\n' "$1" "$type" "$uuid" "$4" "$5" "$2" >>"$work/filesystems"; }
