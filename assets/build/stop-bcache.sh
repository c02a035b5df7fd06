#!/bin/sh
# Ends what bcache does with a device: $1 its name in /sys/class/block, $2 how many seconds may pass. A cache writes what
# it has for other disks back to them first. Ends with 1 where it still has the device. Run by sh -e.
folder=/sys/class/block/$1/bcache
if [ -e "$folder/set/unregister" ]; then echo 1 > "$folder/set/unregister"; fi
if [ -e "$folder/stop" ]; then echo 1 > "$folder/stop"; fi
seconds=0
while [ -e "$folder" ]; do
  if [ "$seconds" -ge "$2" ]; then exit 1; fi
  sleep 1
  seconds=$((seconds + 1))
done
