/**
 * The appliance's own initrd: a static busybox, the few modules it needs, in order and uncompressed, and twenty lines
 * of shell. A general one takes a quarter of a minute longer on an emulated processor, on every start.
 */
import type { RunInTree } from './base-chroot.ts';
import type { ActionContext } from './kind.ts';

/** Disks are told apart by these serials, whatever order the kernel finds them in. */
export const APPLIANCE_SERIALS = { root: 'xw-appliance', tools: 'xw-tools' } as const;

const FOLDER = '/tmp/initrd';
/** A starved emulator takes long; a disk that is really missing is told of all the same. */
const DISK_WAIT_TENTHS = 3000;

const INIT = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t devtmpfs devtmpfs /dev
$b mount -t sysfs sysfs /sys
for module in /modules/*; do $b insmod "$module"; done
disk() { for file in /sys/block/*/serial; do [ "$($b cat "$file")" = "$1" ] && { file=\${file#/sys/block/}; echo "/dev/\${file%/serial}"; return; }; done; }
n=0
while :; do
  root=$(disk ${APPLIANCE_SERIALS.root}); tools=$(disk ${APPLIANCE_SERIALS.tools})
  [ -b "$root" ] && [ -b "$tools" ] && break
  n=$((n + 1)); [ $n -gt ${DISK_WAIT_TENTHS} ] && { echo "xenwright: the appliance's own disks did not appear"; exit 1; }
  $b sleep 0.1
done
$b mount -t ext4 "$root" /root && $b mount -t ext4 -o ro "$tools" /root/mnt || { echo "xenwright: the appliance's own disks could not be mounted"; exit 1; }
$b umount /sys
$b mount -o move /dev /root/dev
exec $b switch_root /root /bin/sh /mnt/init
`;

/** Runs in the tree: $1 the folder, then the modules. Leaves /boot/initrd.img-<version of the kernel>. */
const MAKE = [
  'folder=$1; shift; set -- "$(ls -1v /lib/modules | tail -n 1)" "$@"; kernel=$1; shift',
  'mkdir -p "$folder/bin" "$folder/dev" "$folder/sys" "$folder/root" "$folder/modules"',
  'cp /bin/busybox "$folder/bin/busybox"; chmod 755 "$folder/init"',
  'n=100',
  'modprobe --all --set-version "$kernel" --show-depends "$@" | awk \'$1 == "insmod" && !seen[$2]++ { print $2 }\' | while read -r path; do',
  '  name=${path##*/}; name=${name%.xz}; n=$((n + 1))',
  '  case $path in *.xz) /bin/busybox unxz -c "$path" ;; *) cat "$path" ;; esac > "$folder/modules/$n-$name"',
  'done',
  'ls "$folder/modules" | grep -q . || { echo "no modules found" >&2; exit 1; }',
  'cd "$folder"; find . | sort | cpio --quiet --create --format=newc > "/boot/initrd.img-$kernel"',
  'rm -rf "$folder"',
].join('\n');

/** Makes it for the newest kernel of the tree. The tree has busybox-static and, by initramfs-tools, cpio. */
export async function makeApplianceInitrd(
  modules: readonly string[],
  tree: string,
  run: RunInTree,
  context: ActionContext,
): Promise<void> {
  await context.files.writeText(`${tree}${FOLDER}/init`, INIT, { mode: '0755' });
  await run(['sh', '-e', '-c', MAKE, 'sh', FOLDER, ...modules], { timeoutMs: 120_000 });
}
