#!/bin/sh
# Files of a guest's ext4, read and written by debugfs: neither Dom0's kernel nor its shell meets the filesystem.
# $1 the device (with ?offset= where it begins later), $2 a folder of ours: what lies in there is put in the place of
# the guest's files; a file `LIST` has lines "NAME MODE PATH", NAME as it is called in the folder.
device=$1 from=$2
{
  while read -r name mode path; do
    chmod "$mode" "$from/$name"
    echo "rm $path"
    echo "write $from/$name $path"
  done <"$from/LIST"
} >"$from/COMMANDS"
debugfs -w -f "$from/COMMANDS" "$device" >/dev/null 2>"$from/ERRORS"
# rm of what is not there is no fault; what could not be written is.
while read -r name mode path; do
  debugfs -R "cat $path" "$device" 2>/dev/null | cmp -s - "$from/$name" || {
    echo "$path of the guest was not written" >&2
    tail -n 5 "$from/ERRORS" >&2
    exit 1
  }
done <"$from/LIST"
