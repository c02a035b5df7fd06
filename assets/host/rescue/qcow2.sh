# shellcheck shell=sh
# Keeps an image in qcow2 open, which its DomU's configuration says it is (nothing is ever taken for one because it looks
# like one), as a loop over what QEMU shows of it (FUSE): $1 the image, $2 a path where it is shown, $3 the loop's number.
# Says "ready". Runs beside the session, not in it: QEMU must outlive every mount, or nobody could end those any more.
# When its standard input is closed, as whoever wants it ends or is killed, it waits until the loop has no user left, and
# ends QEMU then.
image=$1 shown=$2 number=$3
trap '' INT TERM HUP QUIT
add=0x4C80 remove=0x4C81
loops() { perl -e 'open(my $f, "+<", "/dev/loop-control") or exit 1; exit(defined(ioctl($f, hex($ARGV[0]), $ARGV[1] + 0)) ? 0 : 1)' "$1" "$number"; }
if ! command -v qemu-storage-daemon >/dev/null; then echo 'lacking qemu-storage-daemon'; exit 5; fi
modprobe -q fuse 2>/dev/null
: >"$shown"
path=$(printf '%s' "$image" | sed 's/[\\"]/\\&/g')
there=$(printf '%s' "$shown" | sed 's/[\\"]/\\&/g')
qemu-storage-daemon \
  --blockdev "{\"driver\":\"file\",\"node-name\":\"file\",\"filename\":\"$path\"}" \
  --blockdev '{"driver":"qcow2","node-name":"disk","file":"file"}' \
  --export "{\"type\":\"fuse\",\"id\":\"shown\",\"node-name\":\"disk\",\"mountpoint\":\"$there\",\"writable\":true}" \
  </dev/null >"$shown.log" 2>&1 &
daemon=$!
finish() {
  umount "$shown" 2>/dev/null
  kill -TERM "$daemon" 2>/dev/null
  wait "$daemon" 2>/dev/null
  rm -f "$shown" "$shown.log"
  loops "$remove"
}
refuse() {
  printf 'fault '
  tail -n 1 "$shown.log" | head -c 300 | LC_ALL=C tr -c '\n -~' '?'
  echo
  finish
  exit 5
}
round=0
while [ ! -s "$shown" ]; do
  round=$((round + 1))
  if [ "$round" -gt 300 ] || ! kill -0 "$daemon" 2>/dev/null; then refuse; fi
  sleep 0.2
done
loops "$add" || refuse
losetup "/dev/loop$number" "$shown" 2>>"$shown.log" || refuse
exec 4<"/dev/loop$number"
losetup --detach "/dev/loop$number"
echo ready
cat >/dev/null
exec 4<&-
while [ -e "/sys/block/loop$number/loop" ]; do sleep 0.2; done
finish
