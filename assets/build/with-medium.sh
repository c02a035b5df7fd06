#!/bin/sh
# Mounts a medium, or binds the folder with its files, and runs a command: $1 the file, device or folder, $2 where, then
# the command. Run by sh -e in a mount namespace of its own.
from=$1 at=$2; shift 2
mkdir -p "$at"
if [ -d "$from" ]; then
  mount --bind "$from" "$at"
elif [ -b "$from" ] && [ "$(blockdev --getss "$from")" -gt 2048 ]; then
  # The kernel refuses iso9660 on larger sectors; those of a loop device on it are smaller.
  mount -t iso9660 -o ro,loop "$from" "$at"
else
  mount -t iso9660 -o ro "$from" "$at"
fi
exec "$@"
