#!/bin/sh
# Makes the appliance's own initrd, in its tree: $1 a folder with the init, then the modules. Leaves
# /boot/initrd.img-<version of the kernel>. Run by sh -e.
folder=$1; shift
kernel=$(printf '%s\n' /lib/modules/* | sort -V | tail -n 1); kernel=${kernel##*/}
mkdir -p "$folder/bin" "$folder/dev" "$folder/sys" "$folder/root" "$folder/modules"
cp /bin/busybox "$folder/bin/busybox"; chmod 755 "$folder/init"
n=100
modprobe --all --set-version "$kernel" --show-depends "$@" |
  awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
  while read -r path; do
    name=${path##*/}; name=${name%.xz}; n=$((n + 1))
    case $path in *.xz) /bin/busybox unxz -c "$path" ;; *) cat "$path" ;; esac > "$folder/modules/$n-$name"
  done
find "$folder/modules" -type f | grep -q . || { echo "no modules found" >&2; exit 1; }
cd "$folder" || exit 1
find . | sort | cpio --quiet --create --format=newc > "/boot/initrd.img-$kernel"
rm -rf "$folder"
