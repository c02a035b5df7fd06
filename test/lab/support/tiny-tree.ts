/**
 * The smallest tree in which every action of a plan can do its work: its tools, copied with their libraries out of a
 * real Dom0 base.
 */
import { execFileSync } from 'node:child_process';

const TOOLS = [
  'sh',
  'bash',
  'awk',
  'cat',
  'chmod',
  'chown',
  'cp',
  'cut',
  'date',
  'dd',
  'dirname',
  'basename',
  'echo',
  'env',
  'expr',
  'head',
  'id',
  'install',
  'ln',
  'ls',
  'mkdir',
  'mktemp',
  'mv',
  'od',
  'printf',
  'readlink',
  'realpath',
  'rm',
  'rmdir',
  'sed',
  'gzip',
  'sha256sum',
  'sleep',
  'sort',
  'stat',
  'sync',
  'tail',
  'test',
  'touch',
  'tr',
  'true',
  'false',
  'truncate',
  'uname',
  'wc',
  'grep',
  'find',
  'tar',
  'gettext',
  'getent',
  'which',
  'uniq',
  'useradd',
  'userdel',
  'groupadd',
  'groupdel',
  'passwd',
  'chpasswd',
  'nologin',
  'ssh-keygen',
  'systemctl',
  'systemd-sysusers',
  'mount',
  'umount',
  'findmnt',
  'mountpoint',
  'blkid',
  'udevadm',
  'mkswap',
  'mke2fs',
  'mkfs.ext4',
  'grub-install',
  'grub-mkimage',
  'grub-probe',
  'grub-editenv',
  'grub-mkrelpath',
  'grub-script-check',
  'grub-file',
  'grub-mkconfig',
  'update-grub',
];
/** Of GRUB's modules, those that a disk of ours is started with: grub-install copies all that it finds. */
const MODULES = [
  'biosdisk',
  'part_gpt',
  'part_msdos',
  'ext2',
  'fat',
  'lvm',
  'diskfilter',
  'fshelp',
  'verifiers',
  'disk',
  'search',
  'search_fs_file',
  'search_fs_uuid',
  'search_label',
  'normal',
  'configfile',
  'boot',
  'bufio',
  'crypto',
  'extcmd',
  'gettext',
  'gzio',
  'linux',
  'linux16',
  'loadenv',
  'ls',
  'minicmd',
  'mmap',
  'multiboot2',
  'net',
  'priority_queue',
  'regexp',
  'relocator',
  'sleep',
  'terminal',
  'terminfo',
  'serial',
  'test',
  'true',
  'echo',
  'cat',
  'video',
  'video_fb',
  'vbe',
  'vga',
  'gfxterm',
  'font',
  'bitmap',
  'bitmap_scale',
  'trig',
  'datetime',
  'acpi',
  'reboot',
  'halt',
  'zstd',
  'lzopio',
  'xzio',
  'gcry_crc',
  'gcry_sha256',
  'hashsum',
  'efi_gop',
  'efi_uga',
  'efifwsetup',
  'all_video',
  'tpm',
  'bli',
  'smbios',
  'archelp',
  'mpi',
  'peimage',
  'chain',
];
const FILES = [
  'etc/grub.d/00_header',
  'etc/default/useradd',
  'etc/login.defs',
  'etc/nsswitch.conf',
  'etc/passwd',
  'etc/group',
  'etc/shadow',
  'etc/gshadow',
  'etc/ld.so.conf',
  'etc/os-release',
  'usr/lib/os-release',
  'usr/share/zoneinfo/Etc/UTC',
  'usr/share/zoneinfo/Europe/Berlin',
  'usr/lib/grub/grub-mkconfig_lib',
  'usr/share/grub/grub-mkconfig_lib',
  'etc/default/grub',
];

