#!/bin/sh
# After package upgrades: is Xen still what boots, with tools that match it? Reads grub.cfg back; mends it once by
# update-grub; says aloud what is still wrong. Exit 1: something is. XENWRIGHT_ROOT: what tests put in the place of /.
# Those of this host are filled in when it is installed; the memory is Dom0's, in MiB.
hypervisor=xen
memory=1024
boot=${XENWRIGHT_BOOT:-/boot}
config="$boot/grub/grub.cfg"
# Before the boot loader is there (a tree that is being built) there is nothing to verify.
[ -e "$config" ] || exit 0

entry() { sed -n "/^menuentry .*--id $1 /,/^}/p" "$config"; }

files_there() {
  entry "$1" |
    sed -nE 's/^[[:space:]]*(multiboot2|module2|linux|initrd) (--nounzip )?(\/[^ ]+).*/\3/p' |
    while read -r file; do
      [ -s "$boot$file" ] || echo "the boot entry $1 needs $boot$file, which is missing or empty"
    done
}

faults() {
  [ -n "$(entry xenwright-plain)" ] || echo "grub.cfg has no entry for the plain kernel"
  files_there xenwright-plain
  [ "$hypervisor" = xen ] || return 0
  if [ -z "$(entry xenwright-xen)" ]; then
    echo "grub.cfg has no entry for Xen: the next start would be without it"
    return 0
  fi
  grep -q 'set default=xenwright-xen' "$config" || echo "Xen is not the default in grub.cfg"
  entry xenwright-xen | grep -q "dom0_mem=${memory}M" ||
    echo "the entry for Xen does not fix Dom0's memory at $memory MiB"
  files_there xenwright-xen
  newest=$(for one in "$boot"/xen-*.gz; do [ -e "$one" ] && echo "$one"; done | sort -rV | head -n 1)
  entry xenwright-xen | grep -q "multiboot2 /${newest##*/} " ||
    echo "the entry for Xen does not start the newest hypervisor, $newest"
  if [ -n "$newest" ] && ! gzip -t "$newest" 2>/dev/null; then
    echo "the hypervisor $newest is damaged: install its package again"
  elif ! (cd "$boot" && sha256sum --quiet --check grub/xenwright.sha256 >/dev/null 2>&1); then
    echo "the hypervisor in $boot is not the one whose checksum GRUB compares"
  fi
  version=$(entry xenwright-xen | sed -nE 's/.*multiboot2 \/xen-([0-9]+\.[0-9]+).*/\1/p')
  [ -d "${XENWRIGHT_LIB:-/usr/lib}/xen-$version/bin" ] ||
    echo "there are no tools for Xen $version: install xen-utils-$version"
}

found=$(faults)
if [ -n "$found" ] && [ -z "$XENWRIGHT_BOOT" ]; then
  update-grub >/dev/null 2>&1
  found=$(faults)
fi
report=${XENWRIGHT_ROOT:-}/run/xenwright/boot-faults
mkdir -p "$XENWRIGHT_ROOT/run/xenwright"
if [ -z "$found" ]; then
  rm -f "$report"
  exit 0
fi
echo "$found" >"$report"
echo "$found" | while read -r line; do
  echo "xenwright: $line" >&2
  logger -t xenwright -p user.err "$line" 2>/dev/null
done
exit 1
