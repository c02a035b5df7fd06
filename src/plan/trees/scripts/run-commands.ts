/**
 * /usr/lib/xenwright/run-commands: runs the profile's firstBoot commands once, each within its time; plain sh, for
 * guests too.
 */
export const RUN_COMMANDS = String.raw`#!/bin/sh
# Runs /etc/xenwright/first-boot.d/NN as its list says: NN SECONDS fail|continue. Each runs once, even over reboots.
state=/var/lib/xenwright-commands
mkdir -p "$state"
rm -f "$state/why"
while read -r name seconds on_error; do
  [ -e "$state/$name.done" ] && continue
  code=0
  timeout "$seconds" "/etc/xenwright/first-boot.d/$name" </dev/null || code=$?
  if [ "$code" -ne 0 ]; then
    [ "$code" -eq 124 ] && reason="ran longer than $seconds s" || reason="exit code $code"
    echo "firstBoot command $name: $reason" >&2
    if [ "$on_error" = fail ]; then
      echo "firstBoot command $name: $reason" >"$state/why"
      exit 1
    fi
  fi
  : >"$state/$name.done"
done </etc/xenwright/first-boot.d/list
: >"$state/done"
`;
