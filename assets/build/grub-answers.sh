#!/bin/sh
# Stands in for grub-probe and grub-mkrelpath while the menu is made without the disks: it answers what they will, on
# the host. Devices are those that the host will have; /boot is a partition of its own.
root_device=/dev/root
root_uuid=00000000-0000-0000-0000-000000000000
root_abstraction=''
boot_device=/dev/boot
boot_uuid=00000000-0000-0000-0000-000000000000
case $0 in
  *mkrelpath*)
    for path in "$@"; do :; done
    case $path in /boot | /boot/*) path=${path#/boot} ;; esac
    echo "$path"
    exit
    ;;
esac
target=fs device=''
while [ $# -gt 0 ]; do
  case $1 in
    --target=*) target=${1#--target=} ;;
    -t | --target) target=$2; shift ;;
    -d | --device) device=$2; shift ;;
    --*) ;;
    /boot | /boot/*) device=${device:-$boot_device} ;;
    *) device=${device:-$root_device} ;;
  esac
  shift
done
case $target in
  device) echo "$device" ;;
  fs) echo ext2 ;;
  fs_uuid) if [ "$device" = "$boot_device" ]; then echo "$boot_uuid"; else echo "$root_uuid"; fi ;;
  partmap) if [ "$device" = "$boot_device" ] || [ -z "$root_abstraction" ]; then echo gpt; fi ;;
  abstraction) if [ "$device" != "$boot_device" ]; then echo "$root_abstraction"; fi ;;
  # Where it is found by firmware's count of disks: this is not known, and GRUB searches by UUIDs.
  drive | *hint* | cryptodisk_uuid) ;;
  *) exit 1 ;;
esac
