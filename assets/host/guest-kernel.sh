#!/bin/sh
# Takes kernel and initrd out of a guest's ext4 by debugfs. $1 the device, $2 the folder they come to lie in.
# /vmlinuz and /initrd.img are links into /boot; what leads elsewhere is none.
for name in vmlinuz initrd.img; do
  target=$(debugfs -R "stat /$name" "$1" 2>/dev/null | sed -n 's/^Fast link dest: "\/\{0,1\}\(boot\/[A-Za-z0-9._+-]*\)"$/\1/p')
  [ -n "$target" ] || { echo "the guest has no /$name that leads into its /boot" >&2; exit 1; }
  rm -f "$2/$name.new"
  debugfs -R "dump /$target $2/$name.new" "$1" 2>/dev/null
  [ -s "$2/$name.new" ] || { echo "/$target of the guest cannot be read" >&2; exit 1; }
  sync "$2/$name.new"
  mv -f "$2/$name.new" "$2/$name"
done
