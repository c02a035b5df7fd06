/**
 * A new Xen that does not boot (virtual machine): the host starts the one that came up before, with its guest, says so,
 * stays with it at the next start, and tries the next update by itself. The console stays under
 * test/artifacts/lab/previous-xen.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HostVerdict } from '../../src/report/verdict.ts';
import { bootMachine, powerOff } from '../../src/system/vm/boot-machine.ts';
import type { Machine } from '../../src/system/vm/qemu.ts';
import { cli, labFolder } from './support/cli.ts';
import { HostConsole } from './support/host-console.ts';

const MINUTE = 60_000;
const START_MS = 25 * MINUTE;
/** Of an update: update-grub, initrds. */
const COMMAND_MS = 10 * MINUTE;
/** Beyond this one that says nothing stands still, and somebody presses reset. */
const SILENT_MS = 3 * MINUTE;
const [PASSWORD, HASH] = [
  'lab',
  '$6$labsalt$e.svQvk8jX0mQEPpLUGudMvFCNwOZ/CJK6NOYcVPXe7CEfTAvAHE/4QjVQRPpiwy.ZyFJYVD03OjeHrHcjTKj/',
];
/** A whole gzip, as an update brings it, of a hypervisor whose code is gone: GRUB starts it, and it does nothing. */
const BROKEN_UPDATE =
  'cd /boot; xen=$(ls xen-*.gz); cp $xen /root/whole.gz; zcat $xen >/tmp/xen; dd if=/dev/zero of=/tmp/xen bs=64k seek=1 count=24 conv=notrunc status=none; gzip -c /tmp/xen >$xen; sync; update-grub; /usr/lib/xenwright/verify-boot; cd /';
const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('previous-xen');
const image = join(folder, 'host.img');
const transcript = join(folder, 'console.log');

async function install(): Promise<void> {
  const profile = join(folder, 'host.yaml');
  writeFileSync(
    profile,
    `version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], root: 3G, swap: 256M, cache: 512M, reserve: 512M, boot: 512M }
  xen: { memory: 1G, vcpus: 2, options: "spec-ctrl=no xpti=no pcid=0 smap=0 smep=0" }
  admin: { passwordHash: "${HASH}" }
domus:
  - { name: db1, type: pv, memory: 384M, disks: { root: { size: 1G }, swap: 0 } }
`,
  );
  const run = await cli(folder, 'install', profile, '--image', image);
  expect(run.code, run.err + run.out.slice(-3000)).toBe(0);
}

/** The verdict of the next start; a machine that stands still meanwhile is reset. */
async function nextStart(host: HostConsole, machine: Machine): Promise<HostVerdict> {
  const reset = setTimeout(() => {
    void machine.control.execute('system_reset');
  }, SILENT_MS);
  try {
    // Any word of a hypervisor, but for those of the one that ends.
    await host.sees(/\(XEN\) (?!Hardware Dom0|Resetting)/, START_MS);
  } finally {
    clearTimeout(reset);
  }
  return await host.verdict(START_MS);
}

const up = (xen: boolean, why: RegExp | null): object => ({
  fallback: false,
  why: why === null ? null : (expect.stringMatching(why) as unknown),
  dom0: { up: true, hypervisor: xen ? 'xen' : 'none', bridge: 'xenbr0' },
  domus: [{ name: 'db1', up: true }],
});

test.skipIf(!hasQemu)(
  'a new Xen that does not boot gives way to the one before it, with its guest, until the next update',
  async () => {
    await install();
    const machine = await bootMachine({
      ...{ images: [image], firmware: 'bios', memoryMiB: 4096, scratch: false, sshPort: null },
      transcript,
    });
    try {
      const host = new HostConsole(machine);
      expect(await host.verdict(START_MS)).toMatchObject(up(true, null));
      await host.login('root', PASSWORD);
      expect((await host.run('cat /boot/grub/xenwright-good; ls -l /boot/grub')).text).toMatch(
        /^[0-9a-f]{64} \S+ xen-\S+\.gz\n[^]*xenwright-good\.gz/,
      );
      const update = await host.run(BROKEN_UPDATE, COMMAND_MS);
      expect(update.code, update.text).toBe(0);
      host.type('reboot\n');
      expect(await nextStart(host, machine)).toMatchObject(up(true, /^the newest Xen, or the kernel with it, did not/));
      // Above the prompt, before anybody came; the words of the verdict have pushed it up since.
      expect(readFileSync(transcript, 'utf8')).toMatch(/THIS HOST RUNS THE PREVIOUS XEN\. [^]*XENWRIGHT-VERDICT/);
      expect((await host.login('root', PASSWORD)).after).toContain('THIS HOST RUNS THE PREVIOUS XEN');
      // It does not stand still at the new one again.
      host.type('reboot\n');
      expect(await host.verdict(START_MS)).toMatchObject(up(true, /^the newest Xen, or the kernel with it, did not/));
      await host.login('root', PASSWORD);
      // The next update: a hypervisor that boots, and is not the one that is kept.
      const mend = await host.run(
        'zcat /root/whole.gz >/tmp/xen; gzip -1 -c /tmp/xen >$(ls /boot/xen-*.gz); sync; update-grub',
        COMMAND_MS,
      );
      expect(mend.code, mend.text).toBe(0);
      host.type('reboot\n');
      expect(await host.verdict(START_MS)).toMatchObject(up(true, null));
      await host.login('root', PASSWORD);
      expect((await host.run('cat /proc/cmdline; grep -c xenwright-previous /boot/grub/grub.cfg')).text).toMatch(
        / xenwright\.entry=newest\n/,
      );
      await powerOff(machine, 300);
    } finally {
      machine.kill();
      await machine.gone;
    }
  },
  120 * MINUTE,
);
