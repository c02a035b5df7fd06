#!/bin/sh
# GRUB's files, core images and menu, in Dom0's tree, without its disks. $1 platforms (words), $2 the UUID of /boot's
# filesystem, $3 the number of its partition, $4 a program that answers for grub-probe and grub-mkrelpath. Run by sh -e.
platforms=$1 boot_uuid=$2 number=$3 answers=$4
umask 022
for platform in $platforms; do
  here=/usr/lib/grub/$platform there=/boot/grub/$platform
  mkdir -p "$there"
  cp "$here"/*.mod "$here"/*.lst "$there/"
  case $platform in
    i386-pc)
      cp "$here/boot.img" "$there/"
      # The BIOS tells which disk it has started from: /boot is on the same one.
      grub-mkimage --format=i386-pc --output="$there/core.img" --prefix="(,gpt$number)/grub" biosdisk part_gpt ext2
      ;;
    x86_64-efi)
      printf "search.fs_uuid %s root\nset prefix=(\$root)/grub\n" "$boot_uuid" > "$there/load.cfg"
      grub-mkimage --format=x86_64-efi --output="$there/core.efi" --prefix=/grub --config="$there/load.cfg" \
        part_gpt ext2 search_fs_uuid
      ;;
  esac
done
mkdir -p /boot/grub/fonts /boot/grub/locale
cp /usr/share/grub/unicode.pf2 /boot/grub/fonts/
for file in /usr/share/locale/*/LC_MESSAGES/grub.mo; do
  [ -e "$file" ] || continue
  language=${file#/usr/share/locale/}
  cp "$file" "/boot/grub/locale/${language%%/*}.mo"
done
probe=$(command -v grub-probe) relative=$(command -v grub-mkrelpath)
mount --bind "$answers" "$probe"
mount --bind "$answers" "$relative"
status=0
update-grub || status=$?
umount "$relative" "$probe"
[ $status = 0 ] || exit $status
grub-editenv /boot/grub/grubenv create
