/** How virtual machines run here: KVM where a probe guest really answers, emulation otherwise. */
import { execa } from 'execa';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROBE_LIMIT_MS = 10_000;
const KVM = ['-accel', 'kvm', '-cpu', 'host'];
/**
 * Without "fast strings": kernels clear and copy pages by them a byte at a time where a CPU has them, and emulated that
 * takes many times as long as by words.
 */
const EMULATION = ['-accel', 'tcg,thread=multi', '-cpu', 'max,-erms,-fsrm'];
/** What the probe guest writes to the debug-exit port, and the exit code that QEMU makes of it. */
const PROBE_BYTE = 0x2a;
const PROBE_EXIT = (PROBE_BYTE << 1) | 1;

let known: Promise<readonly string[]> | null = null;

/** QEMU's accelerator and CPU for an ordinary Linux guest. The answer is kept for the life of the process. */
export function accelerator(): Promise<readonly string[]> {
  known ??= readFile('/proc/cpuinfo', 'utf8')
    .catch(() => '')
    .then((cpuinfo) => chooseAccelerator(cpuinfo, probeGuest));
  return known;
}

/** The CPU's flags come first: a probe of a /dev/kvm that only pretends takes its whole time limit. */
export async function chooseAccelerator(
  cpuinfo: string,
  probe: (argv: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  return /^flags\s*:.*\b(vmx|svm)\b/m.test(cpuinfo) && (await probe(KVM)) ? KVM : EMULATION;
}

/** Does a guest run? Boots a sector that writes one byte to the debug-exit port. */
export async function probeGuest(argv: readonly string[], limitMs = PROBE_LIMIT_MS): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-probe-'));
  try {
    // mov al,byte; out 0xf4,al; hlt; and the signature of a boot sector.
    const sector = Buffer.alloc(512);
    Buffer.from([0xb0, PROBE_BYTE, 0xe6, 0xf4, 0xf4]).copy(sector);
    sector.writeUInt16LE(0xaa55, 510);
    await writeFile(join(folder, 'sector'), sector);
    const result = await execa(
      'qemu-system-x86_64',
      [
        ...argv,
        '-m',
        '16',
        '-display',
        'none',
        '-nodefaults',
        '-device',
        'isa-debug-exit,iobase=0xf4,iosize=1',
        '-drive',
        `file=${join(folder, 'sector')},format=raw`,
      ],
      { stdin: 'ignore', reject: false, timeout: limitMs, forceKillAfterDelay: 500 },
    );
    return result.exitCode === PROBE_EXIT;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
