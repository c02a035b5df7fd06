import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateNames } from '../../../../src/host/domus/rescue/layers.ts';
import { IMPORT_TEXT } from '../../../assets.ts';
import { refusal, rescueHosts } from './hosts.ts';
import { canMount, reason, run, worldIn, writeFilesystem, type RescueHost } from './stand-in-host.ts';

const host = rescueHosts();
const hasMapper = readFileSync('/proc/devices', 'utf8').includes('device-mapper');
const canSee = (program: string): boolean => run('sh', '-c', `command -v ${program} || true`) !== '';
const canQcow2 = canSee('qemu-storage-daemon') && existsSync('/dev/fuse');
const path = process.env['PATH'];

afterEach(() => {
  process.env['PATH'] = path;
});

/** A layout of tests: parts, by the MiB where they begin. */
function compose(image: string, sizeMiB: number, parts: Readonly<Record<number, string>>): void {
  run('rm', '-f', image);
  run('truncate', '--size', `${sizeMiB}M`, image);
  for (const [at, part] of Object.entries(parts))
    run('dd', `if=${part}`, `of=${image}`, 'bs=1M', `seek=${at}`, 'conv=notrunc', 'status=none');
}
const table = (image: string, text: string): void => {
  run('sh', '-c', `printf '${text}' | sfdisk --quiet "$1"`, 'sh', image);
};
/** The first sector of a header, as blkid knows it. */
function luksHeader(image: string): void {
  run('truncate', '--size', '1M', image);
  run('bash', '-c', `printf 'LUKS\\xba\\xbe\\0\\x01' | dd of="$1" conv=notrunc status=none`, 'bash', image);
}
/** The DomU's disk becomes a qcow2 with a partition; its path. */
function inQcow2({ home, image, record }: RescueHost): string {
  const [root, qcow2] = [join(home, 'root.img'), join(home, 'web1.qcow2')];
  writeFilesystem(root, { 'etc/fstab': 'nonsense\n' });
  compose(image, 40, { 1: root });
  table(image, String.raw`label: gpt\nsize=24M\n`);
  run('qemu-img', 'convert', '-O', 'qcow2', image, qcow2);
  record({ volumes: [{ use: 'root', device: qcow2, mount: '/' }] });
  return qcow2;
}
/** Everything of a rescue that could be left on this machine. */
const ofOurs = (): string[] => readdirSync('/sys/block').filter((name) => /^loop\d{5,}$/.test(name));

describe.skipIf(!canMount)(`a DomU’s files are found (${reason})`, () => {
  it.skipIf(!canQcow2)('in a partition in a qcow2, which its configuration says it is', async () => {
    const made = host();
    const { home, image, rescue, said, leftovers } = made;
    const qcow2 = inQcow2(made);
    expect(
      await rescue({ files: true, command: `cat etc/hostname >${home}/seen; echo mended >etc/fstab` }),
      said(),
    ).toBe(0);
    expect(readFileSync(join(home, 'seen'), 'utf8')).toBe('web1\n');
    run('qemu-img', 'check', qcow2);
    run('qemu-img', 'convert', '-O', 'raw', qcow2, image);
    expect(run('debugfs', '-R', 'cat /etc/fstab', `${image}?offset=1048576`)).toBe('mended\n');
    expect(leftovers()).toEqual([]);
  });

  describe.skipIf(hasMapper)('by stand-ins for the device mapper and cryptsetup', () => {
    let state = '';
    let made: RescueHost;
    beforeEach(() => {
      made = host();
      state = join(made.home, 'state');
      mkdirSync(state);
      // What they leave lies beside them: a session has no environment of whoever calls it.
      run('cp', '-r', join(import.meta.dirname, 'stand-ins'), join(made.home, 'bin'));
      process.env['PATH'] = `${join(made.home, 'bin')}:${path}`;
    });
    const log = (): string => readFileSync(join(state, 'log'), 'utf8');

    it('in LUKS in a partition; the passphrase is a line of a file, and on no command line', async () => {
      const { home, image, rescue, said, leftovers } = made;
      const [root, header] = [join(home, 'root.img'), join(home, 'header.img')];
      writeFilesystem(root, {});
      luksHeader(header);
      compose(image, 40, { 1: header, 2: root });
      table(image, String.raw`label: gpt\nsize=25M\n`);
      writeFileSync(join(home, 'secret'), 'wrong one\ncorrect horse\n');
      const command = `cat etc/hostname >${home}/seen; cat /proc/[0-9]*/cmdline | tr '\\\\0' '\\\\n' >${home}/arguments`;
      expect(await rescue({ files: true, command, secretFile: join(home, 'secret') }), said()).toBe(0);
      expect(readFileSync(join(home, 'seen'), 'utf8')).toBe('web1\n');
      expect(`${log()}${readFileSync(join(home, 'arguments'), 'utf8')}`).not.toContain('horse');
      expect(log()).toMatch(/dmsetup remove --deferred xwr-[0-9a-f]{8}-\d+\n/);
      expect(leftovers()).toEqual([]);
    });
    it('in LUKS only with its passphrase: without it is said why, and all is closed', async () => {
      const { home, image, rescue, leftovers } = made;
      luksHeader(join(home, 'header.img'));
      compose(image, 40, { 0: join(home, 'header.img') });
      writeFileSync(join(home, 'secret'), 'wrong one\n');
      expect(await refusal(rescue({ files: true, command: 'true', secretFile: join(home, 'secret') }))).toMatch(
        /^5 rescue-failed: .*no passphrase opens its LUKS/,
      );
      expect(leftovers()).toEqual([]);
    });
    it.skipIf(!canSee('vgcfgrestore'))(
      'in LVM in LUKS, whatever its group is called; its volumes lie where its table says',
      async () => {
        const { home, image, rescue, said, leftovers } = made;
        const [root, home1, header] = ['root.img', 'home.img', 'header.img'].map((name) => join(home, name)) as [
          string,
          string,
          string,
        ];
        writeFilesystem(root, { 'etc/fstab': '/dev/mapper/vg0-home--1 /home ext4 defaults 0 2\n', home: '/' });
        writeFilesystem(home1, { 'etc/hostname': '!' }, '8M');
        luksHeader(header);
        const group = join(home, 'group.img');
        groupOf(group, home, [
          ['root', 24, 0],
          ['home-1', 8, 6],
        ]);
        compose(image, 60, { 0: header, 1: group, 2: root, 26: home1 });
        writeFileSync(join(home, 'secret'), 'correct horse');
        expect(
          await rescue({
            files: true,
            command: `cat etc/hostname home/vmlinuz >${home}/seen`,
            secretFile: join(home, 'secret'),
          }),
          said(),
        ).toBe(0);
        expect(readFileSync(join(home, 'seen'), 'utf8')).toBe('web1\nkernel');
        expect(leftovers()).toEqual([]);
        expect(ourLoops(home)).toEqual([]);
      },
    );
  });
});

