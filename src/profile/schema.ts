/** The schema of a profile, as it is written: every field of the contract, unknown keys refused. */
import * as z from 'zod';
import { cleanDmi, cleanUuid } from '../facts/firmware.ts';
import {
  admin,
  command,
  count,
  duration,
  file,
  mac,
  memory,
  secretReference,
  size,
  source,
  text,
  vlan,
  webhookSecret,
  wrong,
} from './schema-parts.ts';

const disk = z
  .strictObject({
    serial: text,
    wwn: text,
    model: text,
    path: text,
    minSize: memory,
    maxSize: memory,
    transport: text,
    rotational: z.boolean(),
    largest: z.boolean(),
    smallest: z.boolean(),
    count,
  })
  .partial()
  .meta({ id: 'DiskSelector' });

const storage = z
  .strictObject({
    firmware: z.enum(['auto', 'bios', 'uefi', 'both']).optional(),
    disks: z.array(disk).min(1),
    layout: z.enum(['lvm', 'plain', 'btrfs']).optional(),
    raid: z
      .union([z.literal(1), z.literal(10)])
      .nullable()
      .optional(),
    encryption: z
      .strictObject({ passphrase: secretReference, unlock: z.enum(['console', 'ssh', 'tpm2']).optional() })
      .nullable()
      .optional(),
    filesystem: z.enum(['ext4', 'xfs', 'btrfs']).optional(),
    volumeGroup: text.optional(),
    boot: size.optional(),
    root: size.optional(),
    swap: size.optional(),
    cache: size.optional(),
    reserve: size.optional(),
    wipe: z.enum(['auto', 'none']).optional(),
    keep: z.union([z.enum(['none', 'domus']), z.array(z.strictObject({ vg: text, lv: text }))]).optional(),
  })
  .meta({ id: 'Storage' });

const nic = z.union([z.strictObject({ mac }), z.strictObject({ name: text }), z.strictObject({ pci: text })]);
const bridge = z
  .strictObject({
    name: text.optional(),
    mode: z.enum(['bridged', 'routed', 'nat']).optional(),
    uplinks: z.array(nic).optional(),
    bond: z
      .strictObject({ mode: z.enum(['active-backup', '802.3ad', 'balance-tlb']) })
      .nullable()
      .optional(),
    vlan: vlan.nullable().optional(),
    trunk: z.boolean().optional(),
    addresses: z.array(text).optional(),
    gateways: z.array(text).optional(),
    onLink: z.boolean().optional(),
    routes: z.array(z.strictObject({ to: text, via: text })).optional(),
    dns: z.array(text).optional(),
    mtu: z.number().int().min(576).max(65535).nullable().optional(),
    guests: z
      .strictObject({ addresses: z.array(text), dhcp: z.boolean().optional() })
      .nullable()
      .optional(),
  })
  .meta({ id: 'Bridge' });

const commands = z.strictObject({
  early: z.array(command).optional(),
  late: z.array(command).optional(),
  firstBoot: z.array(command).optional(),
});

const host = z
  .strictObject({
    hostname: text,
    distribution: z.enum(['debian', 'fedora']).optional(),
    release: text.optional(),
    hypervisor: z.enum(['xen', 'none']).optional(),
    ntp: z.array(text).optional(),
    proxy: text.nullable().optional(),
    firmwarePackages: z.enum(['auto', 'all', 'none']).optional(),
    source: source.optional(),
    storage,
    network: z.strictObject({ bridges: z.array(bridge).optional(), pinNics: z.boolean().optional() }).optional(),
    xen: z
      .strictObject({
        memory: memory.optional(),
        vcpus: count.optional(),
        console: z
          .string()
          .regex(/^(auto|vga|(vga\+)?com[1-4](,(1200|2400|4800|9600|19200|38400|57600|115200))?)$/, wrong('console'))
          .optional(),
        options: z.string().optional(),
      })
      .optional(),
    admin: admin.optional(),
    packages: z.array(text).optional(),
    files: z.array(file).optional(),
    commands: commands.optional(),
  })
  .meta({ id: 'Host' });

