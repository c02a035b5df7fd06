#!/bin/sh
# Written by Xenwright: starts Xen; after a start of it that nobody confirmed the previous Xen, if that was another, and
# then the plain kernel.
# /etc/grub.d/09_xenwright, run by every update-grub after 00_header and before 10_linux: its `set default` wins, and
# its entries come first.
set -e
boot=${XENWRIGHT_BOOT:-/boot}
# Those of this host are filled in when it is installed.
hypervisor=xen
boot_uuid=00000000-0000-0000-0000-000000000000
xen_arguments='dom0_mem=1024M,max:1024M'
linux_under_xen='root=/dev/sda1 ro'
linux_plain='root=/dev/sda1 ro'

# Newest first, by version; a Dom0 kernel must say that it can be one. A full disk leaves empty files.
newest_kernel() {
  for kernel in $(printf '%s\n' "$boot"/vmlinuz-* | sort -rV); do
    version=${kernel##*/vmlinuz-}
    if [ ! -s "$kernel" ] || [ ! -s "$boot/initrd.img-$version" ]; then continue; fi
    if [ "$1" = dom0 ] && ! grep -qs '^CONFIG_XEN_DOM0=y' "$boot/config-$version"; then continue; fi
    echo "$version"
    return
  done
}
plain=$(newest_kernel any)
[ -n "$plain" ] || { echo "09_xenwright: no kernel with an initrd in $boot" >&2; exit 1; }
xen=''
dom0=''
if [ "$hypervisor" = xen ]; then
  xen=$(for one in "$boot"/xen-*.gz; do [ -e "$one" ] && echo "$one"; done | sort -rV | head -n 1)
  dom0=$(newest_kernel dom0)
fi
if [ -z "$xen" ] || [ -z "$dom0" ]; then
  xen=''
  [ "$hypervisor" = none ] ||
    echo "09_xenwright: no hypervisor or no Dom0 kernel in $boot: only the plain kernel can be started" >&2
fi

find_boot="insmod part_gpt
	insmod ext2
	search --no-floppy --fs-uuid --set=root $boot_uuid"

load_plain="echo 'Loading Linux $plain ...'
	linux /vmlinuz-$plain $linux_plain
	echo 'Loading its initial ramdisk ...'
	initrd /initrd.img-$plain"

# A tab more at each line: for what stands in a block.
deeper() { sed 's/^/	/'; }

# GRUB's words that load $1 (a path below /boot) with the kernel $2, once its checksum is right ($3): xen_ready says
# whether all of it is there. $4: what is noted before; $5: what the kernel is told, so that the host knows.
load_xen() {
  cat <<EOF
if hashsum --hash sha256 --check /grub/$3 --prefix "(\$root)"; then
	set xenwright_state=$4
	save_env xenwright_state
	if [ "\$grub_platform" = "pc" -o "\$grub_platform" = "" ]; then
		xen_rm_opts=
	else
		xen_rm_opts="no-real-mode edd=off"
	fi
	echo 'Loading Xen ${1##*/} ...'
	multiboot2 /$1 placeholder $xen_arguments \${xen_rm_opts}
	if [ "\$?" = "0" ]; then
		echo 'Loading Linux $2 ...'
		module2 /vmlinuz-$2 placeholder $linux_under_xen xenwright.entry=$5
		if [ "\$?" = "0" ]; then
			echo 'Loading its initial ramdisk ...'
			module2 --nounzip /initrd.img-$2
			if [ "\$?" = "0" ]; then
				set xen_ready=true
			fi
		fi
	fi
fi
EOF
}

# Where Xen is not ready. Else GRUB would show its menu, and wait for a person.
or_plain() {
  cat <<EOF
if [ "\${xen_ready}" != "true" ]; then
	set xenwright_state=damaged
	save_env xenwright_state
	$load_plain
fi
EOF
}

# The last pair of a hypervisor and a kernel that came up (see confirm.sh), where it is another than the newest: sets
# good_kernel, or nothing. A kernel that is gone is replaced by the newest.
find_previous() {
  good_kernel=''
  if [ ! -s "$boot/grub/xenwright-good" ] || [ ! -s "$boot/grub/xenwright-good.gz" ]; then return 0; fi
  read -r good_sum kernel good_name <"$boot/grub/xenwright-good" || return 0
  if [ ! -s "$boot/vmlinuz-$kernel" ] || [ ! -s "$boot/initrd.img-$kernel" ]; then kernel=$dom0; fi
  [ "$good_sum $kernel" != "$newest_sum $dom0" ] || return 0
  [ "$(sha256sum "$boot/grub/xenwright-good.gz" | cut -d ' ' -f 1)" = "$good_sum" ] || return 0
  good_kernel=$kernel
}

if [ -n "$xen" ]; then
  # GRUB unpacks a torn xen.gz without a word and jumps into what there is: it compares this first. Of a file that is
  # damaged already no checksum counts: GRUB then starts what came up before, or the plain kernel, and the host says why.
  xen=${xen##*/}
  if gzip -t "$boot/$xen" 2>/dev/null; then
    newest_sum=$(sha256sum "$boot/$xen" | cut -d ' ' -f 1)
  else
    echo "09_xenwright: $boot/$xen is damaged: the next start would be without it. Install its package again" >&2
    newest_sum=$(printf '%064d' 0)
  fi
  echo "$newest_sum  $xen" >"$boot/grub/xenwright.sha256"
  find_previous
  # What was tried and not confirmed is held against this pair alone: after the next update the newest is tried again.
  pair=$(echo "$newest_sum $dom0" | sha256sum | cut -c 1-16)
  if [ -n "$good_kernel" ]; then
    echo "$good_sum  grub/xenwright-good.gz" >"$boot/grub/xenwright-good.sha256"
    cat <<EOF
if [ "\${boot_once}" != "true" ]; then
  if [ "\${xenwright_state}" = "trying" ]; then
    set xenwright_bad=$pair
    save_env xenwright_bad
    set default=xenwright-previous
  elif [ "\${xenwright_bad}" != "$pair" ]; then
    set default=xenwright-xen
  elif [ "\${xenwright_state}" = "previous" ]; then
    set xenwright_state=failed
    save_env xenwright_state
    set default=xenwright-plain
  else
    set default=xenwright-previous
  fi
fi
EOF
  else
    cat <<EOF
if [ "\${boot_once}" != "true" ]; then
  if [ "\${xenwright_state}" = "trying" ]; then
    set xenwright_state=failed
    save_env xenwright_state
    set default=xenwright-plain
  else
    set default=xenwright-xen
  fi
fi
EOF
  fi
  cat <<EOF
# Of this one GRUB understands numbers only: the entry after the first.
set fallback=1
menuentry 'Debian, with Xen (${xen%.gz}, Linux $dom0)' --class debian --class xen --id xenwright-xen {
	$find_boot
	insmod hashsum
	set xen_ready=
$(load_xen "$xen" "$dom0" xenwright.sha256 trying newest | deeper)
EOF
  if [ -n "$good_kernel" ]; then
    cat <<EOF
	if [ "\${xen_ready}" != "true" ]; then
		set xenwright_bad=$pair
		save_env xenwright_bad
$(load_xen grub/xenwright-good.gz "$good_kernel" xenwright-good.sha256 previous previous | deeper | deeper)
	fi
EOF
  fi
  or_plain | deeper
  echo '}'
  if [ -n "$good_kernel" ]; then
    cat <<EOF
menuentry 'Debian, with the previous Xen (${good_name%.gz}, Linux $good_kernel)' --class debian --class xen --id xenwright-previous {
	$find_boot
	insmod hashsum
	set xen_ready=
$(load_xen grub/xenwright-good.gz "$good_kernel" xenwright-good.sha256 previous previous | deeper)
$(or_plain | deeper)
}
EOF
  fi
else
  cat <<EOF
if [ "\${boot_once}" != "true" ]; then
  set default=xenwright-plain
fi
EOF
fi

cat <<EOF
menuentry 'Debian, without Xen (Linux $plain)' --class debian --id xenwright-plain {
	$find_boot
	$load_plain
}
EOF
