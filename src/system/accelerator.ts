/** How virtual machines run here: KVM where a probe guest really answers, emulation otherwise. */
import { execa } from 'execa';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let known: Promise<readonly string[]> | null = null;

/** QEMU's accelerator and CPU for an ordinary Linux guest. The answer is kept for the life of the process. */
export function accelerator(): Promise<readonly string[]> {
  known ??= hasKvm().then((yes) => (yes ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', 'max']));
  return known;
}

/** Boots a sector that writes one byte to the debug-exit port; a KVM that only pretends never gets there. */
async function hasKvm(): Promise<boolean> {
  const flags = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(flags)) return false;
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-kvm-'));
  try {
    // mov al,0x2a; out 0xf4,al; hlt; and the signature of a boot sector.
    const sector = Buffer.alloc(512);
    Buffer.from([0xb0, 0x2a, 0xe6, 0xf4, 0xf4]).copy(sector);
    sector.writeUInt16LE(0xaa55, 510);
    await writeFile(join(folder, 'sector'), sector);
    const result = await execa('qemu-system-x86_64', ['-accel', 'kvm', '-cpu', 'host', '-m', '16', '-display', 'none', '-nodefaults', '-device', 'isa-debug-exit,iobase=0xf4,iosize=1', '-drive', `file=${join(folder, 'sector')},format=raw`], { stdin: 'ignore', reject: false, timeout: 10_000 });
    return result.exitCode === ((0x2a << 1) | 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
