#!/bin/sh
# Makes copies of several disks that are of one instant: the guest stands still meanwhile. $1 its number, or '' where it
# does not run or need not be held; $2 how many seconds each command may take; then the commands, a text each.
# However this ends, the guest goes on: also when whoever has started it is killed, as it gets SIGTERM then.
domain=$1 limit=$2
shift 2

go_on() { [ -z "$domain" ] || xl unpause "$domain"; }
trap go_on EXIT
trap 'exit 143' HUP INT TERM
if [ -n "$domain" ]; then xl pause "$domain" || exit 1; fi
for command; do
  eval "timeout --kill-after=5 $limit $command" || exit 1
done
