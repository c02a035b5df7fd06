# shellcheck shell=sh disable=SC2154
# Members of md arrays, which may lie on several disks. An array that has lost a member it does not know to be lost is
# not started: its members would differ from then on, and the guest would not know.
md_recognise() { [ "$type" = linux_raid_member ]; }
md_members='' md_disk=1 md_depth=0
md_open() {
  array=$(mdadm --examine --export "$1" 2>/dev/null | head -c 4096 | LC_ALL=C sed -n 's/^MD_UUID=\([0-9a-f:]\{35\}\)$/\1/p' | head -n 1)
  if ! command -v mdadm >/dev/null; then lacking mdadm "$2"; return; fi
  if [ -z "$array" ]; then say "$2 holds a member of an array that mdadm does not know."; return; fi
  md_members="$md_members $array=$1"
  md_disk=$4 md_depth=$3
}
md_gather() {
  arrays=$(for one in $md_members; do printf '%s\n' "${one%%=*}"; done | sort -u)
  all=$md_members md_members=''
  for array in $arrays; do
    set --
    for one in $all; do case $one in "$array="*) set -- "$@" "${one#*=}" ;; esac; done
    number=400
    while [ -e "/sys/block/md$number" ]; do number=$((number + 1)); done
    node=/dev/md$number
    opened="array:$node $opened"
    MDADM_NO_UDEV=1 quietly /dev/null mdadm --assemble "$node" --config=none --uuid="$array" "$@"
    state=$(cat "/sys/block/md$number/md/array_state" 2>/dev/null)
    case $state in
      clean | active | write-pending | active-idle | readonly | read-auto)
        hold "$node"
        found "$node" "array $array" $((md_depth + 1)) "$md_disk" "/dev/disk/by-id/md-uuid-$array"
        ;;
      *)
        mdadm --stop "$node" >/dev/null 2>&1
        say "The array $array stays closed: not all of its members are there."
        ;;
    esac
  done
}
