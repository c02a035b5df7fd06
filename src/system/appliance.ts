/** Boots the appliance: its base read-only, the program beside it, the images as disks, the bases to read from. */
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { ApplianceLink } from '../medium/appliance-executor.ts';
import { applianceInit } from '../medium/appliance-init.ts';
import { accelerator } from './accelerator.ts';
import { exec } from './exec.ts';
import { startMachine } from './qemu.ts';

export interface ApplianceOptions {
  /** Folder of bases, and the hash of the appliance's own. */
  readonly store: string; readonly hash: string;
  readonly images: readonly string[];
  readonly memoryMiB: number;
  readonly transcript: string;
}

/** Starts it and connects to its agent's port. */
export async function startAppliance(options: ApplianceOptions): Promise<ApplianceLink> {
  const base = join(options.store, options.hash);
  const tools = await toolsImage(options.store);
  const machine = await startMachine({
    transcript: options.transcript, port: true,
    arguments: [
      ...(await accelerator()), '-smp', '2', '-m', String(options.memoryMiB), '-nodefaults', '-no-reboot', '-vga', 'none', '-nic', 'none',
      '-kernel', join(base, 'vmlinuz'), '-initrd', join(base, 'initrd.img'),
      '-append', 'root=/dev/vda ro console=ttyS0 panic=-1 no_timer_check quiet rootdelay=300 init=/xenwright-init',
      // Named devices in this order: the kernel calls them vda and vdb, the images follow.
      '-drive', `file=${join(base, 'image')},if=none,id=root,format=raw,snapshot=on`, '-device', 'virtio-blk-pci,drive=root,serial=xw-appliance',
      '-drive', `file=${tools},if=none,id=tools,format=raw,readonly=on`, '-device', 'virtio-blk-pci,drive=tools,serial=xw-tools',
      '-virtfs', `local,path=${options.store},mount_tag=bases,security_model=none,readonly=on`,
      ...options.images.flatMap((image, index) => ['-drive', `file=${image},if=none,id=disk${index},format=raw,cache=writeback,discard=unmap,detect-zeroes=unmap`, '-device', `virtio-blk-pci,drive=disk${index},serial=xw-disk${index}`]),
    ],
  });
  const { port } = machine;
  if (port === null) throw new Error('the appliance has no port');
  port.setEncoding('utf8');
  return {
    send: (line) => { port.write(line); },
    onData: (listener) => { port.on('data', (chunk) => listener(String(chunk))); },
    gone: machine.gone.then((words) => `${machine.tail()}\n${words}`.trim()),
    kill: () => machine.kill(),
  };
}

/** A small image with Node.js, the program and the appliance's init, made anew when one of them changes. */
async function toolsImage(store: string): Promise<string> {
  const bundle = process.argv[1];
  if (bundle === undefined) throw new Error('the program does not know its own path');
  const program = await readFile(bundle);
  const hash = createHash('sha256').update(program).update(process.version).update(applianceInit()).digest('hex').slice(0, 16);
  const image = join(store, `tools-${hash}.img`);
  if (await readFile(`${image}.ok`).then(() => true, () => false)) return image;
  const folder = join(store, `tools-${hash}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    await copyFile(process.execPath, join(folder, 'node'));
    await writeFileAtomic(join(folder, 'xenwright.mjs'), program);
    await writeFileAtomic(join(folder, 'init'), applianceInit());
    await exec(['mke2fs', '-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-d', folder, `${image}.${process.pid}`, '400M'], { quiet: true });
    await rename(`${image}.${process.pid}`, image);
    await writeFileAtomic(`${image}.ok`, '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return image;
}
