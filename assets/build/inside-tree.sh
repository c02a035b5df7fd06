#!/bin/sh
# Where a path of a tree is, as the tree itself means it: `inside ROOT PATH`. A link of the tree counts from the tree's
# own root, so that what is mounted or made there cannot come to lie on the machine that installs. Debian's /var/run is
# such a link.
inside() (
  root=$1 rest=$2/ at='' links=0
  while rest=${rest#"${rest%%[!/]*}"}; [ -n "$rest" ]; do
    part=${rest%%/*} rest=${rest#*/}
    case $part in
      .) ;;
      ..) at=${at%/*} ;;
      *)
        if [ ! -L "$root$at/$part" ]; then at=$at/$part; continue; fi
        links=$((links + 1))
        if [ "$links" -gt 40 ]; then echo "$2: too many links" >&2; exit 1; fi
        target=$(readlink "$root$at/$part")
        case $target in /*) at='' ;; esac
        rest=$target/$rest
        ;;
    esac
  done
  printf '%s\n' "$root$at"
)
