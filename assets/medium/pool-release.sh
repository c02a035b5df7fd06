#!/bin/sh
# Writes the Release file of the pool of a medium: $1 the content folder, $2 the suite, $3 the date. Run by sh -e.
cd "$1/dists/$2" || exit 1
components=''
for folder in ./*/binary-amd64; do component=${folder#./}; components="$components ${component%/*}"; done
{
  echo "Origin: Xenwright"
  echo "Label: Xenwright"
  echo "Suite: $2"
  echo "Codename: $2"
  echo "Date: $3"
  echo "Architectures: amd64"
  echo "Components: ${components# }"
  echo "SHA256:"
  find . -name Packages | LC_ALL=C sort | while read -r list; do
    echo " $(sha256sum < "$list" | cut -d" " -f1) $(stat -c %s "$list") ${list#./}"
  done
} > Release.new
mv Release.new Release
