/** Boots installed images as a whole machine: own firmware, own boot loader, the serial console on a socket. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import { imageMac } from '../../facts/image-machine.ts';
import { sectorBytesOfTable } from '../disk/sector-bytes.ts';
import { exec } from '../process/exec.ts';
import { imageState, keptImageSeed } from '../disk/image-files.ts';
import { makeFolder } from '../files/own-files.ts';
import { optionValue, startMachine, type Machine } from './qemu.ts';

export interface BootOptions {
  readonly images: readonly string[];
  readonly firmware: 'bios' | 'uefi';
  readonly memoryMiB: number;
  readonly transcript: string;
  /** What the machine writes is thrown away. */
  readonly scratch: boolean;
  /** Features of the processor more or less, in QEMU's words (`+smap`): for machines of the lab. */
  readonly processor?: string;
  /** Forward this local port to the machine's SSH; null: no forwarding. */
  readonly sshPort: number | null;
}

/** Code and variables, at the places that distributions have them. */
export const UEFI_FIRMWARE = [
  ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
  ['/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'],
] as const;

/** Its CPU is one that Xen runs well on under emulation: nested paging, no AVX, no SMAP. */
const ACCELERATOR = 'tcg,thread=multi';
const PROCESSOR = 'qemu64,+svm,+npt';

/**
 * Is the whole machine emulated, its hardware virtualization too? PVH and HVM DomUs then end in a triple fault now and
 * then, for the emulator's nested paging is not perfect; PV ones do without it.
 */
export const EMULATES_WHOLE = ACCELERATOR.startsWith('tcg');

/** Of a sector, where nothing else is said. */
const USUAL_BYTES = 512;

/** Starts the machine. */
export async function bootMachine(options: BootOptions): Promise<Machine> {
  // Beside the image, since what a scratch machine writes may be more than a /tmp in memory holds.
  const folder = await mkdtemp(join(await makeFolder(imageState(options.images[0] ?? '')), 'boot-'));
  const cleanUp = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const machine = await startMachine({
      transcript: options.transcript,
      port: false,
      files: Object.fromEntries(
        options.images.map((image, index) => [
          `disk${index}`,
          options.scratch ? join(folder, `disk${index}.qcow2`) : image,
        ]),
      ),
      arguments: await machineArguments(options, folder),
    });
    return { ...machine, gone: machine.gone.finally(cleanUp) };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** Presses the power button and waits; what does not go down in time is switched off. */
export async function powerOff(machine: Machine, limitSeconds: number): Promise<void> {
  await machine.control.execute('system_powerdown').catch(() => undefined);
  const limit = setTimeout(() => machine.kill(), limitSeconds * 1000);
  await machine.gone;
  clearTimeout(limit);
}

/** A partition table can only be read with the sectors that it was written for. */
async function sectorOptions(image: string): Promise<string> {
  const bytes = await sectorBytesOfTable(image);
  return bytes === null || bytes === USUAL_BYTES ? '' : `,logical_block_size=${bytes},physical_block_size=${bytes}`;
}

async function machineArguments(options: BootOptions, folder: string): Promise<string[]> {
  const drives: string[] = [];
  for (const [index, image] of options.images.entries()) {
    let file = `file=${optionValue(image)},format=raw`;
    if (options.scratch) {
      const overlay = join(folder, `disk${index}.qcow2`);
      await exec(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', await absolute(image), overlay], {
        quiet: true,
      });
      file = `file=${optionValue(overlay)},format=qcow2`;
    }
    drives.push(
      '-drive',
      `${file},if=none,id=disk${index},cache=writeback`,
      '-device',
      `virtio-blk-pci,drive=disk${index},serial=xw-disk${index},bootindex=${index + 1}${await sectorOptions(image)}`,
    );
  }
  const mac = await macOf(options.images[0] ?? '');
  return [
    '-machine',
    'q35',
    '-accel',
    ACCELERATOR,
    '-cpu',
    [PROCESSOR, ...(options.processor === undefined ? [] : [options.processor])].join(','),
    '-smp',
    '2',
    '-m',
    String(options.memoryMiB),
    '-vga',
    'std',
    ...(options.firmware === 'uefi' ? await uefiArguments(folder) : []),
    ...drives,
    '-nic',
    `user,model=virtio-net-pci${mac === null ? '' : `,mac=${mac}`}${options.sshPort === null ? '' : `,hostfwd=tcp:127.0.0.1:${options.sshPort}-:22`}`,
  ];
}

/** UEFI, with variables of its own in this folder. Throws `missing-tools.firmware` (exit 4). */
export async function uefiArguments(folder: string): Promise<string[]> {
  for (const [code, variables] of UEFI_FIRMWARE) {
    const own = join(folder, 'variables.fd');
    if (
      await copyFile(variables, own).then(
        () => true,
        () => false,
      )
    )
      return [
        '-drive',
        `if=pflash,unit=0,format=raw,readonly=on,file=${code}`,
        '-drive',
        `if=pflash,unit=1,format=raw,file=${optionValue(own)}`,
      ];
  }
  throw failure('missing-tools.firmware', EXIT.refused);
}

/** The MAC that the image's host was planned with; an image without our state gets QEMU's own. */
async function macOf(image: string): Promise<string | null> {
  const seed = await keptImageSeed(image).catch(() => null);
  return seed === null ? null : imageMac(seed, 0);
}

async function absolute(path: string): Promise<string> {
  return (await exec(['realpath', path], { quiet: true })).stdout.trim();
}
