# shellcheck shell=sh
# What a rescue that was killed has left open of layers: $1 is what its names begin with, $2 the number of its first
# loop, $3 how the paths begin where QEMU shows images. QEMU ends when nothing uses what it shows.
# Arrays are stopped, mappings removed, loops detached, in rounds, since one lies on another.
rest=''
for _ in 1 2 3 4 5 6 7 8; do
  rest=''
  for array in /sys/block/md4[0-9][0-9]; do
    [ -e "$array" ] || continue
    for member in "$array"/slaves/*; do
      name=${member##*/}
      case $name in
        loop*) if [ "${name#loop}" -lt "$2" ] || [ "${name#loop}" -ge $(($2 + 100)) ]; then continue; fi ;;
        *) case $(cat "$member/dm/name" 2>/dev/null) in "$1"-*) ;; *) continue ;; esac ;;
      esac
      MDADM_NO_UDEV=1 mdadm --stop "/dev/${array##*/}" >/dev/null 2>&1 || rest="$rest ${array##*/}"
      break
    done
  done
  for mapping in /sys/block/dm-*/dm/name; do
    name='' && { read -r name <"$mapping"; } 2>/dev/null
    case $name in
      "$1"-*) dmsetup remove "$name" >/dev/null 2>&1 || { dmsetup remove --deferred "$name" >/dev/null 2>&1; rest="$rest $name"; } ;;
    esac
  done
  number=$2
  while [ "$number" -lt $(($2 + 100)) ]; do
    if [ -e "/sys/block/loop$number" ]; then
      if [ -e "/sys/block/loop$number/loop" ]; then losetup --detach "/dev/loop$number" 2>/dev/null; fi
      if [ -e "/sys/block/loop$number/loop" ]; then
        rest="$rest loop$number"
      else
        perl -e 'open(my $f, "+<", "/dev/loop-control") or exit 1; ioctl($f, 0x4C81, $ARGV[0] + 0)' "$number"
      fi
    fi
    number=$((number + 1))
  done
  for process in /proc/[0-9]*; do
    case $({ head -c 4096 "$process/cmdline" | tr '\000' '\n'; } 2>/dev/null) in
      qemu-storage-daemon*"$3"*)
        [ -n "$rest" ] || kill -TERM "${process#/proc/}" 2>/dev/null
        rest="$rest qemu-storage-daemon"
        ;;
    esac
  done
  [ -n "$rest" ] || exit 0
  sleep 0.3
done
echo "$rest"
exit 1
