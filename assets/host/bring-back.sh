#!/bin/sh
# After a restart by `xenwright host restart`: starts the DomUs that ran before and do not start with the host by
# themselves. A line each: "own NAME", or "config FILE" of one that was made by hand. XENWRIGHT_ROOT: what tests put in
# the place of /.
list=${XENWRIGHT_ROOT:-}/var/lib/xenwright/bring-back
starter=${XENWRIGHT_STARTER:-/usr/lib/xenwright/domus}
[ -f "$list" ] || exit 0
lines=$(cat "$list")
# First: what cannot be started is not tried again at every start.
rm -f "$list"
failed=0
own=''
while read -r kind what; do
  case $kind in
    own)
      case $what in '' | -* | *[!A-Za-z0-9_.+-]*) continue ;; esac
      own="$own $what"
      ;;
    config)
      case $what in /*) ;; *) continue ;; esac
      xl create "$what" || { echo "$what: not started" >&2; failed=1; }
      ;;
  esac
done <<EOF
$lines
EOF
# shellcheck disable=SC2086 # names, which have no blanks
[ -z "$own" ] || "$starter" start $own || failed=1
exit $failed
