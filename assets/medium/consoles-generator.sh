#!/bin/sh
# A session on the screen and on every console of the kernel command line, a root shell on tty2, no other logins.
# Symlinks are made at boot, since the consoles are known only then. Masks need the early folder: it goes before /etc.
# XENWRIGHT_ROOT: what tests put in the place of /.
normal="$1"; early="$2"
wants="$normal/multi-user.target.wants"
mkdir -p "$wants" "$normal/getty.target.wants"
start() {
  ln -sf /etc/systemd/system/xenwright-session@.service "$wants/xenwright-session@$1.service"
  ln -sf /dev/null "$early/getty@$1.service"
  ln -sf /dev/null "$early/serial-getty@$1.service"
}
start tty1
ln -sf /usr/lib/systemd/system/getty@.service "$normal/getty.target.wants/getty@tty2.service"
ln -sf /dev/null "$early/systemd-networkd-wait-online.service"
read -r words <"$XENWRIGHT_ROOT/proc/cmdline"
for word in $words; do
  case "$word" in
    console=tty[0-9]*|console=tty|console=ttynull*) ;;
    console=*)
      name="${word#console=}"; name="${name%%,*}"
      case "$name" in *[!A-Za-z0-9]*) ;; *) start "$name" ;; esac
      ;;
  esac
done
exit 0
