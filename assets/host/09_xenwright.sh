#!/bin/sh
# Written by Xenwright: starts Xen, and the plain kernel after a start of Xen that nobody confirmed.
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

if [ -n "$xen" ]; then
  # GRUB unpacks a torn xen.gz without a word and jumps into what there is: it compares this first. Of a file that is
  # damaged already no checksum counts: GRUB then starts the plain kernel, and the host says why.
  xen=${xen##*/}
  if gzip -t "$boot/$xen" 2>/dev/null; then
    (cd "$boot" && sha256sum "$xen")
  else
    echo "09_xenwright: $boot/$xen is damaged: the next start would be without Xen. Install its package again" >&2
    printf '%064d  %s\n' 0 "$xen"
  fi >"$boot/grub/xenwright.sha256"
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
# Of this one GRUB understands numbers only: the entry after the first.
set fallback=1
menuentry 'Debian, with Xen (${xen%.gz}, Linux $dom0)' --class debian --class xen --id xenwright-xen {
	$find_boot
	insmod hashsum
	set xen_ready=
	if hashsum --hash sha256 --check /grub/xenwright.sha256 --prefix "(\$root)"; then
		set xenwright_state=trying
		save_env xenwright_state
		if [ "\$grub_platform" = "pc" -o "\$grub_platform" = "" ]; then
			xen_rm_opts=
		else
			xen_rm_opts="no-real-mode edd=off"
		fi
		echo 'Loading Xen ${xen%.gz} ...'
		multiboot2 /$xen placeholder $xen_arguments \${xen_rm_opts}
		if [ "\$?" = "0" ]; then
			echo 'Loading Linux $dom0 ...'
			module2 /vmlinuz-$dom0 placeholder $linux_under_xen
			if [ "\$?" = "0" ]; then
				echo 'Loading its initial ramdisk ...'
				module2 --nounzip /initrd.img-$dom0
				if [ "\$?" = "0" ]; then
					set xen_ready=true
				fi
			fi
		fi
	fi
	if [ "\${xen_ready}" != "true" ]; then
		# Else GRUB would show its menu, and wait for a person.
		set xenwright_state=damaged
		save_env xenwright_state
		$load_plain
	fi
}
EOF
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
