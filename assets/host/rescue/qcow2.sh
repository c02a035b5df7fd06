# shellcheck shell=sh disable=SC2154
# An image in qcow2, which its DomU's configuration says it is: nothing is ever taken for one because it looks like one.
# QEMU shows it as a plain file (FUSE), with no name in /dev and gone with this process namespace.
qcow2_recognise() { [ "$format" = qcow2 ]; }
qcow2_open() {
  if ! command -v qemu-storage-daemon >/dev/null; then lacking qemu-storage-daemon "$2"; return; fi
  modprobe -q fuse 2>/dev/null
  shown=$work/qcow2-$nodes
  : >"$shown"
  path=$(readlink -f -- "$1" | sed 's/[\\"]/\\&/g')
  there=$(printf '%s' "$shown" | sed 's/[\\"]/\\&/g')
  qemu-storage-daemon \
    --blockdev "{\"driver\":\"file\",\"node-name\":\"file\",\"filename\":\"$path\"}" \
    --blockdev '{"driver":"qcow2","node-name":"disk","file":"file"}' \
    --export "{\"type\":\"fuse\",\"id\":\"shown\",\"node-name\":\"disk\",\"mountpoint\":\"$there\",\"writable\":true}" \
    3>&- 4>&- </dev/null >"$work/said" 2>&1 &
  daemon=$!
  opened="daemon:$daemon $opened"
  round=0
  while [ ! -s "$shown" ]; do
    round=$((round + 1))
    if [ "$round" -gt 150 ] || ! kill -0 "$daemon" 2>/dev/null; then cleaned head -c 1000 "$work/said"; return; fi
    sleep 0.2
  done
  loop_over "$shown" 0 0 || return
  found "$node" "$2, qcow2" $(($3 + 1)) "$4" ''
}
