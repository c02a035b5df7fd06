/**
 * An HVM guest's boot volume, made by the GRUB of a real Dom0 tree, started by the same BIOS that HVM guests have (in
 * an ordinary virtual machine).
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exec } from '../../src/system/process/exec.ts';
import { buildBases, ground, labPlan } from './bases.ts';

const UUID = '11111111-2222-4333-8444-555555555559';
const LIMIT_MS = 240_000;
const here = ground();
afterAll(async () => {
  await here.clear();
});

const guestMenu = `serial --unit=0\nterminal_output serial\nset timeout=0\nmenuentry 'Debian' {\n\tinsmod ext2\n\tsearch --no-floppy --fs-uuid --set=root ${UUID}\n\tlinux /vmlinuz root=UUID=${UUID} ro console=ttyS0\n\tinitrd /initrd.img\n}\n`;

test.skipIf(!existsSync('/usr/bin/qemu-system-x86_64'))(
  'a boot volume starts the kernel of the root volume beside it (virtual machine; needs qemu-system-x86_64)',
  async () => {
    const base = await buildBases(await labPlan(), ['common', 'dom0', 'domu'], here);
    for (const name of ['dom0', 'web1']) {
      writeFileSync(here.volume(name), '');
      truncateSync(here.volume(name), 2 ** 31);
      await here.act('base.write', {
        hash: base(name),
        device: here.volume(name),
        in: null,
        uuid: name === 'web1' ? UUID : UUID.replace(/9$/, '8'),
        label: name,
      });
    }
    await here.act('tree.files', {
      tree: here.tree('web1'),
      remove: [],
      directories: [],
      links: [],
      files: [{ path: '/boot/grub/grub.cfg', mode: '0644', owner: 'root:root', content: guestMenu }],
    });
    await here.mounts.close();
    writeFileSync(here.volume('boot'), Buffer.alloc(8 * 1024 * 1024, 'what was here before'));
    const loop = (await exec(['losetup', '--find', '--show', here.volume('boot')])).stdout.trim();
    try {
      await here.act('domu.boot-volume', { dom0: here.tree('dom0'), device: loop, rootUuid: UUID });
    } finally {
      await exec(['losetup', '--detach', loop]);
    }
    const serial = join(here.folder, 'serial.log');
    const machine = spawn(
      'qemu-system-x86_64',
      [
        '-accel',
        'tcg',
        '-cpu',
        'qemu64',
        '-m',
        '768',
        '-display',
        'none',
        '-monitor',
        'none',
        '-no-reboot',
        '-serial',
        `file:${serial}`,
        ...['boot', 'web1'].flatMap((name, index) => [
          '-drive',
          `file=${here.volume(name)},format=raw,index=${index},snapshot=on`,
        ]),
      ],
      { stdio: 'ignore' },
    );
    const seen = (): string => (existsSync(serial) ? readFileSync(serial, 'latin1') : '');
    try {
      for (const began = Date.now(); Date.now() - began < LIMIT_MS && !/Command line:.*/.test(seen());)
        await new Promise((resolve) => {
          setTimeout(resolve, 500);
        });
    } finally {
      machine.kill('SIGKILL');
    }
    expect(seen()).toMatch(new RegExp(`Command line: BOOT_IMAGE=/vmlinuz root=UUID=${UUID} ro console=ttyS0`));
  },
);
