#!/bin/sh
# Stands in the path of a rescue's shell for what would end or start a machine: says why nothing comes of it. That
# nothing can is seen to elsewhere (rescue-session.sh: no right to, and processes of its own).
name=${0##*/}
if [ "$name" = systemctl ]; then
  verb=''
  for word; do
    case $word in -*) ;; *) verb=$word; break ;; esac
  done
  case $verb in
    reboot | poweroff | halt | kexec | soft-reboot | suspend | hibernate | hybrid-sleep | suspend-then-hibernate | \
      rescue | emergency | default | isolate | exit | switch-root) name="systemctl $verb" ;;
    *)
      for real in /usr/bin/systemctl /bin/systemctl; do
        if [ -x "$real" ]; then exec "$real" "$@"; fi
      done
      echo "systemctl: not in this system" >&2
      exit 127
      ;;
  esac
fi
echo "$name: not in a rescue. 'exit' leaves it; then the DomU is started." >&2
exit 1
