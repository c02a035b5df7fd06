/**
 * A machine as a hoster's rescue system is: the appliance's base, a network card, empty disks of its own, and nothing
 * else.
 */
import { join } from 'node:path';
import { APPLIANCE_SERIALS } from '../../../src/actions/appliance-initrd.ts';
import { ApplianceExecutor } from '../../../src/appliance/executor.ts';
import { accelerator } from '../../../src/system/vm/accelerator.ts';
import { startMachine } from '../../../src/system/vm/qemu.ts';
import { toolsImage } from '../../../src/system/vm/tools-image.ts';
import type { ApplianceBase } from './appliance.ts';
import { BUNDLE } from './cli.ts';

/** An image file, and the size of its disk's sectors where that is not 512 bytes. */
export type RescueDisk = string | { readonly image: string; readonly sectorBytes: number };

/**
 * Commands run in it by the executor; `/mnt/node /mnt/xenwright.mjs` is the program. Rebooting ends it. Its disks have
 * the serial numbers real-0, real-1 and so on. `more`: of QEMU's arguments.
 */
export function rescueSystem(
  { store, hash }: ApplianceBase,
  disks: readonly RescueDisk[],
  folder: string,
  more: readonly string[] = [],
): ApplianceExecutor {
  const disk = (id: string, file: string, serial: string, more = ''): string[] => [
    '-drive',
    `file=${file},if=none,id=${id},format=raw`,
    '-device',
    `virtio-blk-pci,drive=${id},serial=${serial}${more}`,
  ];
  return new ApplianceExecutor(
    async () => {
      const base = join(store, hash);
      const machine = await startMachine({
        transcript: join(folder, 'rescue-console.log'),
        port: true,
        arguments: [
          ...(await accelerator()),
          '-smp',
          '2',
          '-m',
          '2048',
          '-nodefaults',
          '-no-reboot',
          '-vga',
          'none',
          '-nic',
          'user,model=virtio-net-pci,mac=52:54:00:aa:bb:cc',
          '-kernel',
          join(base, 'vmlinuz'),
          '-initrd',
          join(base, 'initrd.img'),
          '-append',
          'console=ttyS0 panic=-1 no_timer_check quiet loglevel=4 mitigations=off random.trust_cpu=on',
          ...disk('root', `${join(base, 'image')},snapshot=on`, APPLIANCE_SERIALS.root),
          ...disk('tools', `${await toolsImage(store, BUNDLE)},readonly=on`, APPLIANCE_SERIALS.tools),
          '-virtfs',
          `local,path=${store},mount_tag=bases,security_model=none,readonly=on`,
          ...disks.flatMap((one, index) => {
            const [image, sectors] =
              typeof one === 'string'
                ? [one, '']
                : [one.image, `,logical_block_size=${one.sectorBytes},physical_block_size=${one.sectorBytes}`];
            return disk(`disk${index}`, `${image},cache=writeback`, `real-${index}`, sectors);
          }),
          ...more,
        ],
      });
      const { port } = machine;
      if (port === null) throw new Error('the rescue system has no port');
      port.setEncoding('utf8');
      return {
        giveBase: async () => {
          throw new Error('a rescue system is given no bases');
        },
        takeBack: async () => undefined,
        send: (line) => {
          port.write(line);
        },
        onData: (listener) => {
          port.on('data', (chunk) => listener(String(chunk)));
        },
        gone: machine.gone.then((words) => `${machine.tail()}\n${words}`.trim()),
        kill: () => machine.kill(),
      };
    },
    async () => '',
  );
}
