#!/bin/sh
# Adds packages to the pool of a medium: $1 the content folder, $2 the suite, then the packages. Sections say which
# component a package belongs to. Run by sh -e.
content=$1 suite=$2; shift 2; cd "$content" || exit 1
for deb in "$@"; do
  file=${deb##*/}; name=${file%%_*}; section=$(dpkg-deb -f "$deb" Section)
  case $section in */*) component=${section%%/*} ;; *) component=main ;; esac
  case $name in lib?*) letter=$(echo "$name" | cut -c1-4) ;; *) letter=$(echo "$name" | cut -c1) ;; esac
  folder=pool/$component/$letter/$name; mkdir -p "$folder"; [ -e "$folder/$file" ] || cp "$deb" "$folder/$file"
  list=dists/$suite/$component/binary-amd64/Packages; mkdir -p "${list%/*}"
  {
    dpkg-deb -f "$deb" Package Source Version Architecture Maintainer Installed-Size Depends Pre-Depends Recommends \
      Suggests Conflicts Breaks Replaces Provides Enhances Essential Important Protected Multi-Arch Section Priority \
      Description
    echo "Filename: $folder/$file"
    echo "Size: $(stat -c %s "$deb")"
    echo "SHA256: $(sha256sum < "$deb" | cut -d" " -f1)"
    echo
  } >> "$list"
done
