#!/bin/bash
# The first process of a rescue DomU: loads its modules, waits for its disks, runs the session in namespaces of its own,
# as Dom0 does with --trusted, writes what came of it onto the disk that Dom0 reads, and switches the DomU off. It has no
# network. What to do is read from that disk, once: it may have passphrases on it.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root TERM=linux
told=/dev/xvdz
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o mode=0620,gid=5 devpts /dev/pts
mount -t tmpfs -o mode=0755 tmpfs /run
echo 1 >/proc/sys/kernel/printk
off() {
  sync
  echo o >/proc/sysrq-trigger
  while :; do sleep 60; done
}
ln -s /proc/self/fd /dev/fd
for module in /modules/*; do insmod "$module" 2>/dev/null; done
there() {
  for ((n = 0; n < 600; n += 1)); do
    [ ! -b "$1" ] || return 0
    sleep 0.2
  done
  echo "$1 did not appear."
  return 1
}
exec >/dev/hvc0 2>&1
there "$told" || off
mkdir /run/rescue
umask 077
dd if="$told" bs=64k count=1 status=none | tr -d '\000' >/run/words
dd if=/dev/zero of="$told" bs=64k count=1 conv=notrunc,fsync status=none
term=linux command='' disks='' rows=24 columns=80
# Sets these and the words of the session.
# shellcheck source=/dev/null
. /run/words
rm -f /run/words
umask 022
TERM=$term
for disk in $disks; do there "$disk" || off; done
: >/run/told
in_namespaces=(setsid --ctty --wait unshare --mount --pid --ipc --uts --fork --kill-child --mount-proc sh)
session=$(cat /session)
# Who switches the DomU off ends the session first.
echo $$ >/run/init
if [ -n "$command" ]; then
  "${in_namespaces[@]}" -c "$session" sh "$@" 3>>/run/told </dev/null 2>&1 | { head -c 1048576 >/run/output; cat >/dev/null; }
else
  stty rows "$rows" cols "$columns" </dev/hvc0 2>/dev/null
  "${in_namespaces[@]}" -m -c "$session" sh "$@" 3>>/run/told </dev/hvc0 >/dev/hvc0 2>&1
  if ! grep -q '^closed$' /run/told; then
    echo 'Its system could not be opened. This is a shell of the rescue DomU itself; "exit" leaves it.' >/dev/hvc0
    PS1='rescue DomU # ' setsid --ctty --wait bash --norc -i </dev/hvc0 >/dev/hvc0 2>&1
  fi
  : >/run/output
fi
{
  printf 'XWR1\n'
  head -c 60000 /run/told
} | dd of="$told" bs=64k seek=1 conv=notrunc,fsync iflag=fullblock status=none
{
  printf '%s\n' "$(wc -c </run/output)"
  cat /run/output
} | dd of="$told" bs=64k seek=2 conv=notrunc,fsync iflag=fullblock status=none
off
