#!/bin/sh
# Tells Dom0 through xenstore that this guest is up, or why it is not. Plain sh: a guest may have no more.
# XENWRIGHT_ROOT: what tests put in the place of /. Usage: up NAME WANTS_ADDRESS(yes|no)
name=$1 wants_address=$2
# Slow machines (an emulated one above all) get more time: by how long kernel and initrd took at boot.
slow=$(($(systemctl show -p UserspaceTimestampMonotonic --value 2>/dev/null || echo 0) / 10000000))
[ "$slow" -lt 1 ] && slow=1; [ "$slow" -gt 10 ] && slow=10

tell() { xenstore-write "data/xenwright/$1" "$2" 2>/dev/null; }
addresses() {
  ip -o addr show scope global 2>/dev/null | awk '!/ tentative/ { sub("/.*", "", $4); print $4 }' | sort -u |
    awk '/\./ { v4 = v4 $0 " " } /:/ { v6 = v6 $0 " " } END { print v4 v6 }'
}
now() { read -r up _ </proc/uptime; echo "${up%%.*}"; }
# Tries again until it works or the time is up: soon at first, then every 5 s, since asking takes time from what is
# waited for.
within() {
  end=$(($(now) + $1 * slow)) pause=1; shift
  until "$@"; do
    [ "$(now)" -ge "$end" ] && return 1
    sleep "$pause"
    pause=$((pause * 2)); [ "$pause" -gt 5 ] && pause=5
  done
}
has_address() { [ -n "$(addresses | tr -d ' ')" ]; }

why=
[ -s "$XENWRIGHT_ROOT/var/lib/xenwright-commands/why" ] && why=$(cat "$XENWRIGHT_ROOT/var/lib/xenwright-commands/why")
if [ -z "$why" ] && [ "$wants_address" = yes ] && ! within 30 has_address; then why="it has no address"; fi
for check in "$XENWRIGHT_ROOT"/etc/xenwright/health.d/*; do
  if [ -n "$why" ] || [ ! -x "$check" ]; then continue; fi
  within 60 timeout $((30 * slow)) "$check" >/dev/null 2>&1 </dev/null ||
    why="health: $(sed -n 's/^# //p' "$check" | head -n 1)"
done

tell addresses "$(addresses)"
tell seconds "$(cut -d. -f1 /proc/uptime)"
if [ -n "$why" ]; then
  # One short line: xenstore takes no more than a page.
  tell why "$(printf '%s' "$why" | head -n 1 | cut -c 1-300)"
  tell state failed
  echo "XENWRIGHT-DOMU $name failed: $why" >"$XENWRIGHT_ROOT/dev/console"
  exit 1
fi
tell state up
echo "XENWRIGHT-DOMU $name up" >"$XENWRIGHT_ROOT/dev/console"
