/** Boots the appliance: its base read-only, the program beside it, the images as disks, the bases to read from. */
import { join, resolve } from 'node:path';
import { APPLIANCE_SERIALS } from '../../actions/appliance-initrd.ts';
import type { ApplianceLink } from '../../appliance/executor.ts';
import { MEDIUM_SERIAL } from '../../plan/sections/section-medium.ts';
import { accelerator } from './accelerator.ts';
import { baseDisks } from './base-disks.ts';
import { ownProgram } from '../process/own-program.ts';
import { optionValue, startMachine } from './qemu.ts';
import { toolsImage } from './tools-image.ts';

export interface ApplianceOptions {
  /** Folder of bases, and the hash of the appliance's own. */
  readonly store: string;
  readonly hash: string;
  readonly images: readonly string[];
  /** A file that is handed in as a read-only disk, to be copied. */
  readonly medium?: string;
  readonly memoryMiB: number;
  readonly transcript: string;
  /** The bundle to run inside; the one that runs here when left out. */
  readonly program?: string;
}

/** Starts it and connects to its agent's port. */
export async function startAppliance(options: ApplianceOptions): Promise<ApplianceLink> {
  const base = join(options.store, options.hash);
  const tools = await toolsImage(options.store, options.program ?? ownProgram().script);
  const machine = await startMachine({
    transcript: options.transcript,
    port: true,
    files: Object.fromEntries(options.images.map((image, index) => [`disk${index}`, image])),
    arguments: [
      ...(await accelerator()),
      '-smp',
      '2',
      '-m',
      String(options.memoryMiB),
      '-nodefaults',
      '-no-reboot',
      '-vga',
      'none',
      '-nic',
      'none',
      '-kernel',
      join(base, 'vmlinuz'),
      '-initrd',
      join(base, 'initrd.img'),
      // no_timer_check: on a busy machine the emulated timer may fail the kernel's check, and the kernel then stops.
      '-append',
      'console=ttyS0 panic=-1 no_timer_check quiet loglevel=4 mitigations=off random.trust_cpu=on',
      ...disk('root', `${optionValue(join(base, 'image'))},snapshot=on`, APPLIANCE_SERIALS.root),
      ...disk('tools', `${optionValue(tools)},readonly=on`, APPLIANCE_SERIALS.tools),
      '-virtfs',
      `local,path=${optionValue(options.store)},mount_tag=bases,security_model=none,readonly=on`,
      ...options.images.flatMap((image, index) =>
        disk(
          `disk${index}`,
          `${optionValue(image)},cache=writeback,discard=unmap,detect-zeroes=unmap`,
          `xw-disk${index}`,
        ),
      ),
      ...(options.medium === undefined
        ? []
        : disk('medium', `${optionValue(options.medium)},readonly=on`, MEDIUM_SERIAL)),
    ],
  });
  const { port } = machine;
  if (port === null) throw new Error('the appliance has no port');
  port.setEncoding('utf8');
  return {
    ...baseDisks(machine.control, resolve(options.store)),
    send: (line) => {
      port.write(line);
    },
    onData: (listener) => {
      port.on('data', (chunk) => listener(String(chunk)));
    },
    gone: machine.gone.then((words) => `${machine.tail()}\n${words}`.trim()),
    fault: () => machine.fault(),
    kill: () => machine.kill(),
  };
}

function disk(id: string, file: string, serial: string): string[] {
  return [
    '-drive',
    `file=${file},if=none,id=${id},format=raw`,
    '-device',
    `virtio-blk-pci,drive=${id},serial=${serial}`,
  ];
}
