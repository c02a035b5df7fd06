/** The initrd's boot script, run as it is, with stand-ins for what a machine has: which device it takes for its medium. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../../assets/medium/initrd-boot.sh');
const MINE = '0123456789abcdef0123456789abcdef';

interface Device {
  readonly label: string;
  readonly files: readonly string[];
}

/** What it says it took, when its kernel was started with `id`; `devices` in the order in which it asks them. */
function taken(
  devices: Readonly<Record<string, Device>>,
  id: string,
): { readonly device: string; readonly mounts: string } {
  const folder = mkdtempSync(join(tmpdir(), 'initrd-'));
  const tools = join(folder, 'bin');
  mkdirSync(tools);
  for (const [name, { files }] of Object.entries(devices)) {
    mkdirSync(join(folder, 'dev', name, 'live'), { recursive: true });
    for (const file of files) writeFileSync(join(folder, 'dev', name, file), '');
  }
  const labels = Object.entries(devices).map(([name, { label }]) => `${name}) l=${label};;`);
  const tool = (name: string, text: string): void => {
    writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(tools, name), 0o755);
  };
  tool(
    'blkid',
    `for d; do :; done; case \${d##*/} in ${labels.join(' ')} esac; case $* in *LABEL*) echo "$l";; *) echo iso9660;; esac`,
  );
  // mount -t TYPE -o ro DEVICE FOLDER
  tool('mount', `echo "\${5##*/}" >>'${folder}/mounts'; ln -sfn '${folder}/dev/'"\${5##*/}" "$6"`);
  tool('umount', 'rm "$1"');
  tool('sleep', ':');
  const run = spawnSync(
    'sh',
    [
      '-c',
      `. '${SCRIPT}'; medium='${folder}/medium'; id=$1; xw_candidates() { ${Object.keys(devices)
        .map((name) => `echo /dev/${name}`)
        .join('; ')}; }; xw_find && readlink "$medium"; cat '${folder}/mounts' | wc -l`,
      'sh',
      id,
    ],
    { encoding: 'utf8', env: { PATH: `${tools}:/usr/bin:/bin` } },
  );
  const [device, mounts] = run.stdout.trim().split('\n').slice(-2);
  return {
    device: mounts === undefined ? '' : (device ?? '').replace(/^.*\//, ''),
    mounts: (mounts ?? device ?? '').trim(),
  };
}

const SQUASHFS = 'live/xenwright.squashfs';
const older = { label: 'XENWRIGHT', files: [SQUASHFS, 'live/ffffffffffffffffffffffffffffffff.id'] };
const mine = { label: 'XENWRIGHT', files: [SQUASHFS, `live/${MINE}.id`] };

test('a medium of another build in the drive is not what this machine was started from', () => {
  expect(taken({ sr0: older, sda: mine }, MINE).device).toBe('sda');
});

test('a disc that only has the label is left alone', () => {
  expect(taken({ sr0: { label: 'XENWRIGHT', files: [SQUASHFS] }, sda: mine }, MINE).device).toBe('sda');
});

test('without the medium of its own nothing else is taken, however long it looks', () => {
  const { device, mounts } = taken({ sr0: older }, MINE);
  expect(device).toBe('');
  expect(Number(mounts)).toBeGreaterThan(100);
});

test('filesystems with other labels are not mounted at all', () => {
  expect(taken({ sda: { label: 'data', files: mine.files }, sdb: mine }, MINE)).toEqual({ device: 'sdb', mounts: '1' });
});

test('a boot menu that names no medium takes the first with the label', () => {
  expect(taken({ sr0: older, sda: mine }, '').device).toBe('sr0');
});
