# shellcheck shell=sh disable=SC2034,SC2154
# What `xenwright domu rescue` runs behind inside-tree.sh and what opens layers, in mount, process, IPC and host name
# namespaces of its own, in Dom0 (`private` names) or in a rescue DomU (`own`): opens a guest's disks, gives a shell in
# them, closes them. Whatever ends this process ends all that was started here, and with it goes every mount; loops and
# mappings go with their users.
# Arguments: trusted|files, ask|yes|no (may more be mended than fsck -p does?), a folder for it all, a command or "",
# the stand-in for reboot, private|own, what names of ours begin with, the number of our first loop, a file with
# passphrases or "", then of each disk: its device or image, how people call it, where it belongs or "". The
# first has the root. What came of it is written to descriptor 3, a line each.
# Everything in the tree is a guest's: links count from its root, names are never options.
mode=$1 repair=$2 work=$3 command=$4 power=$5 names=$6 prefix=$7 first_loop=$8 secrets=$9
shift 9
root=$work/root
umask 022
export DM_DISABLE_UDEV=1 LVM_SUPPRESS_FD_WARNINGS=1
tell() { printf '%s\n' "$*" >&3; }
fault() {
  tell "fault $*"
  cd /
  umount --recursive "$root" 2>/dev/null
  close_layers
  exit 5
}
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
  mount -t "$2" -o "$options,$look" "$1" "$root" 2>/dev/null || return 1
  verdict=1
  for name in fstab os-release passwd hostname; do
    if [ -e "$root/etc/$name" ] || [ -L "$root/etc/$name" ]; then verdict=0; fi
  done
  umount "$root"
  return "$verdict"
}

# Where the guest's own table of filesystems has this UUID, or one of these names (commas between them): bounded, and
# only a plain absolute path counts.
place_of() {
  file=$(inside "$root" /etc/fstab) || return 0
  if [ ! -f "$file" ] || [ -L "$file" ]; then return 0; fi
  head -c 65536 "$file" | tr -d '\000' | LC_ALL=C awk -v uuid="$1" -v names=",$2," '
    { gsub(/"/, "", $1) }
    ($1 == "UUID=" uuid && uuid != "" || $1 !~ /,/ && names != ",," && index(names, "," $1 ",")) &&
      $2 ~ /^\/[A-Za-z0-9_.\/+@-]*$/ && length($2) < 200 { print $2; exit }'
}

# node type uuid disk aliases where
add_mount() {
  place=$(place_of "$3" "$5")
  if [ -z "$place" ]; then IFS= read -r place <"$work/mount-$4"; fi
  case $place in '' | / | /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /run | /run/*) return ;; esac
  at=$(inside "$root" "$place") || return
  if [ "$at" = "$root" ] || [ ! -d "$at" ]; then
    say "$place is no folder there: $6 stays closed."
    return
  fi
  mend "$1" "$2"
  if mount -t "$2" -o "$options" "$1" "$at"; then tell "mounted $place"; else say "$6 cannot be mounted on $place."; fi
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
  if [ "$names" = own ]; then mount --rbind /dev "$root/dev" || fault mount /dev; else devices; fi
  mount -t tmpfs -o nosuid,nodev,mode=0755 tmpfs "$root/run" || fault mount /run
  mkdir "$root/run/lock"
}
devices() {
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
  if [ -n "$command" ]; then "$@" -c "$command" 3>&-; else "$@" -i 3>&-; fi
}

# Everything in this process namespace but this shell, by number and name; none: false. Zombies hold nothing.
others() {
  names_of_others='' numbers=''
  for process in /proc/[0-9]*; do
    number=${process#/proc/}
    [ "$number" != 1 ] || continue
    # What holds devices open for us.
    case " $opened" in *" holder:$number "*) continue ;; esac
    line='' && { read -r line <"$process/stat"; } 2>/dev/null
    case ${line##*) } in '' | Z*) continue ;; esac
    comm='?' && { read -r comm <"$process/comm"; } 2>/dev/null
    names_of_others="$names_of_others $comm ($number)" numbers="$numbers $number"
  done
  [ -n "$numbers" ]
}
end_others() {
  for round in 1 2 3 4 5 6 7 8 9 10; do
    others || return 0
    # shellcheck disable=SC2086 # Numbers, each a word.
    if [ "$round" -lt 6 ]; then kill -TERM $numbers 2>/dev/null; else kill -KILL $numbers 2>/dev/null; fi
    sleep 0.5
  done
}

mount -t tmpfs -o nosuid,nodev,mode=0700 tmpfs "$work" || fault mount "$work"
mkdir "$root"
hostname rescue 2>/dev/null
# Names that libdevmapper makes beside the kernel's own are seen in here only.
if [ "$names" = private ] && [ -c /dev/mapper/control ]; then
  number=$(stat --format '%Hr %Lr' /dev/mapper/control)
  mount -t tmpfs -o nosuid,noexec,mode=0755,size=1m tmpfs /dev/mapper || fault mount /dev/mapper
  mknod /dev/mapper/control c "${number% *}" "${number#* }" || fault mount /dev/mapper
fi
: >"$work/filesystems"
disk=0
while [ "$#" -gt 0 ]; do
  disk=$((disk + 1))
  printf '%s\n' "$3" >"$work/mount-$disk"
  if [ -b "$1" ]; then device=$(readlink -f -- "$1"); else device=$work/disk-$disk; ln -s -- "$1" "$device"; fi
  found "$device" "$2" 0 "$disk" ''
  shift 3
done
walk
# First the root, of all that could be it: on the first disk.
candidates=$(LC_ALL=C awk -F '|' '$4 == 1 && $2 != "vfat"' "$work/filesystems" | wc -l)
chosen=''
while IFS='|' read -r node type uuid disk aliases where <&5; do
  if [ -n "$chosen" ] || [ "$disk" != 1 ] || [ "$type" = vfat ]; then continue; fi
  if [ "$candidates" = 1 ] || looks_like_root "$node" "$type"; then
    chosen=$node
    tell 'phase fsck'
    mend "$node" "$type"
    tell 'phase mount'
    mount -t "$type" -o "$options" "$node" "$root" || fault mount "$where"
  fi
done 5<"$work/filesystems"
if [ -z "$chosen" ]; then
  # shellcheck disable=SC2086 # A word and what it is of.
  fault ${closed_by:-root}
fi
while IFS='|' read -r node type uuid disk aliases where <&5; do
  [ "$node" = "$chosen" ] || add_mount "$node" "$type" "$uuid" "$disk" "$aliases" "$where"
done 5<"$work/filesystems"
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
  say "Still at work in there:$names_of_others"
  if [ "$repair" != ask ] || asked 'End them? (n: back to the shell) [y/N] '; then tell "left$names_of_others"; end_others; break; fi
done
tell 'phase close'
cd / || exit 5
if [ "$mode" = trusted ] && [ -n "$made" ]; then umount "$policy"; [ -s "$made" ] || rm -f "$made"; fi
sync -f "$root"
umount --recursive "$root" || fault busy
if ! close_layers; then fault left "$left"; fi
tell "command $result"
tell closed
# A shell with jobs wants to give back a terminal that it cannot name in this namespace; the one outside does it.
exec 2>/dev/null
