#!/bin/sh
# xl for tests of the rescue, in the folder of a host: a domain runs while up/NAME has its number; with a file `stuck`
# it is not stopped by asking, and `state` is what the list says of it.
echo "$*" >>log
case $1 in
  list)
    echo 'Name                                        ID   Mem VCPUs      State   Time(s)'
    echo 'Domain-0                                     0  1024     2     r-----     100.1'
    for one in up/*; do
      [ -e "$one" ] || continue
      printf '%-40s %5d   384     1     %s       1.0\n' "${one#up/}" "$(cat "$one")" "$(cat state 2>/dev/null || echo -b----)"
    done
    ;;
  shutdown) [ -e stuck ] || rm -f up/* ;;
  destroy) rm -f up/* ;;
esac
