#!/bin/sh
# Asks apt for all installed packages, then the tree for what apt does not know. One line each: kind, name, version,
# architecture, sum.
dpkg-query -W -f '${db:Status-Status} ${Package} ${Version} ${Architecture}\n' |
  while read -r status name version architecture; do
    [ "$status" = installed ] || continue
    files=/var/lib/dpkg/info/$name.md5sums
    [ -e "$files" ] || files=/var/lib/dpkg/info/$name:$architecture.md5sums
    [ -e "$files" ] || files=/var/lib/dpkg/info/$name.list
    echo "files $name $version $architecture $(sha256sum < "$files" 2>/dev/null | cut -d" " -f1)"
  done
dpkg-query -W -f '${Package}:${Architecture}=${Version}\n' | sed "s/:all=/=/" | xargs apt-cache show 2>/dev/null |
  while IFS= read -r line; do
    case $line in
      "Package: "*) name=${line#*: } ;;
      "Version: "*) version=${line#*: } ;;
      "Architecture: "*) architecture=${line#*: } ;;
      "SHA256: "*) echo "deb $name $version $architecture ${line#*: }" ;;
    esac
  done
