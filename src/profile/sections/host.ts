/** `host`: the host itself, its system, hypervisor and Dom0. */
import * as z from 'zod';
import { memoizeEach } from '../../memoize.ts';
import { field, fields, orNull, part, type Completed } from '../fields.ts';
import { command, count, file, installedCommands, memory, text, wrong, release } from '../schema-parts.ts';
import { admin } from './admin.ts';
import { completeNetwork, network } from './network.ts';
import { source } from './source.ts';
import { completeStorage, storage } from './storage.ts';

const xen = fields({
  memory: orNull(
    memory,
    "Dom0's memory, fixed, at least 512M. Default: a quarter of the host's memory up to 2G, a tenth where that is more; at least 1G, at most 8G.",
  ),
  vcpus: orNull(count, "Dom0's virtual CPUs. Default: as many as the host has CPUs, at most 4."),
  console: field(
    z
      .string()
      .regex(/^(auto|vga|(vga\+)?com[1-4](,(1200|2400|4800|9600|19200|38400|57600|115200))?)$/, wrong('console')),
    'Console of GRUB, Xen, Dom0 and its login: `vga` (the screen), a serial line (`com1` to `com4`, with its speed as in `com1,115200`), or both (`vga+com1,115200`). `auto` takes the consoles of the installer.',
    'auto',
  ),
  options: field(z.string(), 'More options for the command line of Xen, such as `spec-ctrl=no`.', ''),
});

const commands = fields({
  early: field(z.array(command), 'Commands in the installer, before the disks are touched.', []),
  ...installedCommands,
});

export const host = fields(
  {
    hostname: text.describe('Name of the host: short (`xen1`) or full (`xen1.example.org`).'),
    distribution: field(z.enum(['debian', 'fedora']), 'Distribution of Dom0. Fedora is not supported yet.', 'debian'),
    release: field(release, 'Release of Debian for Dom0: `bookworm`, `trixie` or `forky`.', 'trixie'),
    hypervisor: field(
      z.enum(['xen', 'none']),
      '`xen`, or `none`: a plain host with the same bridges, ready to become a Xen host later; it has no DomUs.',
      'xen',
    ),
    ntp: field(
      z.array(text),
      "Time servers of the host and its DomUs, by name or address. Without any, those from DHCP, otherwise Debian's own.",
      [],
    ),
    proxy: field(
      text.nullable(),
      'Proxy that apt uses, during the install and in the installed systems, such as `http://proxy:3128`.',
      null,
    ),
    firmwarePackages: field(
      z.enum(['auto', 'all', 'none']),
      'Packages with firmware and microcode: `auto`, those that the hardware needs (none for an image); `all`; `none`. They come from the component `non-free-firmware`.',
      'auto',
    ),
    source: part(source, "Where packages come from. Default: this machine's own apt sources."),
    storage: storage.describe("The host's disks, and how they are divided."),
    network: part(network, "The host's bridges, their network cards and addresses."),
    xen: part(xen, 'The hypervisor, and what Dom0 gets of the machine.'),
    admin: part(admin, 'Who may log in to the host.'),
    packages: field(z.array(text), 'More packages for Dom0.', []),
    tools: field(
      z.boolean(),
      'Put `xenwright` itself onto the host, as a Debian package: about 120 MB on the root.',
      false,
    ),
    files: field(z.array(file), "Files that are written into Dom0's system.", []),
    commands: part(commands, 'Commands that are run during the install and at the first boot.'),
  },
  { id: 'Host', description: 'The host: its system, disks, network and hypervisor.' },
);

/** Parts that are the very same as before give the very same settings. */
export const completeHost = memoizeEach((parsed: z.output<typeof host>) => ({
  ...parsed,
  storage: completeStorage(parsed.storage, parsed.hostname),
  network: completeNetwork(parsed.network),
}));
export type HostSettings = Completed<typeof completeHost>;
