#!/bin/sh
# Grows Xenwright's snapshots before they are full: a full one is lost. Run every few seconds while there are any; what
# cannot be grown is said once, and `xenwright host status` says it until it is gone.
told=/run/xenwright/snapshots-full
lvs --noheadings --units m --nosuffix --separator '|' --options vg_name,lv_name,data_percent,lv_size,vg_free \
  @xenwright.snapshot 2>/dev/null | tr -d ' ' | {
  count=0
  while IFS='|' read -r group name used size free; do
    count=$((count + 1))
    case $used in '' | 100.00) continue ;; esac
    [ "${used%.*}" -ge 70 ] || continue
    more=$((${size%.*} / 5))
    [ "$more" -ge 256 ] || more=256
    [ "$more" -le "${free%.*}" ] || more=${free%.*}
    if [ "$more" -ge 4 ] && lvextend --size "+${more}m" "$group/$name" >/dev/null 2>&1; then
      echo "$group/$name was at $used %: grown by $more MiB"
    elif [ ! -e "$told-$name" ]; then
      mkdir -p /run/xenwright && : >"$told-$name"
      echo "<4>$group/$name is at $used % and $group has no room for more of it: at 100 % this snapshot is lost"
    fi
  done
  # The last one is gone.
  [ "$count" -gt 0 ] || systemctl --quiet disable --now xenwright-snapshots.timer
}
