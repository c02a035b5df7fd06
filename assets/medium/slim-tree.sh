#!/bin/sh
# Takes out of the live tree $1 documentation but for licences, translations, what the medium has beside the squashfs,
# and what differs from build to build; $2 is the newest time that a file may have, in seconds. Run by sh -e.
cd "$1" || exit 1
rm -f boot/vmlinuz-* boot/initrd.img-* boot/netboot.img-* vmlinuz* initrd.img*
rmdir --ignore-fail-on-non-empty var/log/journal
find usr/share/doc -type f ! -name copyright -delete
find usr/share/doc -type l -delete
find usr/share/doc -type d -empty -delete
rm -rf usr/share/man/* usr/share/info/* usr/share/locale/* usr/share/lintian usr/share/doc-base
rm -rf var/cache/apt/* var/cache/debconf/*-old var/cache/ldconfig/*
# The day on which a package made its user.
sed -i -E "s/^(([^:]*:){2})[0-9]+:/\1$(($2 / 86400)):/" etc/shadow
rm -f etc/shadow- etc/passwd- etc/group- etc/gshadow- etc/.pwd.lock
find . -xdev -newermt "@$2" -exec touch --no-dereference --date="@$2" {} +
# setupcon makes its scripts again, at every start, unless they are newer than what they are made from.
touch --date="@$(($2 - 1))" etc/default/keyboard etc/default/console-setup
