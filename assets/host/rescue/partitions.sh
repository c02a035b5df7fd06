# shellcheck shell=sh disable=SC2154
# A table of partitions, which are opened by their bytes: where the kernel has names for them they get these.
partitions_recognise() { [ -n "$table" ] && [ -z "$type" ]; }
partitions_open() {
  # Of util-linux, which no Debian lacks; it counts in sectors of 512 bytes whatever the disk has.
  partx --noheadings --raw --output NR,START,SECTORS,TYPE -- "$1" 2>/dev/null | head -c 65536 | LC_ALL=C sed -n \
    's/^ *\([0-9]\{1,3\}\) \{1,\}\([0-9]\{1,15\}\) \{1,\}\([0-9]\{1,15\}\) \{1,\}\([0-9A-Fa-fx-]\{1,36\}\) *$/\1 \2 \3 \4/p' |
    head -n 32 >"$work/table"
  while read -r number start size kind <&5; do
    # Of DOS tables: they hold others.
    case $kind in 0x5 | 0xf | 0x85) continue ;; esac
    if partition_of "$1" "$((start * 512))" "$((size * 512))"; then
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
