# shellcheck shell=sh
# Makes the initrd of a rescue DomU out of this host's own programs and modules: $1 a folder with its init, poweroff and
# session, $2 the release of the kernel. Leaves $1/initrd-$2, made anew when any of what it is made of has changed.
# Nothing else of this host is in it: a guest's programs run beside it. Run by sh -e.
folder=$1 kernel=$2
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
image=$folder/initrd-$kernel
needed='sh bash mount umount losetup blkid partx unshare setpriv setsid insmod e2fsck awk sed sort cat cp mv mkdir mknod chmod
  chown chroot ls ln rm head tail tr wc sleep sync stat readlink dirname basename env dd stty grep cut touch uname df id'
useful='hostname lvm dmsetup cryptsetup mdadm dmeventd thin_check pdata_tools fsck.vfat xfs_repair btrfs mke2fs resize2fs tune2fs
  debugfs dumpe2fs lsblk wipefs blockdev vi nano less more find xargs tar gzip diff tee od cmp ps du date'
modules='xen-blkfront loop ext4 xfs btrfs vfat nls_cp437 nls_ascii nls_utf8 nls_iso8859-1 dm-mod dm-crypt dm-mirror
  dm-snapshot dm-thin-pool dm-raid dm-cache dm-integrity raid0 raid1 raid10 raid456 linear xts cbc essiv sha256 sha512
  algif_skcipher algif_hash aesni_intel crc32c'
found=''
for name in $needed $useful; do
  path=$(command -v "$name") || path=''
  case $path in
    /*) found="$found $path" ;;
    *) case " $useful " in *[[:space:]]"$name"[[:space:]]*) ;; *) echo "$name is missing" >&2; exit 1 ;; esac ;;
  esac
done
stamp=$({
  echo "$kernel $found"
  cat "$folder/init" "$folder/poweroff" "$folder/session"
  # shellcheck disable=SC2086 # Paths of programs, each a word.
  stat --dereference --format '%n %s %Y' $found "/lib/modules/$kernel/modules.dep"
} | sha256sum)
if [ -s "$image" ] && [ "$(cat "$image.made-of" 2>/dev/null)" = "$stamp" ]; then exit 0; fi

rm -f "$folder"/initrd-*
tree=$(mktemp -d "$folder/tree.XXXXXX")
trap 'rm -rf "$tree"' EXIT
for name in bin sbin lib lib64; do
  mkdir -p "$tree/usr/$name"
  ln -s "usr/$name" "$tree/$name"
done
mkdir "$tree/dev" "$tree/proc" "$tree/sys" "$tree/run" "$tree/tmp" "$tree/etc" "$tree/root" "$tree/modules" "$tree/mnt"
ln -s /proc/self/mounts "$tree/etc/mtab"
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$tree/etc/passwd"
printf 'root:x:0:\n' >"$tree/etc/group"
put() {
  mkdir -p "$tree${1%/*}"
  [ -e "$tree$1" ] || cp --dereference --preserve=mode "$1" "$tree$1"
}
for path in $found; do
  put "$path"
  ldd "$path" 2>/dev/null | grep -o '/[^ )]*' | while read -r library; do put "$library"; done
done
# What glibc loads when a thread ends, which cryptsetup has.
for library in /lib/*/libgcc_s.so.1 /usr/lib/*/libgcc_s.so.1; do [ ! -e "$library" ] || put "$library"; done
terminfo=/lib/terminfo
if [ -d "$terminfo" ]; then mkdir -p "$tree/usr/lib/terminfo"; cp -r "$terminfo"/[lvxd] "$tree/usr/lib/terminfo/" 2>/dev/null || :; fi
for name in init poweroff session; do cp "$folder/$name" "$tree/$name"; done
chmod 0755 "$tree/init" "$tree/poweroff"
ln -s /poweroff "$tree/usr/sbin/poweroff"
number=100
for name in $modules; do
  modprobe --set-version "$kernel" --show-depends "$name" 2>/dev/null || :
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
  while read -r path; do
    number=$((number + 1)) name=${path##*/}
    case $path in
      *.xz) xz --decompress --stdout "$path" >"$tree/modules/$number-${name%.xz}" ;;
      *.zst) zstd --quiet --decompress --stdout "$path" >"$tree/modules/$number-${name%.zst}" ;;
      *) cp "$path" "$tree/modules/$number-$name" ;;
    esac
  done
(cd "$tree" && find . | sort | cpio --quiet --create --format=newc) >"$image.new"
mv "$image.new" "$image"
printf '%s\n' "$stamp" >"$image.made-of"
