# shellcheck shell=sh disable=SC2154
# A table of partitions, which are opened by their bytes: where the kernel has names for them they get these.
partitions_recognise() { [ -n "$table" ] && [ -z "$type" ]; }
partitions_open() {
  sfdisk --dump "$1" 2>/dev/null | head -c 65536 | LC_ALL=C sed -n \
    -e 's/^sector-size: \([0-9]\{3,5\}\)$/sector \1/p' \
    -e 's/^[^ ]*[^0-9]\([0-9]\{1,3\}\) : start= *\([0-9]\{1,15\}\), size= *\([0-9]\{1,15\}\), type=\([0-9A-Fa-f-]\{1,36\}\).*/\1 \2 \3 \4/p' |
    head -n 33 >"$work/table"
  sector=512
  while read -r number start size kind <&5; do
    if [ "$number" = sector ]; then sector=$start; continue; fi
    # Of DOS tables: they hold others.
    case $kind in 5 | f | F | 85) continue ;; esac
    if partition_of "$1" "$((start * sector))" "$((size * sector))"; then
      found "$node" "$2, partition $number" $(($3 + 1)) "$4" ''
    else
      say "$2, partition $number cannot be opened."
    fi
  done 5<"$work/table"
}
partition_of() {
  if [ "$names" = own ]; then
    for entry in /sys/class/block/"${1##*/}"/*/start; do
      [ -e "$entry" ] || continue
      read -r start_there <"$entry"
      entry=${entry%/start}
      node=/dev/${entry##*/}
      [ "$((start_there * 512))" != "$2" ] || [ ! -b "$node" ] || return 0
    done
  fi
  loop_over "$1" "$2" "$3"
}
