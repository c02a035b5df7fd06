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
      printf '%-40s %5d %5d     1     %s       1.0\n' "${one#up/}" "$(cat "$one")" "$(cat memory 2>/dev/null || echo 384)" "$(cat state 2>/dev/null || echo -b----)"
    done
    ;;
  shutdown) [ -e stuck ] || rm -f up/* ;;
  destroy) rm -f up/* ;;
  info) cat info ;;
  # A rescue DomU: what it is made of is kept, it tells what the test wants told, and ends a moment later.
  create)
    cp "$2" created
    told=$(sed -n 's/.*vdev=xvdz, access=rw, target=\([^"]*\)".*/\1/p' "$2")
    head -c 65536 "$told" | tr -d '\000' >orders
    if [ -e tells ]; then
      # shellcheck disable=SC2016 # JavaScript's own
      node -e 'const fs = require("fs"); const { said, output } = JSON.parse(fs.readFileSync("tells")); const file = fs.openSync(process.argv[1], "r+"); fs.writeSync(file, said, 65536); fs.writeSync(file, `${Buffer.byteLength(output)}\n${output}`, 131072);' "$told"
    fi
    echo 9 >up/web1.rescue
    { sleep 1; rm -f up/web1.rescue; } >/dev/null 2>&1 &
    ;;
esac
