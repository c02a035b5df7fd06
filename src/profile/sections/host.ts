/** `host`: the host itself, its system, hypervisor and Dom0. */
import * as z from 'zod';
import { command, count, file, installedCommands, memory, text, wrong } from '../schema-parts.ts';
import { admin } from './admin.ts';
import { network } from './network.ts';
import { source } from './source.ts';
import { storage } from './storage.ts';

const xen = z.strictObject({
  memory: memory
    .optional()
    .describe(
      "Dom0's memory, fixed, at least 512M. Default: a quarter of the host's memory up to 2G, a tenth where that is more; at least 1G, at most 8G.",
    ),
  vcpus: count.optional().describe("Dom0's virtual CPUs. Default: as many as the host has CPUs, at most 4."),
  console: z
    .string()
    .regex(/^(auto|vga|(vga\+)?com[1-4](,(1200|2400|4800|9600|19200|38400|57600|115200))?)$/, wrong('console'))
    .optional()
    .meta({
      description:
        'Where GRUB, Xen, Dom0 and its login speak: `vga` (the screen), a serial line (`com1` to `com4`, with its speed as in `com1,115200`), or both (`vga+com1,115200`). `auto` is where the installer itself is heard.',
      default: 'auto',
    }),
  options: z
    .string()
    .optional()
    .meta({ description: 'More words for the command line of Xen, such as `spec-ctrl=no`.', default: '' }),
});

const commands = z.strictObject({
  early: z
    .array(command)
    .optional()
    .meta({ description: 'Commands in the installer, before the disks are touched.', default: [] }),
  ...installedCommands,
});

export const host = z
  .strictObject({
    hostname: text.describe('Name of the host: short (`xen1`) or full (`xen1.example.org`).'),
    distribution: z
      .enum(['debian', 'fedora'])
      .optional()
      .meta({ description: 'Distribution of Dom0. Fedora is not supported yet.', default: 'debian' }),
    release: text
      .optional()
      .meta({ description: 'Release of Debian for Dom0: `bookworm`, `trixie` or `forky`.', default: 'trixie' }),
    hypervisor: z
      .enum(['xen', 'none'])
      .optional()
      .meta({
        description:
          '`xen`, or `none`: a plain host with the same bridges, ready to become a Xen host later; it has no DomUs.',
        default: 'xen',
      }),
    ntp: z
      .array(text)
      .optional()
      .meta({
        description:
          "Time servers of the host and its DomUs, by name or address. Without any, those that DHCP names, else Debian's own.",
        default: [],
      }),
    proxy: text
      .nullable()
      .optional()
      .meta({
        description:
          'Proxy that apt uses, during the install and in the installed systems, such as `http://proxy:3128`.',
        default: null,
      }),
    firmwarePackages: z
      .enum(['auto', 'all', 'none'])
      .optional()
      .meta({
        description:
          'Packages with firmware and microcode: `auto`, those that the hardware found calls for (none for an image); `all`; `none`. They come from the component `non-free-firmware`.',
        default: 'auto',
      }),
    source: source.optional().describe("Where packages come from. Default: this machine's own apt sources."),
    storage: storage.describe("The host's disks, and how they are divided."),
    network: network.optional().describe("The host's bridges, their network cards and addresses."),
    xen: xen.optional().describe('The hypervisor, and what Dom0 gets of the machine.'),
    admin: admin.optional().describe('Who may log in to the host.'),
    packages: z.array(text).optional().meta({ description: 'More packages for Dom0.', default: [] }),
    files: z.array(file).optional().meta({ description: "Files that are put into Dom0's system.", default: [] }),
    commands: commands.optional().describe('Commands that are run during the install and at the first boot.'),
  })
  .meta({ id: 'Host', description: 'The host: its system, disks, network and hypervisor.' });
