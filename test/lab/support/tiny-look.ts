/**
 * Runs inside an appliance: tells what a plan has made of its disk, without what must be different every time.
 * Arguments: plan, state folder.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Plan } from '../../../src/plan/plan.ts';
import type { LvmGroupNode } from '../../../src/plan/storage/devices/lvm-group.ts';

const [planPath = '', folder = ''] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planPath, 'utf8')) as Plan;
const sh = (script: string, ...args: string[]): string =>
  execFileSync('sh', ['-c', script, 'sh', ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/**
 * Everything in a tree: kinds, modes, owners, sizes, links; and the contents of files. Left out: what is made by
 * chance, what a killed command may leave in /tmp (gone at the first start), and the backups that passwd's tools make
 * of their last change.
 */
const TREE = `
mkdir -p /tmp/look && mount -o ro$2 "$1" /tmp/look && cd /tmp/look || exit 1
find . -xdev ! -path './tmp/*' ! -path './etc/*-' ! -path './etc/ssh/ssh_host_*' ! -type d -printf '%y %m %U:%G %s %p -> %l\\n' -o ! -path './tmp/*' -type d -printf 'd %m %U:%G %p\\n' | sort -k 4
find . -xdev -type f ! -path './tmp/*' ! -path './etc/*-' ! -path './etc/machine-id' ! -path './etc/ssh/ssh_host_*' ! -path './var/lib/systemd/random-seed' ! -name '*.img' -exec sha256sum {} + | sort -k 2
find ./etc/machine-id ./etc/ssh/ssh_host_* ./var/lib/systemd/random-seed -printf 'own %m %U:%G %p\\n' 2>/dev/null | sort
cd /; umount /tmp/look`;

const said: string[] = [];
const look = (title: string, text: string): void => {
  said.push(`== ${title}`, text.trimEnd());
};
for (const action of plan.actions) {
  const node = action.kind === 'storage.make' ? action.params.node : null;
  const below = action.kind === 'storage.make' ? (action.params.under[0]?.path ?? '') : '';
  if (node?.type === 'gpt')
    look(
      'table',
      sh('sfdisk --dump "$1" | grep -v -e ^device -e ^last-lba; blkid -p -o value -s PTUUID "$1"', below).replaceAll(
        /\/dev\/\S+/g,
        '',
      ),
    );
  if (action.kind === 'boot.install')
    look(
      'boot sectors',
      sh(
        'head -c 440 "$1" | sha256sum; dd if="$1" bs=512 skip=2048 count=2048 status=none | sha256sum',
        action.params.bootSets[0]?.disk ?? '',
      ),
    );
  if (node?.type === 'lvm-group')
    look(
      'volumes',
      sh(
        'vgs --noheadings -o vg_name,vg_size,vg_free,lv_count,pv_count; lvs --noheadings -o lv_name,lv_size,lv_attr | sort',
        (node as LvmGroupNode).group,
      ),
    );
  if (action.kind === 'domu.boot-volume') look(action.id, sh('head -c 1048576 "$1" | sha256sum', action.params.device));
  if (action.kind === 'base.write' && action.params.in !== null) {
    // A volume that is a file: on the filesystem that is mounted nearest to it.
    const { device: file, in: tree } = action.params;
    const mount = tree.mounts.filter(({ at }) => file.startsWith(at)).toSorted((a, b) => b.at.length - a.at.length)[0];
    if (mount === undefined) throw new Error(`${file} lies nowhere`);
    const path = `/tmp/data${file.slice(mount.at.length)}`;
    look(
      action.id,
      sh(
        `mkdir -p /tmp/data; mount -o ro "$1" /tmp/data; stat -c '%a %s' "$2"; blkid -p -o export "$2" | grep -e ^UUID= -e ^LABEL=; e2fsck -fn "$2" >/tmp/e2fsck.out 2>&1 && echo clean || cat /tmp/e2fsck.out`,
        mount.device,
        path,
      ),
    );
    look('tree', sh(TREE, path, ',loop'));
    sh('umount /tmp/data');
  }
  const device =
    node !== null && 'label' in node
      ? below
      : action.kind === 'base.write' && action.params.in === null
        ? action.params.device
        : null;
  if (device === null) continue;
  const type = sh('blkid -p -o value -s TYPE "$1"', device).trim();
  look(`${action.id} ${type}`, sh('blkid -p -o export "$1" | grep -e ^UUID= -e ^LABEL= -e ^FSSIZE=', device));
  if (type === 'swap') continue;
  if (type === 'ext4')
    look('check', sh('e2fsck -fn "$1" >/tmp/e2fsck.out 2>&1 && echo clean || cat /tmp/e2fsck.out', device));
  look('tree', sh(TREE, device, ''));
}
const journal = readFileSync(`${folder}/journal.ndjson`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { entry: string; id?: string });
look(
  'finished',
  journal
    // Each run starts its own appliance.
    .filter((entry) => entry.entry === 'finished' && entry.id !== 'host/appliance')
    .map((entry) => entry.id)
    .sort()
    .join('\n'),
);
look('complete', journal.filter((entry) => entry.entry === 'complete').length.toString());
process.stdout.write(`${said.join('\n')}\n`);
