# shellcheck shell=sh disable=SC2154
# Physical volumes, whose groups may lie on several disks. In Dom0 the guest's groups get no names, for its own may be
# called the same: what lies where is read, nothing is activated, and each volume is a mapping with a name of ours. So
# plain volumes are opened there, linear or striped; others only in a rescue DomU, where the guest's names are free.
lvm_recognise() { [ "$type" = LVM2_member ]; }
lvm_members='' lvm_disk=1 lvm_depth=0
# Its verb and words; no settings of the host's count, nothing is written down about it here.
lvm_here() {
  verb=$1
  shift
  lvm "$verb" --quiet --config 'devices{use_devicesfile=0 scan_lvs=1 obtain_device_list_from_udev=0 filter=["a|.*|"] global_filter=["a|.*|"]} backup{backup=0 archive=0} activation{monitoring=0 udev_sync=0 udev_rules=0}' "$@" 2>/dev/null
}
lvm_report() {
  verb=$1
  shift
  lvm_here "$verb" --readonly --devices "$devices" --noheadings --separator '|' --units s --nosuffix --options "$@"
}
lvm_open() {
  if ! command -v lvm >/dev/null; then lacking lvm2 "$2"; return; fi
  lvm_members="$lvm_members $1"
  lvm_disk=$4 lvm_depth=$3
}
lvm_gather() {
  [ -n "$lvm_members" ] || return 0
  devices=$(printf '%s' "${lvm_members# }" | tr ' ' ',')
  lvm_members=''
  [ "$names" = private ] || lvm_here vgchange --devices "$devices" --activate y >/dev/null
  lvm_report pvs pv_name,pe_start | head -c 65536 >"$work/pvs"
  lvm_report lvs \
    vg_uuid,vg_name,lv_name,lv_attr,segtype,seg_start,seg_size,stripes,stripe_size,vg_extent_size,devices |
    head -c 262144 >"$work/lvs"
  # Of each volume: "lv GROUP NAME", its table, and "end"; or "no GROUP NAME KIND".
  LC_ALL=C awk -F '|' -v own="$names" '
    function leave() { if (name != "") print (bad != "" ? "no " name " " bad : "lv " name table "\nend"); name = table = bad = "" }
    { gsub(/^ +| +$/, "") }
    FILENAME ~ /pvs$/ { if ($2 ~ /^[0-9]+$/) from[$1] = $2; next }
    $2 !~ /^[A-Za-z0-9+_.-]+$/ || $3 !~ /^[A-Za-z0-9+_.-]+$/ { next }
    { if ($1 " " $2 " " $3 != key) { leave(); key = $1 " " $2 " " $3; name = $2 " " $3 } }
    own == "own" { next }
    # Origins and copies of a snapshot look linear, and are not.
    $4 !~ /^-/ || $5 !~ /^(linear|striped)$/ { if (bad == "") bad = ($4 ~ /^[os]/ ? "snapshot" : ($5 ~ /^[a-z0-9_+-]+$/ ? $5 : "unknown")); next }
    {
      count = split($11, parts, ",")
      line = ""
      for (n = 1; n <= count; n++) {
        if (!match(parts[n], /\([0-9]+\)$/)) { bad = "incomplete"; next }
        device = substr(parts[n], 1, RSTART - 1)
        if (!(device in from)) { bad = "incomplete"; next }
        line = line " " device " " sprintf("%.0f", from[device] + substr(parts[n], RSTART + 1, RLENGTH - 2) * $10)
      }
      if ($6 !~ /^[0-9]+$/ || $7 !~ /^[0-9]+$/) { bad = "unknown"; next }
      table = table "\n" $6 " " $7 (count == 1 ? " linear" : " striped " count " " $9) line
    }
    END { leave() }
  ' "$work/pvs" "$work/lvs" | head -n 1000 >"$work/volumes"
  lvm_volumes
}
lvm_volumes() {
  # Where parts are in no order, dmsetup refuses the table: lvm lists them in it.
  while read -r word group volume kind <&5; do
    label="$group/$volume"
    if [ "$word" = no ]; then
      case $kind in
        incomplete) say "The logical volume $label stays closed: its group lacks a disk." ;;
        *) say "The logical volume $label ($kind) stays closed: only a rescue DomU, without --files or --trusted, opens it." ;;
      esac
      continue
    fi
    doubled=$(printf '%s %s\n' "$group" "$volume" | sed 's/-/--/g; s/ /-/')
    aliases="/dev/$label,/dev/mapper/$doubled"
    if [ "$names" = own ]; then
      read -r _ <&5
      node=/dev/mapper/$doubled
      [ -b "$node" ] || { say "The logical volume $label cannot be activated."; continue; }
      case " $opened" in *" group:$group "*) ;; *) opened="group:$group $opened" ;; esac
    else
      mapped=$prefix-$((nodes + 1))
      while read -r line <&5 && [ "$line" != end ]; do printf '%s\n' "$line"; done >"$work/mapping"
      if ! quietly "$work/mapping" dmsetup create "$mapped" --uuid "XWR-$mapped" || ! hold_mapping "$mapped"; then
        say "The logical volume $label cannot be opened."
        continue
      fi
    fi
    found "$node" "logical volume $label" $((lvm_depth + 1)) "$lvm_disk" "$aliases"
  done 5<"$work/volumes"
}
