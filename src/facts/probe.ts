/** Probes a machine into facts. Read-only; whatever this machine does not have or does not tell is empty or null. */
import { createHash } from 'node:crypto';
import { mirrorsOf } from './apt-sources.ts';
import { withBegunRuns } from './begun-run.ts';
import { probeBundledBases } from './bundled-bases.ts';
import { probeConsoles } from './consoles.ts';
import { parseCpuinfo, parseMeminfo } from './cpu.ts';
import { probeDisks } from './disks.ts';
import type { DiskFacts, Facts } from './facts.ts';
import { probeFirmware, probeProduct } from './firmware.ts';
import { firmwareWanted, type PciDevice } from './firmware-wanted.ts';
import { probeNics } from './nics.ts';
import type { DiskProbePort, ProbePort } from './probe-port.ts';
import { machineSeed } from './seed.ts';
import { probeLacks } from './installer.ts';

/** Filesystems that the kernel may have as modules and that matter to an install. */
const FILESYSTEM_MODULES: Readonly<Record<string, string>> = {
  btrfs: 'btrfs',
  ext4: 'ext4',
  isofs: 'iso9660',
  nfs: 'nfs',
  overlay: 'overlay',
  squashfs: 'squashfs',
  udf: 'udf',
  vfat: 'vfat',
  xfs: 'xfs',
};

/** `used`: the terminal that a person uses, see `probeConsoles`. */
export async function probeFacts(port: DiskProbePort, used?: string | null): Promise<Facts> {
  const cpuinfo = (await port.read('/proc/cpuinfo')) ?? '';
  const cpu = parseCpuinfo(cpuinfo);
  const [product, nics, storage] = [await probeProduct(port), await probeNics(port), await probeDisks(port)];
  const bundled = await probeBundledBases(port);
  const pci = await pciDevices(port);
  const consoles = await probeConsoles(
    port,
    pci.map((device) => device.class),
    used,
  );
  const release = (await port.read('/proc/sys/kernel/osrelease'))?.trim() ?? 'unknown';
  const modules =
    ((await port.read(`/lib/modules/${release}/modules.dep`)) ?? '') +
    ((await port.read(`/lib/modules/${release}/modules.builtin`)) ?? '');
  const lacks = await probeLacks(port);
  const seed = machineSeed(product, nics) ?? seedOfDisks(storage.disks);
  return {
    version: 1,
    kind: 'machine',
    product,
    seed,
    firmware: await probeFirmware(port),
    cpu,
    memoryMiB: parseMeminfo((await port.read('/proc/meminfo')) ?? ''),
    disks: await withBegunRuns(port, storage.nodes, storage.disks, seed),
    ...(storage.otherGroups.length === 0 ? {} : { otherGroups: storage.otherGroups }),
    ...(storage.otherUuids.length === 0 ? {} : { otherUuids: storage.otherUuids }),
    nics,
    kernel: {
      release,
      deviceMapper: /\bdevice-mapper$/m.test((await port.read('/proc/misc')) ?? '') || hasModule(modules, 'dm-mod'),
      loopPartitions:
        (storage.hasPartitions ||
          /^CONFIG_EFI_PARTITION=y$/m.test((await port.read(`/boot/config-${release}`)) ?? '')) &&
        ((await port.list('/sys/class/block')).some((name) => name.startsWith('loop')) || hasModule(modules, 'loop')),
      filesystems: filesystemsOf((await port.read('/proc/filesystems')) ?? '', modules),
    },
    ...(lacks.length === 0 ? {} : { lacks }),
    media: storage.media,
    firmwareWanted: firmwareWanted(pci, cpu, /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo), await port.run(['dmesg'])),
    aptSources: { mirrors: mirrorsOf(await probeAptSources(port)) },
    ...(consoles === undefined ? {} : { consoles }),
    ...(bundled.fit.length === 0 ? {} : { bundledBases: bundled.fit }),
    ...(bundled.unfit.length === 0 ? {} : { unfitBases: bundled.unfit }),
  };
}

/** A machine without any identity in firmware and NICs is told from its siblings by its disks. */
function seedOfDisks(disks: readonly DiskFacts[]): string {
  return createHash('sha256')
    .update(JSON.stringify(disks.map(({ serial, wwn }) => [serial, wwn])))
    .digest('hex');
}

function filesystemsOf(procFilesystems: string, modules: string): string[] {
  const builtIn = procFilesystems
    .split('\n')
    .filter((line) => line.startsWith('\t'))
    .map((line) => line.trim());
  const known = Object.entries(FILESYSTEM_MODULES)
    .filter(([module]) => hasModule(modules, module))
    .map(([, name]) => name);
  return [...new Set([...builtIn, ...known])].filter((name) => name !== '').sort();
}

function hasModule(modules: string, name: string): boolean {
  return modules.includes(`/${name}.ko`);
}

async function pciDevices(port: ProbePort): Promise<PciDevice[]> {
  const hex = async (path: string): Promise<string> => ((await port.read(path)) ?? '').trim().replace(/^0x/, '');
  const devices: PciDevice[] = [];
  for (const address of await port.list('/sys/bus/pci/devices')) {
    const folder = `/sys/bus/pci/devices/${address}`;
    devices.push({
      vendor: await hex(`${folder}/vendor`),
      device: await hex(`${folder}/device`),
      class: await hex(`${folder}/class`),
    });
  }
  return devices;
}

/** The files of apt's sources, with their texts. */
export async function probeAptSources(port: ProbePort): Promise<{ name: string; text: string }[]> {
  const inFolder = (await port.list('/etc/apt/sources.list.d'))
    .filter((name) => /\.(list|sources)$/.test(name))
    .map((name) => `/etc/apt/sources.list.d/${name}`);
  const files: { name: string; text: string }[] = [];
  for (const name of ['/etc/apt/sources.list', ...inFolder]) {
    const text = await port.read(name);
    if (text !== null) files.push({ name, text });
  }
  return files;
}
