#!/bin/sh
# Runs the profile's firstBoot commands, /etc/xenwright/first-boot.d/NN, as their list says: NN SECONDS fail|continue.
# Each runs once, even over reboots, and within its time. Plain sh, for guests too. XENWRIGHT_ROOT: what tests put in
# the place of /.
state=$XENWRIGHT_ROOT/var/lib/xenwright-commands
folder=$XENWRIGHT_ROOT/etc/xenwright/first-boot.d
mkdir -p "$state"
rm -f "$state/why"
while read -r name seconds on_error; do
  [ -e "$state/$name.done" ] && continue
  code=0
  timeout "$seconds" "$folder/$name" </dev/null || code=$?
  if [ "$code" -ne 0 ]; then
    [ "$code" -eq 124 ] && reason="ran longer than $seconds s" || reason="exit code $code"
    echo "firstBoot command $name: $reason" >&2
    if [ "$on_error" = fail ]; then
      echo "firstBoot command $name: $reason" >"$state/why"
      exit 1
    fi
  fi
  : >"$state/$name.done"
done <"$folder/list"
: >"$state/done"
