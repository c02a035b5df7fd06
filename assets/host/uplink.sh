#!/bin/sh
# The pinned network card is gone (a card was replaced)? If exactly one other has a carrier, it takes over the pinned
# one's networkd file for this boot, and says so. Runs before the network is waited for. XENWRIGHT_ROOT: what tests put
# in the place of /. Usage: uplink PINNED-NAME...
sys=$XENWRIGHT_ROOT/sys/class/net
run=$XENWRIGHT_ROOT/run
gone=
for pinned in "$@"; do [ -e "$sys/$pinned" ] || gone="$gone $pinned"; done
[ -n "$gone" ] || exit 0

# Drivers that are slow to come get a moment.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  still=
  for pinned in $gone; do [ -e "$sys/$pinned" ] || still="$still $pinned"; done
  gone=$still
  [ -n "$gone" ] || exit 0
  sleep 1
done
set -- "$@" --

spare() {
  for path in "$sys"/*; do
    device=${path##*/}
    if [ ! -e "$path/device" ] || [ -e "$path/wireless" ] || [ -e "$path/master" ]; then continue; fi
    case "$device" in vif*|xw*) continue ;; esac
    case " $pins " in *" $device "*) continue ;; esac
    echo "$device"
  done
}
pins=$*
for device in $(spare); do ip link set "$device" up 2>/dev/null; done
sleep 5
set --
for device in $(spare); do [ "$(cat "$sys/$device/carrier" 2>/dev/null)" = 1 ] && set -- "$@" "$device"; done
mkdir -p "$run/xenwright" "$run/systemd/network"
first=${gone# }
first=${first%% *}
if [ "$#" -ne 1 ]; then
  message="the network card $first is gone, and $# others have a carrier: none was taken"
else
  sed "s/^Name=.*/Name=$1/" "$XENWRIGHT_ROOT/etc/systemd/network/20-xenwright-$first.network" \
    >"$run/systemd/network/19-xenwright-$1.network"
  networkctl reload
  networkctl reconfigure "$1"
  message="the network card $first is gone: $1 took its place"
fi
echo "$message" >"$run/xenwright/uplink-replaced"
echo "xenwright: $message"
echo "xenwright: $message" >"$XENWRIGHT_ROOT/dev/console"
