#!/bin/sh
# The changing half of `xenwright host upgrade`, in a unit of systemd of its own, so that it goes on when the connection
# is lost. $1: commands that renew GRUB on the disks, for sh; empty: not now. Everything is fetched before anything is
# installed.
set -e
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none LC_ALL=C
# Configuration files that somebody has changed stay as they are.
upgrade() {
  apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    -o APT::Get::Always-Include-Phased-Updates=false --with-new-pkgs "$@" upgrade </dev/null
}
upgrade --download-only
upgrade
[ -z "$1" ] || sh -e -c "$1"
