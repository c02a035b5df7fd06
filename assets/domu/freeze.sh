#!/bin/sh
# Lets the filesystems of this guest stand still while Dom0 makes a snapshot of its disks. Dom0 writes a word into
# data/xenwright/freeze and gets it back in data/xenwright/frozen when all is written; an empty word lets go. Whatever
# becomes of Dom0, after half a minute this lets go by itself.
# 'freeze thaw' lets go of all there is. XENWRIGHT_ROOT, XENWRIGHT_SECONDS: what tests put in the place of / and of that
# half minute. Plain sh: a guest may have no more.
limit=${XENWRIGHT_SECONDS:-30}
mounts=$XENWRIGHT_ROOT/proc/self/mounts

read_key() { xenstore-read "data/xenwright/$1" 2>/dev/null; }
say() { xenstore-write data/xenwright/frozen "$1" 2>/dev/null; }
# Mounted later lies on what was mounted before: the last one first, the root last. Each filesystem once.
folders() {
  awk '$1 ~ /^\/dev\// && $3 ~ /^(ext[234]|xfs|btrfs)$/ && $4 ~ /(^|,)rw(,|$)/ && !seen[$1]++ { print $2 }' "$mounts" | tac
}
thaw() {
  # It is told first: who looks afterwards must not believe that all stood still.
  say ''
  for folder in $all; do fsfreeze --unfreeze "$folder" 2>/dev/null; done
}
freeze() {
  all=$(folders)
  # What lets go is there before anything stands still, and needs nothing of the disks by then.
  (
    sleep "$limit"
    thaw
  ) &
  guard=$!
  sync
  for folder in $all; do
    fsfreeze --freeze "$folder" || { thaw; kill "$guard" 2>/dev/null; return 1; }
  done
  say "$1"
}

if [ "$1" = thaw ]; then
  all=$(folders)
  thaw
  exit 0
fi
say ''
all='' guard=''
# A line for every change, and one at the beginning.
xenstore-watch data/xenwright/freeze | while read -r _; do
  word=$(read_key freeze)
  case $word in
    '') [ -z "$guard" ] || { thaw; kill "$guard" 2>/dev/null; guard=''; } ;;
    *[!0-9a-f-]*) ;;
    *) [ "$word" = "$(read_key frozen)" ] || freeze "$word" ;;
  esac
done
