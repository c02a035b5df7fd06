#!/bin/sh
# Keeps what guests write on their consoles within bounds. A guest may write as much as it likes, and this is Dom0's
# memory: of a long log its last part stays, so that one guest does not take the room of the others. XENWRIGHT_ROOT:
# what tests put in the place of /.
cd "$XENWRIGHT_ROOT/var/log/xen/console" || exit 0
set -- guest-*.log
[ -e "$1" ] || exit 0
# Half of the file system of 16 MiB for all of them, never less than 64 KiB for one.
limit=$((8192 / $#)); [ $limit -ge 64 ] || limit=64
for log in "$@"; do
  if [ ! -f "$log" ] || [ -L "$log" ]; then continue; fi
  [ $(($(stat -c %s "$log") / 1024)) -gt $limit ] || continue
  # xenconsoled appends: it goes on at the new end.
  last=$(mktemp -p /run) && tail -c $((limit / 2))K "$log" >"$last" && cat "$last" >"$log"
  rm -f "$last"
done
