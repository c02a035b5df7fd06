/**
 * How soon the medium is there, against a bare Debian with the same kernel on a disk: both started in the same way, in
 * turns. What counts is the processor time that the machines take, since emulated machines share the processor with
 * others; wall time is printed.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { accelerator } from '../../src/system/vm/accelerator.ts';
import { exec } from '../../src/system/process/exec.ts';
import { startMachine } from '../../src/system/vm/qemu.ts';
import { labPlan } from './bases.ts';
import { buildMediumIn } from './support/medium.ts';

const MINUTE = 60_000;
const POLL_MS = 200;
/** Until what a start has written is on the disk. */
const SETTLE_MS = 45_000;
const TICKS_A_SECOND = 100;
const MOST = 1.3;
const folder = mkdtempSync(join(process.env['XENWRIGHT_LAB'] ?? tmpdir(), 'xw-speed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

interface Start {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

it(
  'is on the screen within 1.3 times the start of a bare Debian',
  async () => {
    await bareDebian();
    // Of the disc: the initrd of the netboot set is larger.
    const { iso } = await buildMediumIn(folder);
    await exec(
      [
        'xorriso',
        '-osirrox',
        'on',
        '-indev',
        iso,
        '-extract_single',
        '/live/vmlinuz',
        at('live-vmlinuz'),
        '-extract_single',
        '/live/initrd.img',
        at('live-initrd.img'),
      ],
      { timeoutMs: 2 * MINUTE, quiet: true },
    );
    const words = 'quiet systemd.ssh_auto=no console=tty0 console=ttyS0,115200';
    const bare = [
      '-drive',
      `file=${at('bare.img')},if=virtio,format=raw,snapshot=on`,
      '-kernel',
      at('vmlinuz'),
      '-initrd',
      at('initrd.img'),
      '-append',
      `root=/dev/vda ro ${words}`,
    ];
    const medium = [
      '-cdrom',
      iso,
      '-kernel',
      at('live-vmlinuz'),
      '-initrd',
      at('live-initrd.img'),
      '-append',
      `boot=xenwright ${words}`,
    ];
    // Its very first start does what others need not: keys, tables, the machine's id.
    await startUntil(
      'bare-first',
      bare.map((word) => word.replace(',snapshot=on', '')),
      /login:/,
      SETTLE_MS,
    );
    const best: Record<string, Start> = {};
    for (const round of [1, 2])
      for (const [name, args, sign] of [
        ['bare', bare, /login:/],
        ['medium', medium, /Xenwright, from the boot medium/],
      ] as const) {
        const start = await startUntil(`${name}-${round}`, args, sign);
        process.stdout.write(
          `${name}: ${start.wallSeconds.toFixed(1)} s, ${start.cpuSeconds.toFixed(1)} s of processor time\n`,
        );
        if (start.cpuSeconds < (best[name]?.cpuSeconds ?? Number.POSITIVE_INFINITY)) best[name] = start;
      }
    expect((best['medium'] as Start).cpuSeconds / (best['bare'] as Start).cpuSeconds).toBeLessThan(MOST);
  },
  60 * MINUTE,
);

/** An image of what debootstrap makes, with a kernel, and that kernel and its initrd beside it. */
async function bareDebian(): Promise<void> {
  const sources = (await labPlan()).actions.flatMap((action) =>
    action.kind === 'base.build' && action.params.base.role === 'common' ? action.params.base.sources : [],
  );
  const lines = sources.map(({ uri, suite, components }) => `deb ${uri} ${suite} ${components.join(' ')}`);
  await exec(
    [
      'mmdebstrap',
      '--quiet',
      '--variant=important',
      '--include=linux-image-amd64,initramfs-tools,zstd,openssh-server',
      '--aptopt=Acquire::Check-Valid-Until "false"',
      'trixie',
      at('bare.tar'),
      ...lines,
    ],
    { timeoutMs: 20 * MINUTE, quiet: true },
  );
  mkdirSync(at('bare'));
  await exec(['tar', '--extract', '--numeric-owner', `--directory=${at('bare')}`, `--file=${at('bare.tar')}`], {
    timeoutMs: 10 * MINUTE,
    quiet: true,
  });
  await exec(
    [
      'sh',
      '-c',
      'echo "/dev/vda / ext4 defaults 0 1" >"$1/bare/etc/fstab"; cp "$1"/bare/boot/vmlinuz-* "$1/vmlinuz"; cp "$1"/bare/boot/initrd.img-* "$1/initrd.img"; mke2fs -q -F -t ext4 -d "$1/bare" "$1/bare.img" 3G',
      'sh',
      folder,
    ],
    { timeoutMs: 10 * MINUTE, quiet: true },
  );
}

async function startUntil(name: string, args: readonly string[], sign: RegExp, settleMs = 0): Promise<Start> {
  const machine = await startMachine({
    transcript: at(`${name}.log`),
    port: false,
    arguments: [
      ...(await accelerator()),
      '-name',
      name,
      '-machine',
      'q35',
      '-smp',
      '2',
      '-m',
      '2048',
      '-vga',
      'none',
      '-nic',
      'user,model=virtio-net-pci',
      ...args,
    ],
  });
  const beganMs = Date.now();
  try {
    while (!sign.test(machine.tail())) {
      if (Date.now() - beganMs > 10 * MINUTE) throw new Error(`${name} never said ${String(sign)}:\n${machine.tail()}`);
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
    }
    const start = { wallSeconds: (Date.now() - beganMs) / 1000, cpuSeconds: processorTimeOf(name) };
    await new Promise((resolve) => {
      setTimeout(resolve, settleMs);
    });
    return start;
  } finally {
    machine.kill();
    await machine.gone;
  }
}

/** Of the QEMU with this name, by proc_pid_stat(5). */
function processorTimeOf(name: string): number {
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (!words.includes(name) || !(words[0] ?? '').includes('qemu-system')) continue;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error(`there is no machine with the name ${name}`);
}
