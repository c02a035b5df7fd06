/**
 * What an unattended install needs around it: a server with the lab's profile and the reports, and a machine with a
 * blank disk and the medium in it.
 */
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageMac } from '../../../src/facts/image-machine.ts';
import { freePort } from '../../../src/system/http/free-port.ts';
import { start } from './cli.ts';

export const LAB_SECRET = 'secret-of-the-lab';

/** `profile`: the file; `address`: of the server, as machines reach it. */
export interface Rack {
  readonly profile: string;
  readonly port: number;
  readonly address: string;
  status(): Promise<{ readonly machines: readonly { readonly hostname: string; readonly state: string }[] }>;
  close(): Promise<void>;
}

/** The lab's profile, with reports to a server at this port of the machine that runs the tests. */
export function labProfile(port = 8480): string {
  return readFileSync(join(import.meta.dirname, '../../profiles/lab-unattended.yaml'), 'utf8').replaceAll(
    '8480',
    String(port),
  );
}

/**
 * Writes the profile to a file (`more` is put behind it), and serves a folder. The webhook's secret is the profile's
 * own.
 */
export async function openRack(folder: string, served: string, profile: string, more = ''): Promise<Rack> {
  const port = await freePort();
  mkdirSync(served, { recursive: true });
  writeFileSync(profile, `${labProfile(port)}${more}`);
  writeFileSync(join(folder, 'secret'), LAB_SECRET, { mode: 0o600 });
  const server = start(folder, [
    'medium',
    'serve',
    served,
    '--listen',
    `127.0.0.1:${port}`,
    '--secret-file',
    join(folder, 'secret'),
  ]);
  return {
    profile,
    port,
    address: `http://10.0.2.2:${port}`,
    status: async () =>
      (await (await fetch(`http://127.0.0.1:${port}/status.json`)).json()) as Awaited<ReturnType<Rack['status']>>,
    close: async () => {
      server.interrupt();
      await server.done;
    },
  };
}

/**
 * Its one disk is blank; its card is that which `boot` gives the same disk later. `iso`: what it starts from, unless
 * that comes otherwise; `network`: more of QEMU's user network. Gives QEMU's arguments.
 */
export function rackMachine({
  disk,
  sizeGiB,
  seed,
  iso,
  memoryMiB,
  network = '',
}: {
  readonly disk: string;
  readonly sizeGiB: number;
  readonly seed: string;
  readonly iso?: string;
  readonly memoryMiB: number;
  readonly network?: string;
}): string[] {
  writeFileSync(disk, '');
  truncateSync(disk, sizeGiB * 1024 ** 3);
  mkdirSync(`${disk}.xenwright`);
  writeFileSync(join(`${disk}.xenwright`, 'seed'), seed);
  return [
    '-cpu',
    'qemu64,+svm,+npt',
    '-m',
    String(memoryMiB),
    ...(iso === undefined ? [] : ['-cdrom', iso, '-boot', 'd']),
    '-drive',
    `file=${disk},if=none,id=disk0,format=raw,cache=unsafe`,
    '-device',
    'virtio-blk-pci,drive=disk0,serial=rack-0',
    '-nic',
    `user,${network}model=virtio-net-pci,mac=${imageMac(seed, 0)}`,
  ];
}
