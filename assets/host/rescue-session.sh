# shellcheck shell=sh
# What `xenwright domu rescue` runs behind inside-tree.sh, in mount, process, IPC and host name namespaces of its own:
# opens a guest's disk, gives a shell in it, closes it. Whatever ends this process ends all that was started here, and
# with it goes every mount; loops go with their mounts.
# Arguments: trusted|files, ask|yes|no (may more be mended than fsck -p does?), a folder for it all, a command or "",
# the stand-in for reboot, then of each filesystem: root|part|data, device, first byte, bytes (0: all of it), type,
# UUID, where it belongs or "". What came of it is written to descriptor 3, a line each.
# Everything in the tree is a guest's: links count from its root, names are never options.
mode=$1 repair=$2 work=$3 command=$4 power=$5
shift 5
root=$work/root
umask 022
tell() { printf '%s\n' "$*" >&3; }
fault() { tell "fault $*"; exit 5; }
say() { printf '%s\n' "$*" | LC_ALL=C tr -c '\n\t -~' '?' >&2; }
# A command whose words may be a guest's: a label can hold what a terminal obeys.
cleaned() {
  { "$@" 3>&- 4>&- </dev/null; echo "$?" >"$work/code"; } 2>&1 | LC_ALL=C tr -c '\n\t -~' '?' >&2
  read -r code <"$work/code"
  return "$code"
}
asked() {
  printf '%s' "$1" >&2
  read -r answer || answer=n
  case $answer in [yY] | [yY]es) return 0 ;; esac
  return 1
}

# Sets node: the device itself, or a loop over the part of it that holds the filesystem: no names of partitions, nothing
# that udev would open. Descriptor 4 keeps it; detached while it is in use it goes with its last user.
take() {
  node=$1
  if [ -b "$1" ] && [ "$2" = 0 ] && [ "$3" = 0 ]; then
    exec 4<"$node"
    return
  fi
  node=$(losetup --find --show --offset "$2" --sizelimit "$3" "$1") || return 1
  exec 4<"$node"
  losetup --detach "$node"
}

mend() {
  case $2 in
    ext2 | ext3 | ext4) cleaned e2fsck -p "$1" && return; [ "$code" -lt 4 ] && return ;;
    vfat) cleaned fsck.vfat -a "$1"; return 0 ;;
    # Their kernels mend them when they are mounted.
    *) return 0 ;;
  esac
  [ "$code" -lt 8 ] || fault fsck "$code"
  case $repair in
    yes) ;;
    ask) asked 'Its filesystem has faults that are not mended without asking. Mend them all? [y/N] ' || fault fsck "$code" ;;
    *) fault fsck "$code" ;;
  esac
  cleaned e2fsck -y "$1" || [ "$code" -lt 4 ] || fault fsck "$code"
}

options=nosuid,nodev
[ "$mode" = trusted ] || options=$options,noexec
# A look that writes nothing, not even a journal's rest.
looks_like_root() {
  case $2 in
    ext3 | ext4) look=ro,noload ;;
    xfs) look=ro,norecovery ;;
    *) look=ro ;;
  esac
  mount -t "$2" -o "$options,$look" "$1" "$root" 4<&- 2>/dev/null || return 1
  verdict=1
  for name in etc usr sbin; do
    if [ -e "$root/$name" ] || [ -L "$root/$name" ]; then verdict=0; fi
  done
  umount "$root"
  return "$verdict"
}

# Where the guest's own table of filesystems has this UUID: bounded, and only a plain absolute path counts.
place_of() {
  file=$(inside "$root" /etc/fstab) || return 0
  if [ ! -f "$file" ] || [ -L "$file" ]; then return 0; fi
  head -c 65536 "$file" | tr -d '\000' |
    LC_ALL=C awk -v uuid="$1" '{ gsub(/"/, "", $1) } $1 == "UUID=" uuid && $2 ~ /^\/[A-Za-z0-9_.\/+@-]*$/ && length($2) < 200 { print $2; exit }'
}