/** How far it is, by what can be seen of it. */
const PHASES: Readonly<Record<string, (host: RescueHost) => boolean>> = {
  'has QEMU at work': ({ home }) => isSeen('cmdline', `${home}/work/xwr-`),
  'has a loop over what QEMU shows': ({ home }) => ourLoops(home).length > 0,
  'has a loop over a partition of that': ({ home }) => ourLoops(home).length > 1,
  'has it mounted': ({ home }) => isSeen('mountinfo', `${home}/work/web1/root`),
};
const isSeen = (file: string, text: string): boolean =>
  run('sh', '-c', `cat /proc/[0-9]*/${file} 2>/dev/null || true`).includes(text);
const ourLoops = (home: string): string[] => {
  const { firstLoop } = privateNames('web1', worldIn(home));
  return ofOurs().filter((name) => Number(name.slice(4)) >= firstLoop && Number(name.slice(4)) < firstLoop + 100);
};
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await setTimeout(5);
};

describe.skipIf(!canMount || !canQcow2)(`a rescue of a qcow2 that is killed (${reason})`, () => {
  it.each(Object.keys(PHASES))('when it %s leaves one owner, and nothing after --close', async (phase) => {
    const made = host();
    const { home, rescue, said, config } = made;
    const qcow2 = inQcow2(made);
    const options = JSON.stringify({ files: true, command: 'sleep 1000' });
    const program = join(import.meta.dirname, 'one-rescue.ts');
    const child = spawn(process.execPath, [...IMPORT_TEXT, program, home, options], { stdio: 'ignore' });
    await until(() => PHASES[phase]?.(made) === true);
    child.kill('SIGKILL');
    expect(existsSync(config)).toBe(false);
    expect(await rescue({ close: true }), said()).toBe(0);
    expect([ourLoops(home), isSeen('cmdline', qcow2), existsSync(config)]).toEqual([[], false, true]);
    run('qemu-img', 'check', qcow2);
  });
});

/**
 * A physical volume with a group vg0 of linear volumes: name, MiB, first extent of 4 MiB. Its data begin at a MiB; only
 * its metadata are made, by lvm itself, which needs no device mapper for that.
 */
function groupOf(image: string, home: string, volumes: readonly (readonly [string, number, number])[]): void {
  run('truncate', '--size', '58M', image);
  const device = run('losetup', '--find', '--show', image).trim();
  const config = 'devices{use_devicesfile=0 filter=["a|.*|"]} backup{backup=0 archive=0}';
  const uuid = 'aI29tE-XoaI-8kgE-yAmb-y6hX-mji1-Cqcd0F';
  const rows = volumes.map(
    ([name, sizeMiB, start], index) =>
      `${name} { id = "aI29tE-XoaI-8kgE-yAmb-y6hX-mji1-Cqcd0${index}"\nstatus = ["READ","WRITE","VISIBLE"]\nsegment_count = 1\nsegment1 { start_extent = 0\nextent_count = ${sizeMiB / 4}\ntype = "striped"\nstripe_count = 1\nstripes = ["pv0", ${start}] } }`,
  );
  writeFileSync(
    join(home, 'group.vg'),
    `contents = "Text Format Volume Group"\nversion = 1\nvg0 { id = "bI29tE-XoaI-8kgE-yAmb-y6hX-mji1-Cqcd0F"\nseqno = 1\nformat = "lvm2"\nstatus = ["RESIZEABLE","READ","WRITE"]\nflags = []\nextent_size = 8192\nmax_lv = 0\nmax_pv = 0\nmetadata_copies = 0\nphysical_volumes { pv0 { id = "${uuid}"\ndevice = "${device}"\nstatus = ["ALLOCATABLE"]\nflags = []\ndev_size = 118784\npe_start = 2048\npe_count = 14 } }\nlogical_volumes { ${rows.join('\n')} } }\n`,
  );
  try {
    const words = ['--devices', device, '--config', config];
    run('pvcreate', '-qq', '-ff', '-y', ...words, '--uuid', uuid, '--restorefile', join(home, 'group.vg'), device);
    run('vgcfgrestore', '-qq', '-y', ...words, '--file', join(home, 'group.vg'), 'vg0');
  } finally {
    run('losetup', '--detach', device);
  }
  run('truncate', '--size', '1M', image);
}