const health = z.union([
  z.strictObject({ tcp: z.number().int().min(1).max(65535) }),
  z.strictObject({ http: z.url({ protocol: /^https?$/ }), status: z.number().int().min(100).max(599).optional() }),
  z.strictObject({ unit: text }),
  z.strictObject({ run: text }),
]);
/** One DomU alone. */
export const domuSchema = z
  .strictObject({
    name: text,
    type: z.enum(['auto', 'pvh', 'pv', 'hvm']).optional(),
    boot: z.enum(['auto', 'grub', 'pygrub', 'direct']).optional(),
    memory: memory.optional(),
    vcpus: count.optional(),
    autostart: z.boolean().optional(),
    order: z.number().int().min(0).optional(),
    startDelay: duration.optional(),
    stopTimeout: duration.optional(),
    onCrash: z.enum(['restart', 'destroy', 'preserve', 'coredump-restart', 'coredump-destroy']).optional(),
    distribution: z.enum(['debian', 'fedora', 'none']).optional(),
    release: text.optional(),
    source: z.union([z.literal('inherit'), source]).optional(),
    image: z
      .strictObject({
        source: text,
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .nullable()
          .optional(),
        format: z.enum(['raw', 'qcow2', 'tar']).optional(),
        seed: z.enum(['none', 'nocloud']).optional(),
      })
      .nullable()
      .optional(),
    cdrom: text.nullable().optional(),
    disks: z
      .strictObject({
        root: z
          .strictObject({ size: size.optional(), filesystem: z.enum(['ext4', 'xfs', 'btrfs']).optional() })
          .optional(),
        swap: size.optional(),
        data: z
          .array(
            z.strictObject({
              name: text,
              size,
              mount: z.string().regex(/^\/[^\0]+$/, wrong('path')),
              filesystem: z.enum(['ext4', 'xfs', 'btrfs']).optional(),
            }),
          )
          .optional(),
      })
      .optional(),
    network: z
      .array(
        z.strictObject({
          bridge: text.optional(),
          mac: z.union([z.literal('auto'), mac]).optional(),
          vlan: vlan.nullable().optional(),
          addresses: z.array(text).optional(),
          gateways: z.array(text).optional(),
          onLink: z.boolean().optional(),
          dns: z.array(text).optional(),
          antispoof: z.boolean().optional(),
        }),
      )
      .optional(),
    hostname: text.optional(),
    admin: z.union([z.literal('inherit'), admin]).optional(),
    packages: z.array(text).optional(),
    files: z.array(file).optional(),
    commands: z.strictObject({ late: z.array(command).optional(), firstBoot: z.array(command).optional() }).optional(),
    health: z.array(health).optional(),
    shares: z
      .array(z.strictObject({ from: text, name: text, mount: text, mode: z.enum(['ro', 'rw']).optional() }))
      .optional(),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })
  .meta({ id: 'Domu' });

/** Of rules, in whichever notation a label or a switch gives it. */
const anyMac = z.string().regex(/^(?:[0-9a-fA-F][:. -]?){11}[0-9a-fA-F]$/, wrong('mac'));
const ownText = text.refine((value) => cleanDmi(value) !== null, wrong('junkMatch'));
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1)]);
/** What is set is checked where it lands: merged over the rest. */
const hostRule = z
  .strictObject({
    match: z
      .strictObject({
        mac: oneOrMore(anyMac),
        serial: oneOrMore(ownText),
        uuid: oneOrMore(text.refine((value) => cleanUuid(value) !== null, wrong('junkMatch'))),
        product: oneOrMore(ownText),
        hostname: oneOrMore(text),
      })
      .partial()
      .refine((match) => Object.values(match).some((value) => value !== undefined), wrong('emptyMatch')),
    set: z
      .record(z.string(), z.unknown())
      .refine((set) => !['hosts', 'unmatched', 'version'].some((key) => Object.hasOwn(set, key)), wrong('ruleInRule')),
  })
  .meta({ id: 'HostRule' });

/** A profile as it is written. */
export const profileSchema = z.strictObject({
  version: z.literal(1),
  language: text.optional(),
  keyboard: z.strictObject({ layout: text.optional(), variant: z.string().optional() }).optional(),
  timezone: z
    .string()
    .regex(/^[A-Za-z0-9_+\-/]+$/, wrong('timezone'))
    .optional(),
  interactive: z
    .array(z.enum(['disks', 'network', 'source', 'identity', 'admin', 'xen', 'domus', 'review']))
    .optional(),
  install: z
    .strictObject({
      overwrite: z.enum(['blank', 'any']).optional(),
      reinstall: z
        .string()
        .regex(/^(never|always|once:\S+)$/, wrong('reinstall'))
        .optional(),
      onError: z.enum(['hold', 'shell', 'reboot', 'poweroff']).optional(),
      onFinish: z.enum(['reboot', 'poweroff', 'hold']).optional(),
    })
    .optional(),
  host,
  report: z
    .strictObject({
      webhook: z
        .strictObject({ url: z.url({ protocol: /^https?$/ }), secret: webhookSecret.nullable().optional() })
        .nullable()
        .optional(),
    })
    .optional(),
  domus: z.array(domuSchema).optional(),
  unmatched: z.enum(['refuse', 'continue']).optional(),
  hosts: z.array(hostRule).optional(),
});
export type AuthoredProfile = z.infer<typeof profileSchema>;
/** The rules alone: they are read before the rest is whole. */
export const hostRules = z.array(hostRule);

/** JSON Schema (2020-12) of what people write. */
export function profileJsonSchema(): unknown {
  return {
    $id: 'xenwright-profile-1',
    title: 'Xenwright profile',
    ...z.toJSONSchema(profileSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}
