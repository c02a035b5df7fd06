/**
 * An installed host gets one more DomU by the command that the install has put there, in Dom0 under the real Xen and
 * with no way to any archive: the base comes from what stands in for the copy of a medium. Needs virtual machines.
 * Transcripts stay under test/artifacts/lab/domu-add.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { bootMachine, powerOff } from '../../src/system/vm/boot-machine.ts';
import { BASES_FOLDER } from '../../src/system/run/install-targets.ts';
import { bootImage, describeBoot } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';
import { copyInstalled } from './support/installed-disk.ts';

const MINUTE = 60_000;
const folder = labFolder('domu-add');
const image = join(folder, 'host.img');
const disk = join(folder, 'second.img');
const profile = join(folder, 'host.yaml');
const MORE =
  'version: 1\ndomus:\n  - { name: web2, memory: 384M, disks: { root: { size: 1G }, swap: 128M }, packages: [] }\n';
/** What Dom0 runs: nothing but its own link is reachable any more. */
const SCRIPT = String.raw`
for net in 0.0.0.0/1 128.0.0.0/1; do ip route add blackhole $net; done
for net in ::/1 8000::/1; do ip -6 route add blackhole $net; done
apt-get -o Acquire::Retries=0 update 2>&1 | grep -c -E '^(Err|W)'
dpkg --status xenwright | grep '^Status'; command -v node nodejs; xenwright domu list; echo "LAB-LIST $?"
add() { xenwright domu add "$@"; }
sum() { find /etc/xen/web1.cfg /etc/xenwright/domus/web1.json /etc/fstab /boot/grub/grub.cfg /etc/network /etc/systemd/network -type f -exec sha256sum {} + | sha256sum; lvs --noheadings -o lv_uuid,lv_size vg_xen1/web1-root vg_xen1/root | tr -d '\n'; sgdisk --print /dev/vda | sha256sum; }
before=$(sum)
add /media/lab/other.yaml --yes; echo "LAB-OTHER $?"
add /media/lab/more.yaml --dry-run > /run/dry.txt; echo "LAB-DRY $?"
grep -E 'sgdisk|vgcreate|wipefs|grub-install|web1-root' /run/dry.txt && echo LAB-DRY-BAD
lvs --noheadings vg_xen1/web2-root >/dev/null 2>&1 && echo LAB-DRY-WROTE
( exec xenwright domu add /media/lab/more.yaml --yes > /run/killed.txt 2>&1 ) & pid=$!
until grep -q 'Write the base' /run/killed.txt || ! kill -0 $pid; do sleep 1; done; kill -9 $pid; wait $pid
add /media/lab/more.yaml --yes; echo "LAB-UNFINISHED $?"
add /media/lab/more.yaml --yes --resume; echo "LAB-ADD $?"
xl list
lvs --noheadings -o lv_name,lv_size vg_xen1
ls -l /etc/xen/auto /etc/xenwright/profile.yaml
grep 'name:' /etc/xenwright/profile.yaml
add /media/lab/more.yaml --yes; echo "LAB-AGAIN $?"
[ "$before" = "$(sum)" ] && echo LAB-UNTOUCHED
`;

/** Boots with both disks, and waits for the script's end; the console's text. What the machine writes is kept. */
async function dom0Says(end: RegExp): Promise<string> {
  const transcript = join(folder, 'console.log');
  const machine = await bootMachine({
    images: [image, disk],
    firmware: 'bios',
    memoryMiB: 4096,
    transcript,
    scratch: false,
    sshPort: null,
  });
  let isGone = false;
  void machine.gone.then(() => {
    isGone = true;
  });
  const said = (): string => (existsSync(transcript) ? readFileSync(transcript, 'utf8') : '');
  while (!isGone && !end.test(said()))
    await new Promise((resolve) => {
      setTimeout(resolve, 1000);
    });
  if (!isGone) await powerOff(machine, 300);
  return said().replaceAll('\r', '');
}

let text = '';
beforeAll(async () => {
  const ready = process.env['XENWRIGHT_LAB_HOST'];
  copyFileSync(join(import.meta.dirname, '../profiles/lab-domu-add.yaml'), profile);
  if (ready === undefined) {
    const installed = await cli(folder, 'install', profile, '--image', `${image}:12G`);
    if (installed.code !== 0) throw new Error(installed.err + installed.out.slice(-3000));
  } else {
    copyInstalled(ready, image);
  }
  const plan = JSON.parse(readFileSync(`${image}.xenwright/plan.json`, 'utf8')) as Plan;
  const base =
    plan.actions.flatMap((action) =>
      action.kind === 'base.build' && action.params.base.role === 'domu' ? [action.params.hash] : [],
    )[0] ?? '';
  const tree = join(folder, 'second');
  mkdirSync(join(tree, 'xenwright/bases'), { recursive: true });
  cpSync(join(BASES_FOLDER, base), join(tree, 'xenwright/bases', base), { recursive: true });
  writeFileSync(join(tree, 'more.yaml'), MORE);
  writeFileSync(join(tree, 'other.yaml'), MORE.replace('web2', 'web1'));
  writeFileSync(join(tree, 'lab.sh'), SCRIPT);
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', tree, disk, '1100M']);
  text = await dom0Says(/^LAB-END \d+$/m);
}, 90 * MINUTE);

describe('domu add in Dom0, with no network', () => {
  it('is a command of the host, of a whole package, and needs no Node.js', () => {
    expect(text, text.slice(-4000)).toMatch(/^Status: install ok installed$/m);
    expect(text).not.toMatch(/^\/\S*\/node(js)?$/m);
    expect(text).toMatch(/^web1 +stopped /m);
    expect(text).toMatch(/^LAB-LIST 0$/m);
  });

  it('refuses a DomU that the host has otherwise, and writes nothing in a dry run', () => {
    expect(text, text.slice(-4000)).toMatch(/^LAB-OTHER 4$/m);
    expect(text).toContain('web1: ');
    expect(text).toMatch(/^LAB-DRY 0$/m);
    expect(text).not.toMatch(/^LAB-DRY-(BAD|WROTE)/m);
  });

  it('goes on where it was killed, makes the DomU, starts it, and sees it up', () => {
    expect(text, text.slice(-4000)).toMatch(/^LAB-UNFINISHED 5$/m);
    expect(text, text.slice(-4000)).toMatch(/^web2: up, 10\.0\.2\./m);
    expect(text).toMatch(/^LAB-ADD 0$/m);
    expect(text).toMatch(/^web2 +\d+ +384 /m);
    expect(text).toMatch(/^ +web2-root +1\.00g/m);
    expect(text).toMatch(/web2\.cfg -> \.\.\/web2\.cfg/);
  });

  it('leaves the host and its other DomU as they were, and has nothing to do a second time', () => {
    expect(text).toMatch(/-rw------- .*profile\.yaml/);
    expect([...text.matchAll(/^ *(?:- )?name: (web\d)$/gm)].map(([, name]) => name)).toEqual(['web1', 'web2']);
    expect(text).toMatch(/^LAB-AGAIN 0$/m);
    expect(text).toMatch(/^LAB-UNTOUCHED$/m);
  });

  it(
    'starts with the host from then on',
    async () => {
      const result = await bootImage(folder, image, '--scratch');
      expect(result, describeBoot(result)).toMatchObject({
        booted: 'xen',
        up: true,
        domus: [{ name: 'web2', up: true, type: 'pvh' }],
      });
    },
    60 * MINUTE,
  );
});
