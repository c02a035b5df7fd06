/**
 * The appliance itself (virtual machines; needs qemu-system-x86_64). Its transcript stays under
 * test/artifacts/lab/appliance.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probeGuest } from '../../src/system/vm/accelerator.ts';
import { startMachine } from '../../src/system/vm/qemu.ts';
import { IMPORT_TEXT } from '../assets.ts';
import { applianceBase, applianceOn, command, emptyDisk, outputOf, type ApplianceBase } from './support/appliance.ts';
import { labFolder } from './support/cli.ts';
import { machinesOn } from './support/processes.ts';
import { actionOf } from '../actions/action-of.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
if (!hasQemu) process.stdout.write('tests of the appliance are left out: qemu-system-x86_64 is not installed\n');
const DISK = '/dev/disk/by-id/virtio-xw-disk0';
const folder = labFolder('appliance');

describe.skipIf(!hasQemu)('an appliance (virtual machine)', () => {
  let base: ApplianceBase;
  beforeAll(async () => {
    base = await applianceBase();
  });

  describe('with an empty disk', () => {
    const secret = 'canary-secret-7f3a';
    const image = emptyDisk(folder, 'one', 2048);
    let appliance: ReturnType<typeof applianceOn>;
    beforeAll(() => {
      appliance = applianceOn(base, [image], folder, secret);
    });
    afterAll(async () => {
      await appliance.close();
    });

    test('sees that disk and nothing of this machine', async () => {
      expect(
        await outputOf(
          appliance,
          command(`lsblk --noheadings --nodeps --raw --bytes -o SIZE $(readlink -f ${DISK}); ls /dev/disk/by-id`),
        ),
      ).toMatch(/^2147483648\nvirtio-xw-appliance\nvirtio-xw-disk0\nvirtio-xw-tools$/);
      await expect(outputOf(appliance, command('touch /bases/x'))).rejects.toMatchObject({ code: 'command-failed' });
    });

    test('writes a base that it is handed as a disk, whole', async () => {
      await outputOf(
        appliance,
        actionOf('base.write', {
          hash: base.hash,
          device: DISK,
          in: null,
          uuid: '11111111-2222-4333-8444-555555555551',
          label: 'written',
        }),
      );
      expect(
        await outputOf(
          appliance,
          command(
            `test -b /bases/${base.hash}/image && e2fsck -fn ${DISK} >/dev/null 2>&1 && blkid -o value -s LABEL ${DISK}`,
          ),
        ),
      ).toBe('written');
    });

    test('runs several actions at once', async () => {
      const began = performance.now();
      await Promise.all([1, 2, 3].map((n) => outputOf(appliance, command('sleep 4', `sleep-${n}`))));
      expect((performance.now() - began) / 1000).toBeLessThan(11);
    });

    test('stops an action that is cancelled, and goes on with others', async () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 1500);
      await expect(outputOf(appliance, command('sleep 600', 'long'), abort.signal)).rejects.toMatchObject({
        code: 'interrupted',
      });
      expect(await outputOf(appliance, command('pgrep -x sleep || echo none'))).toBe('none');
    });

    test('uses a secret without ever showing it', async () => {
      const tree = { domain: 'web1', mounts: [{ device: DISK, at: '/', type: 'ext4' }] };
      await outputOf(
        appliance,
        actionOf('tree.files', {
          tree,
          remove: [],
          directories: [],
          links: [],
          files: [{ path: '/etc/canary', mode: '0600', owner: 'root:root', content: { secret: 'profile' } }],
        }),
      );
      const shown = await outputOf(
        appliance,
        actionOf('tree.commands', { tree, commands: [{ run: 'cat /etc/canary', timeoutMs: 60_000, onError: 'fail' }] }),
      );
      expect(shown).toContain('***');
      expect(shown).not.toContain(secret);
      expect(readFileSync(join(folder, 'appliance-console.log'), 'utf8')).not.toContain(secret);
    });

    test('keeps its disk to itself: another machine on the same image is refused', async () => {
      const other = startMachine({
        transcript: join(folder, 'other.log'),
        port: false,
        arguments: ['-S', '-nodefaults', '-drive', `file=${image},format=raw,if=virtio`],
      });
      await expect(other).rejects.toMatchObject({ code: 'target-busy', exit: 4 });
    });

    test('powers off cleanly, within seconds', async () => {
      const began = performance.now();
      await appliance.close();
      expect((performance.now() - began) / 1000).toBeLessThan(60);
      expect(machinesOn(image)).toEqual([]);
      expect(readFileSync(join(folder, 'appliance-console.log'), 'utf8')).toMatch(/Power down/);
    });
  });

  test('ends with the process that started it, even when that one is killed', async () => {
    const image = emptyDisk(folder, 'two', 64);
    const holder = spawn(
      process.execPath,
      [...IMPORT_TEXT, join(import.meta.dirname, 'support/hold-appliance.ts'), base.store, base.hash, image, folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    expect(machinesOn(image)).toHaveLength(1);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
    expect(machinesOn(image)).toEqual([]);
  });
});

describe.skipIf(!hasQemu)('a machine', () => {
  test('runs the guest that KVM is probed with (virtual machine)', async () => {
    expect(await probeGuest(['-accel', 'tcg'])).toBe(true);
    // A guest that is never started, as with a /dev/kvm that only pretends.
    expect(await probeGuest(['-accel', 'tcg', '-S'], 1500)).toBe(false);
  });

  test('is in its transcript to the last character, however suddenly it ends (virtual machine)', async () => {
    // A boot sector that says x 16384 times, as fast as the serial port takes it, and switches the machine off.
    const sector = Buffer.alloc(512);
    Buffer.from([
      0xb9, 0x00, 0x40, 0xba, 0xfd, 0x03, 0xec, 0xa8, 0x20, 0x74, 0xfb, 0xba, 0xf8, 0x03, 0xb0, 0x78, 0xee, 0xe2, 0xf0,
      0xb0, 0x2a, 0xe6, 0xf4, 0xf4,
    ]).copy(sector);
    sector.writeUInt16LE(0xaa55, 510);
    const [disk, transcript] = [join(folder, 'sector.img'), join(folder, 'sector.log')];
    writeFileSync(disk, sector);
    const machine = await startMachine({
      transcript,
      port: false,
      arguments: [
        '-accel',
        'tcg',
        '-m',
        '16',
        '-S',
        '-device',
        'isa-debug-exit,iobase=0xf4,iosize=1',
        '-drive',
        `file=${disk},format=raw`,
      ],
    });
    await machine.control.execute('cont');
    // This process looks away until the machine is over: all it said is still in the socket then.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
    await machine.gone;
    expect(readFileSync(transcript, 'utf8').replaceAll(/[^x]/g, '').length).toBeGreaterThanOrEqual(16384);
  });

  test('that QEMU refuses is reported with what QEMU says', async () => {
    const machine = startMachine({
      transcript: join(folder, 'refused.log'),
      port: false,
      arguments: ['-drive', 'file=/nonexistent/block.img,format=raw'],
    });
    await expect(machine).rejects.toMatchObject({
      code: 'machine-refused',
      exit: 4,
      lastLines: expect.arrayContaining([expect.stringContaining("Could not open '/nonexistent/block.img'")]),
    });
  });
});
