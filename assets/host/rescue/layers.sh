# shellcheck shell=sh disable=SC2034,SC2154
# What lies on a guest's disks, opened layer by layer, whatever stands on what: the same in Dom0 (`names=private`) and in
# a rescue DomU (`names=own`). A type is a file beside this one, with `TYPE_recognise` and `TYPE_open`, and a word in
# this list; the first that knows a device has it. `TYPE_gather` opens what may have its parts on several disks, when
# nothing else is left to be looked at.
# An image in qcow2 comes as a device: qcow2.sh keeps it open.
# Everything read is a guest's: numbers and names of a few signs, bounded.
types='image filesystem luks md lvm partitions'
most_depth=8 most_nodes=96
newline='
'
queue='' nodes=0 opened='' closed_by=''

# A device that was found: it, where it was found (for people), how deep, the number of the disk it came from, and the
# names that the guest's own tables may have for it.
found() {
  nodes=$((nodes + 1))
  if [ "$3" -gt "$most_depth" ] || [ "$nodes" -gt "$most_nodes" ]; then
    say "$2 stays closed: too much is nested in one another there."
    return
  fi
  queue="$queue$1|$2|$3|$4|$5$newline"
}

walk() {
  while :; do
    while [ -n "$queue" ]; do
      record=${queue%%"$newline"*} queue=${queue#*"$newline"}
      IFS='|' read -r node where depth disk aliases <<END
$record
END
      look "$node" "$where" "$depth" "$disk" "$aliases"
    done
    for one in md lvm; do "${one}_gather"; [ -z "$queue" ] || break; done
    [ -n "$queue" ] || return 0
  done
}

look() {
  seen=''
  if [ -b "$1" ]; then seen=$(blkid --probe --output udev -- "$1" 2>/dev/null | head -c 4096); fi
  type=$(known FS_TYPE) usage=$(known FS_USAGE) uuid=$(known FS_UUID) table=$(known PART_TABLE_TYPE)
  for one in $types; do
    if "${one}_recognise" "$@"; then "${one}_open" "$@"; return; fi
  done
  case $type in '' | swap) return ;; esac
  say "$2 holds $type and stays closed."
}
known() { printf '%s\n' "$seen" | LC_ALL=C sed -n "s/^ID_$1=\\([A-Za-z0-9_.-]\\{1,64\\}\\)\$/\\1/p" | head -n 1; }

# Nobody else's device, as long as this process namespace lives: what only its users keep (a loop that is detached, a
# mapping that is removed when it is let go of) goes with the last of them, whatever ends this.
hold() {
  # Not as a special built-in, whose failure would end this shell.
  command exec 4<"$1" || return 1
  sleep 2147483647 3>&- >/dev/null 2>&1 &
  opened="holder:$! $opened"
  exec 4<&-
}

# Sets node: a loop over the part of a file or device, held. In Dom0 its number is one of ours: udev's rule for them
# (udev-rules.txt) keeps LVM, mdadm and links of names away, and who closes after a kill knows them by it.
loop_over() {
  if [ "$names" = own ]; then
    node=$(losetup --find --show --offset "$2" --sizelimit "$3" "$1") || return 1
  else
    number=$first_loop
    while ! perl -e 'open(my $f, "+<", "/dev/loop-control") or exit 1; exit(defined(ioctl($f, 0x4C80, $ARGV[0] + 0)) ? 0 : 1)' "$number"; do
      number=$((number + 1))
      [ "$number" -lt $((first_loop + 90)) ] || return 1
    done
    node=/dev/loop$number
    opened="loop:$number $opened"
    losetup --offset "$2" --sizelimit "$3" "$node" "$1" || return 1
  fi
  hold "$node" && losetup --detach "$node"
}

# What it says is shown only when it fails; its input is the file that was given first.
quietly() {
  input=$1
  shift
  "$@" <"$input" >"$work/said" 2>&1 3>&- && return 0
  cleaned tail -n 3 "$work/said"
  return 1
}

# A mapping that was made: it goes with its last user. Sets node.
hold_mapping() {
  minor=$(dmsetup info --columns --noheadings --options minor "$1") || return 1
  node=/dev/dm-$minor
  opened="mapping:$1 $opened"
  hold "$node" && dmsetup remove --deferred "$1" >/dev/null
}

# What is lacking here, by the program that brings it.
lacking() { say "$2 stays closed: $1 is not installed here."; closed_by="lacking $1"; }

# Closes everything in the order opposite to that in which it was opened, and sees that nothing is left. Mounts are gone.
close_layers() {
  left=''
  for one in $opened; do
    what=${one#*:}
    case $one in
      holder:*) kill "$what" 2>/dev/null; wait "$what" 2>/dev/null ;;
      mapping:*) close_patiently no_mapping "$what" || left="$left $what" ;;
      loop:*) close_patiently no_loop "$what" || left="$left loop$what" ;;
      array:*) close_patiently no_array "$what" || left="$left $what" ;;
      group:*) close_patiently lvm_here vgchange --activate n "$what" || left="$left $what" ;;
    esac
  done
  [ -z "$left" ]
}
close_patiently() {
  for round in 1 2 3 4 5 6 7 8 9 10; do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.3
  done
  return 1
}
no_mapping() { ! dmsetup info "$1"; }
no_array() {
  [ -e "/sys/block/${1#/dev/}/md/array_state" ] || return 0
  mdadm --stop "$1" || [ "$(cat "/sys/block/${1#/dev/}/md/array_state")" = clear ]
}
# A loop of ours goes from the list, too.
no_loop() {
  [ ! -e "/sys/block/loop$1/loop" ] || return 1
  perl -e 'open(my $f, "+<", "/dev/loop-control") or exit 1; ioctl($f, 0x4C81, $ARGV[0] + 0)' "$1"
  return 0
}
