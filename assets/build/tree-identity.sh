#!/bin/sh
# Makes a domain itself, inside its tree, in one go: every command costs its milliseconds, and half a second on emulated
# machines. Run by sh -e. $1 user, $2 timezone, $3 locale, $4 to $6 units to disable, mask and enable (words), $7
# "locked" or "", then the keys.

# What exists is kept (a resumed run gives no second identity), half a key pair is not. Prints the fingerprints of the
# keys. RSA is left out: sshd does well without, and making one takes long on slow machines.
umask 022
if ! grep -Eqsx "[0-9a-f]{32}" /etc/machine-id; then
  od -An -N16 -tx1 /dev/urandom | tr -d " \n" > /etc/machine-id.new
  echo >> /etc/machine-id.new
  chmod 0444 /etc/machine-id.new
  mv -f /etc/machine-id.new /etc/machine-id
fi
mkdir -p /var/lib/systemd; (umask 077; head -c 512 /dev/urandom > /var/lib/systemd/random-seed)
for type in ed25519 ecdsa; do
  key=/etc/ssh/ssh_host_${type}_key
  if ! { [ -s $key ] && [ -s $key.pub ]; }; then rm -f $key $key.pub; ssh-keygen -q -t $type -N "" -C "" -f $key; fi
done
cat /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ecdsa_key.pub | ssh-keygen -l -f -

user=$1 zone=$2 locale=$3 disable=$4 mask=$5 enable=$6 locked=$7; shift 7

# What a power cut leaves of useradd, passwd and sed: locks of processes long gone with the files they are made from,
# texts not renamed yet, and half a user, who is made again.
remove_leftovers() {
  set --
  for file in passwd shadow group gshadow subuid subgid; do
    set -- "$@" "/etc/$file.lock" "/etc/$file".[0-9]* "/etc/$file+" "/etc/.#$file"*
  done
  rm -f "$@" /etc/sed??????
}
remove_leftovers
# System users, for Dom0.
if [ -e /etc/sysusers.d/xenwright.conf ]; then systemd-sysusers /etc/sysusers.d/xenwright.conf; fi
whole() {
  id -gn "$user" && getent shadow "$user" && test -d "$(getent passwd "$user" | cut -d: -f6)" &&
    id -nG "$user" | grep -qw sudo
}
if uid=$(id -u "$user" 2>/dev/null) && [ "$uid" -ge 1000 ] && ! whole > /dev/null 2>&1; then
  sed -i "/^$user:/d" /etc/passwd /etc/shadow /etc/group /etc/gshadow
fi
id -u "$user" > /dev/null 2>&1 || useradd -m -s /bin/bash -G sudo "$user"
if [ -n "$locked" ]; then passwd --quiet --lock "$user"; fi
if [ $# -gt 0 ]; then
  home=$(getent passwd "$user" | cut -d: -f6); group=$(id -gn "$user")
  install -d -m 0700 -o "$user" -g "$group" "$home/.ssh"
  (umask 077; printf "%s\n" "$@" > "$home/.ssh/authorized_keys")
  chown "$user:$group" "$home/.ssh/authorized_keys"
fi
ln -sfn "/usr/share/zoneinfo/$zone" /etc/localtime
echo "$zone" > /etc/timezone
# bookworm reads the one, trixie the other.
rm -f /etc/locale.conf; echo "LANG=$locale" > /etc/locale.conf; ln -sfn ../locale.conf /etc/default/locale

# $1 what is done with the units, $2 their names as words.
units() {
  verb=$1 words=$2
  set --
  for unit in $words; do set -- "$@" "$unit"; done
  if [ $# -gt 0 ]; then systemctl --quiet "$verb" "$@"; fi
}
units disable "$disable" || true
units mask "$mask"
units enable "$enable"
