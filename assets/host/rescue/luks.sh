# shellcheck shell=sh disable=SC2154
# LUKS. A passphrase is asked for without echo, or is a line of the file that was given, or the first line of what is no
# terminal; it goes from here to cryptsetup by a pipe. One that has opened something is tried again.
luks_recognise() { [ "$type" = crypto_LUKS ]; }
passphrases='' was_read=''
luks_open() {
  if ! command -v cryptsetup >/dev/null; then lacking cryptsetup "$2"; return; fi
  mapped=$prefix-$nodes
  if ! luks_by_known "$1" "$mapped" && ! luks_by_asking "$1" "$mapped" "$2"; then
    say "$2 (LUKS) stays closed: no passphrase fits."
    closed_by=${closed_by:-locked}
    return
  fi
  if ! hold_mapping "$mapped"; then say "$2 (LUKS) cannot be held."; return; fi
  found "$node" "$2, LUKS" $(($3 + 1)) "$4" ''
}
luks_by_known() {
  if [ -z "$was_read" ] && [ -n "$secrets" ]; then
    was_read=1
    passphrases=$(head -c 65536 "$secrets" | tr -d '\000\r' | head -n 16)
  elif [ -z "$was_read" ] && [ ! -t 0 ]; then
    was_read=1
    IFS= read -r passphrases || [ -n "$passphrases" ]
  fi
  while IFS= read -r passphrase <&5; do
    [ -z "$passphrase" ] || ! luks_by "$1" "$2" || return 0
  done 5<<END
$passphrases
END
  return 1
}
luks_by_asking() {
  [ -z "$secrets" ] && [ -t 0 ] || return 1
  for _ in 1 2 3; do
    printf 'Passphrase for %s: ' "$3" >&2
    stty -echo
    IFS= read -r passphrase || passphrase=''
    stty echo
    printf '\n' >&2
    if [ -n "$passphrase" ] && luks_by "$1" "$2"; then
      passphrases="$passphrases$newline$passphrase"
      return 0
    fi
  done
  return 1
}
luks_by() {
  printf '%s' "$passphrase" |
    cryptsetup open --type luks --key-file - "$1" "$2" 3>&- 4>&- 5<&- >"$work/said" 2>&1 && return 0
  case $(head -c 2000 "$work/said") in
    *emory*) say 'There is too little memory for this passphrase.'; closed_by=memory ;;
  esac
  return 1
}
