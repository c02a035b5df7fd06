# shellcheck shell=dash
# Sourced by the initrd's init: finds the medium of Xenwright and mounts its root, as a boot script of initramfs-tools
# (boot=xenwright). Debian's live-boot does far more (persistence, many ways to name a medium), takes longer to start,
# and knows neither our label nor our folders.
medium=/run/xenwright/medium
lower=/run/xenwright/live
upper=/run/xenwright/changes
# What the medium is known by that this kernel came from: all of them have the same label, and a machine may hold two.
# Empty: a boot menu of somebody's own does not say.
id=''

# Discs first, then what can be pulled out, then fixed disks, and only when the others had their time the partitions of
# fixed disks: one may be the copy that an installed host keeps. Mapped devices never: there it is always that.
xw_candidates() {
  for kind in disc removable fixed $1; do
    for folder in /sys/class/block/*; do
      name=${folder##*/}
      case $name in loop*|ram*|zram*|dm-*|md*|fd*) continue ;; esac
      disk=$folder; other=fixed
      [ -e "$folder/partition" ] && disk=$(readlink -f "$(readlink -f "$folder")/..") && other=part
      case $name in
        sr*) is=disc ;;
        *)
          is=$other
          [ "$(cat "$disk/removable" 2>/dev/null)" = 1 ] && is=removable
          case $(readlink -f "$disk") in */usb*) is=removable ;; esac
          ;;
      esac
      [ "$is" = "$kind" ] && echo "/dev/$name"
    done
  done
}

xw_try() {
  [ "$(blkid -p -o value -s LABEL "$1" 2>/dev/null)" = XENWRIGHT ] || return 1
  mount -t "$(blkid -p -o value -s TYPE "$1")" -o ro "$1" "$medium" || return 1
  [ -e "$medium/live/xenwright.squashfs" ] && { [ -z "$id" ] || [ -e "$medium/live/$id.id" ]; } && return 0
  umount "$medium"
  return 1
}

xw_find() {
  n=0
  while [ $n -lt 300 ]; do
    parts=; [ $n -gt 50 ] && parts=part
    for device in $(xw_candidates $parts); do xw_try "$device" && return 0; done
    n=$((n + 1)); sleep 0.2
  done
  return 1
}

# The squashfs comes from an http server, into memory. The network stays up; the live system takes it over.
xw_fetch() {
  mkdir -p /run/xenwright/memory
  mount -t tmpfs -o size=80%,mode=0755 tmpfs /run/xenwright/memory
  [ -n "$IP" ] || IP=dhcp
  export IP
  configure_networking
  n=0
  while [ $n -lt 20 ]; do
    echo "Fetching $1"
    wget -O /run/xenwright/memory/xenwright.squashfs "$1" && return 0
    n=$((n + 1)); sleep 3
  done
  return 1
}

mountroot() {
  url=''
  read -r words </proc/cmdline
  for word in $words; do
    case $word in
      xenwright.squashfs=*) url=${word#*=} ;;
      xenwright.medium=*) id=${word#*=} ;;
    esac
  done
  mkdir -p "$medium" "$lower" "$upper"
  for module in loop squashfs overlay isofs; do modprobe -q $module; done
  if [ -e /xenwright.squashfs ]; then image=/xenwright.squashfs
  elif [ -e /live/xenwright.squashfs ]; then image=/live/xenwright.squashfs
  elif [ -n "$url" ]; then
    xw_fetch "$url" || panic "Xenwright: $url could not be fetched."
    image=/run/xenwright/memory/xenwright.squashfs
  else
    xw_find || panic "Xenwright: no medium with the label XENWRIGHT${id:+ and the file live/$id.id} was found."
    image=$medium/live/xenwright.squashfs
  fi
  { loop=$(losetup --find --show --read-only "$image") && mount -t squashfs -o ro "$loop" "$lower"; } ||
    panic "Xenwright: $image could not be mounted."
  # A medium out of the network carries its own files inside.
  [ -d "$medium/xenwright" ] || [ ! -d "$lower/xenwright-medium" ] || mount -o bind "$lower/xenwright-medium" "$medium"
  mount -t tmpfs -o size=80%,mode=0755 tmpfs "$upper"
  mkdir -p "$upper/files" "$upper/work"
  mount -t overlay -o "lowerdir=$lower,upperdir=$upper/files,workdir=$upper/work" overlay "${rootmnt:?}" ||
    panic "Xenwright: the live system could not be mounted."
}

mount_top() { :; }
mount_premount() { :; }
mount_bottom() { :; }