/** $1 the real tree, $2 the new one, $3 the tools, $4 single files, $5 GRUB's modules. */
const COPY = `
real=$1 tree=$2
mkdir -p "$tree/usr/bin" "$tree/usr/sbin" "$tree/usr/lib" "$tree/usr/lib64" "$tree/etc/default" "$tree/etc/ssh" "$tree/boot" "$tree/root" "$tree/home" "$tree/srv" "$tree/var/lib/systemd" "$tree/var/cache" "$tree/var/mail" "$tree/usr/share/grub"
for name in bin sbin lib lib64; do ln -s "usr/$name" "$tree/$name"; done
for name in proc sys dev run tmp mnt; do mkdir -p "$tree/$name"; done
for tool in $3; do
  path=$(chroot "$real" sh -c 'command -v "$0"' "$tool") || path=
  case $path in /*) ;; *) path=/usr/bin/$tool ;; esac
  [ -e "$real$path" ] || [ -L "$real$path" ] || continue
  mkdir -p "$tree\${path%/*}"
  target=$(chroot "$real" readlink -f "$path")
  cp "$real$target" "$tree$path"
  chroot "$real" ldd "$target" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$tree\${library%/*}"; [ -e "$tree$library" ] || cp -L "$real$library" "$tree$library"
  done
done
# Loaded by name while they run.
for pattern in 'libnss_files*' 'libnss_compat*' 'libgcc_s*'; do cp -L "$real"/usr/lib/x86_64-linux-gnu/$pattern "$tree/usr/lib/x86_64-linux-gnu/" 2>/dev/null || true; done
cp -aL "$real/etc/pam.d" "$tree/etc/" ; mkdir -p "$tree/usr/lib/x86_64-linux-gnu/security"
for name in pam_permit pam_deny pam_unix pam_rootok; do cp -L "$real/usr/lib/x86_64-linux-gnu/security/$name.so" "$tree/usr/lib/x86_64-linux-gnu/security/" || true; done
chroot "$real" ldd /usr/lib/x86_64-linux-gnu/security/pam_unix.so | grep -o '/[^ ]*' | while read -r library; do [ -e "$tree$library" ] || cp -L "$real$library" "$tree$library"; done
for file in $4; do [ -e "$real/$file" ] || continue; mkdir -p "$tree/\${file%/*}"; cp -aL "$real/$file" "$tree/$file"; done
mkdir -p "$tree/usr/lib/systemd"; cp -a "$real/usr/lib/systemd/system" "$tree/usr/lib/systemd/"
for platform in i386-pc x86_64-efi; do
  mkdir -p "$tree/usr/lib/grub/$platform"
  cp "$real/usr/lib/grub/$platform"/*.lst "$tree/usr/lib/grub/$platform/"
  for file in "$real/usr/lib/grub/$platform"/*.img "$real/usr/lib/grub/$platform"/modinfo.sh; do [ -e "$file" ] && cp "$file" "$tree/usr/lib/grub/$platform/"; done
  # With what they depend on, by GRUB's own list.
  wanted=$(echo "$5" | tr ' ' '\\n' | awk -v list="$real/usr/lib/grub/$platform/moddep.lst" '
    BEGIN { while ((getline line < list) > 0) { name = line; sub(/:.*/, "", name); sub(/^[^:]*:/, "", line); needs[name] = line } }
    function take(name, parts, n, i) { if (name == "" || name in taken) return; taken[name] = 1; print name; n = split(needs[name], parts, " "); for (i = 1; i <= n; i++) take(parts[i]) }
    { take($1) }')
  for module in $wanted; do [ -e "$real/usr/lib/grub/$platform/$module.mod" ] && cp "$real/usr/lib/grub/$platform/$module.mod" "$tree/usr/lib/grub/$platform/"; done
done
version=6.12.1-tiny-amd64
printf 'a kernel\\n' > "$tree/boot/vmlinuz-$version"; printf 'an initrd\\n' > "$tree/boot/initrd.img-$version"; echo CONFIG_XEN_DOM0=y > "$tree/boot/config-$version"
cp "$real"/boot/xen-*.gz "$tree/boot/"
ln -s "boot/vmlinuz-$version" "$tree/vmlinuz"; ln -s "boot/initrd.img-$version" "$tree/initrd.img"
: > "$tree/etc/machine-id"
: > "$tree/etc/ld.so.conf"
`;

/** Fills the empty folder `tree` from the real one at `real` (a mounted Dom0 base). Needs root. */
export function tinyTree(real: string, tree: string): void {
  execFileSync('sh', ['-e', '-c', COPY, 'sh', real, tree, TOOLS.join(' '), FILES.join(' '), MODULES.join(' ')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