add_mount() {
  place=$(place_of "$6")
  [ -n "$place" ] || place=$7
  case $place in '' | / | /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /run | /run/*) return ;; esac
  at=$(inside "$root" "$place") || return
  if [ "$at" = "$root" ] || [ ! -d "$at" ]; then
    say "$place is no folder there: $2 stays closed."
    return
  fi
  if ! take "$2" "$3" "$4"; then say "$2 cannot be opened: $place stays empty."; return; fi
  mend "$node" "$5"
  if mount -t "$5" -o "$options" "$node" "$at" 4<&-; then tell "mounted $place"; else say "$2 cannot be mounted on $place."; fi
  exec 4<&-
}

# What programs in the tree need of a system: no device of Dom0's but those that hold nothing, no socket of its services.
kernel_places() {
  for name in proc sys dev run; do
    [ -e "$root/$name" ] || [ -L "$root/$name" ] || mkdir "$root/$name" 2>/dev/null
    if [ -L "$root/$name" ] || [ ! -d "$root/$name" ]; then fault tree "/$name"; fi
  done
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc" || fault mount /proc
  if [ -e "$root/proc/sysrq-trigger" ]; then
    mount --bind /dev/null "$root/proc/sysrq-trigger" || fault mount /proc/sysrq-trigger
  fi
  mount --bind "$root/proc/sys" "$root/proc/sys" && mount -o remount,bind,ro "$root/proc/sys"
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys" || say '/sys stays empty.'
  mount -t tmpfs -o nosuid,mode=0755,size=1m tmpfs "$root/dev" || fault mount /dev
  mkdir "$root/dev/pts" "$root/dev/shm"
  for name in null zero full random urandom tty; do
    : >"$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name" || fault mount "/dev/$name"
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts" || say '/dev/pts stays empty.'
  mount -t tmpfs -o nosuid,nodev tmpfs "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  for pair in fd: stdin:/0 stdout:/1 stderr:/2; do ln -s "/proc/self/fd${pair#*:}" "$root/dev/${pair%%:*}"; done
  mount -t tmpfs -o nosuid,nodev,mode=0755 tmpfs "$root/run" || fault mount /run
  mkdir "$root/run/lock"
}

# In the path alone: over the programs themselves they would stop apt from renewing systemd. What nothing gets past is
# that the shell has lost the right.
stand_ins() {
  mkdir -p "$1"
  for name in systemctl reboot poweroff halt shutdown init telinit kexec; do
    printf '%s' "$power" >"$1/$name"
    chmod 0755 "$1/$name"
  done
}
no_services() {
  printf '#!/bin/sh\nexit 101\n' >"$work/policy-rc.d"
  chmod 0755 "$work/policy-rc.d"
  policy=$(inside "$root" /usr/sbin/policy-rc.d) || return
  made=''
  if [ ! -e "$policy" ] && [ -d "${policy%/*}" ]; then : >"$policy" && made=$policy; fi
  if [ ! -f "$policy" ] || ! mount --bind "$work/policy-rc.d" "$policy"; then say 'Services of packages cannot be kept from starting here.'; fi
}

# Dom0's, for the time: below /run in memory, else over the guest's own file.
resolver() {
  [ -r /etc/resolv.conf ] || return 0
  cat /etc/resolv.conf >"$work/resolv.conf"
  at=$(inside "$root" /etc/resolv.conf) || return 0
  case $at in "$root"/run/*) mkdir -p "${at%/*}" && : >"$at" ;; esac
  if [ ! -f "$at" ] || ! mount --bind "$work/resolv.conf" "$at"; then say 'Names of other machines are not known in there.'; fi
}

shell_there() {
  usual=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  lost=-sys_boot,-sys_module,-sys_rawio,-sys_time,-mknod
  set -- HOME=/root "TERM=${TERM:-dumb}" LANG=C.UTF-8 debian_chroot=rescue
  if [ "$mode" = files ]; then
    cd "$root" || return 5
    set -- env -i "$@" "PS1=rescue, files # " "PATH=$work/bin:$usual" \
      setpriv --bounding-set="$lost" --inh-caps="$lost" /bin/sh
  else
    shell=/bin/sh
    at=$(inside "$root" /bin/bash) && [ -x "$at" ] && [ -z "$command" ] && shell=/bin/bash
    set -- env -i "$@" "PS1=rescue # " "PATH=/run/xenwright:$usual" \
      setpriv --bounding-set="$lost" --inh-caps="$lost" chroot "$root" "$shell"
  fi
  if [ -n "$command" ]; then "$@" -c "$command" 3>&- 4>&-; else "$@" -i 3>&- 4>&-; fi
}

# Everything in this process namespace but this shell, by number and name; none: false. Zombies hold nothing.
others() {
  names=''
  for process in /proc/[0-9]*; do
    number=${process#/proc/}
    [ "$number" != 1 ] || continue
    line='' && { read -r line <"$process/stat"; } 2>/dev/null
    case ${line##*) } in '' | Z*) continue ;; esac
    comm='?' && { read -r comm <"$process/comm"; } 2>/dev/null
    names="$names $comm ($number)"
  done
  [ -n "$names" ]
}
end_others() {
  for round in 1 2 3 4 5 6 7 8 9 10; do
    others || return 0
    if [ "$round" -lt 6 ]; then kill -TERM -1 2>/dev/null; else kill -KILL -1 2>/dev/null; fi
    sleep 0.5
  done
}

mount -t tmpfs -o nosuid,nodev,mode=0700 tmpfs "$work" || fault mount "$work"
mkdir "$root"
hostname rescue 2>/dev/null
found=''
count=$#
# First the root, of all that could be it.
while [ "$count" -gt 0 ]; do
  if [ "$1" = root ] && [ -z "$found" ]; then
    take "$2" "$3" "$4" || fault mount "$2"
    if [ "$3" = 0 ] || looks_like_root "$node" "$5"; then
      found="$2 $3"
      tell 'phase fsck'
      mend "$node" "$5"
      tell 'phase mount'
      mount -t "$5" -o "$options" "$node" "$root" 4<&- || fault mount "$2"
    fi
    exec 4<&-
  fi
  set -- "$@" "$1" "$2" "$3" "$4" "$5" "$6" "$7"
  shift 7
  count=$((count - 7))
done
[ -n "$found" ] || fault root
cd / || exit 5
while [ "$#" -gt 0 ]; do
  [ "$2 $3" = "$found" ] || add_mount "$@"
  shift 7
done
if [ "$mode" = trusted ]; then
  kernel_places
  stand_ins "$root/run/xenwright"
  no_services
  resolver
else
  stand_ins "$work/bin"
fi
tell 'phase shell'
while :; do
  shell_there
  result=$?
  cd / || exit 5
  others || break
  say "Still at work in there:$names"
  if [ "$repair" != ask ] || asked 'End them? (n: back to the shell) [y/N] '; then tell "left$names"; end_others; break; fi
done
tell 'phase close'
cd / || exit 5
if [ "$mode" = trusted ] && [ -n "$made" ]; then umount "$policy"; [ -s "$made" ] || rm -f "$made"; fi
sync -f "$root"
umount --recursive "$root" || fault busy
tell "command $result"
tell closed
# A shell with jobs wants to give back a terminal that it cannot name in this namespace; the one outside does it.
exec 2>/dev/null
