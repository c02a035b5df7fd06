/** From the profile as written to the effective one: defaults applied, sizes parsed, `inherit` resolved. Pure. */
import type { z } from 'zod';
import { memoizeEach } from '../memoize.ts';
import type {
  AdminSettings,
  BridgeSettings,
  CommandEntry,
  DomuSettings,
  EffectiveProfile,
  FileEntry,
  HostSettings,
  Release,
  Size,
  SourceSettings,
} from './effective.ts';
import type { AuthoredProfile } from './schema.ts';
import type { command as commandSchema, file as fileSchema } from './schema-parts.ts';
import type { admin as adminSchema } from './sections/admin.ts';
import type { source as sourceSchema } from './sections/source.ts';
import { parseDurationMs, parseMiB, parseSize } from './sizes.ts';

const COMMAND_TIMEOUT_MS = 10 * 60_000;
const DEFAULT_RELEASE: Release = 'trixie';

type Domu = NonNullable<AuthoredProfile['domus']>[number];

/** Needs a profile that the schema has accepted. Parts that are the very same as before give the very same settings. */
export function resolveProfile(authored: AuthoredProfile): EffectiveProfile {
  const host = resolveHost(authored.host);
  return {
    version: 1,
    language: authored.language ?? 'C.UTF-8',
    keyboard: { layout: authored.keyboard?.layout ?? 'us', variant: authored.keyboard?.variant ?? '' },
    timezone: authored.timezone ?? 'Etc/UTC',
    interactive: authored.interactive ?? [],
    install: {
      overwrite: authored.install?.overwrite ?? null,
      reinstall: authored.install?.reinstall ?? 'never',
      onError: authored.install?.onError ?? 'hold',
      onFinish: authored.install?.onFinish ?? 'reboot',
    },
    host,
    report: {
      webhook:
        authored.report?.webhook == null
          ? null
          : { url: authored.report.webhook.url, secret: authored.report.webhook.secret ?? null },
    },
    domus: (authored.domus ?? []).map((domu) => resolveDomu(domu, host)),
  };
}

const resolveHost = memoizeEach((host: AuthoredProfile['host']): HostSettings => {
  const { storage } = host;
  const short = host.hostname.split('.')[0] ?? host.hostname;
  return {
    hostname: host.hostname,
    distribution: host.distribution ?? 'debian',
    release: (host.release ?? DEFAULT_RELEASE) as Release,
    hypervisor: host.hypervisor ?? 'xen',
    ntp: host.ntp ?? [],
    proxy: host.proxy ?? null,
    firmwarePackages: host.firmwarePackages ?? 'auto',
    source: resolveSource(host.source),
    storage: {
      firmware: storage.firmware ?? 'auto',
      disks: storage.disks.map(({ minSize, maxSize, count, ...rest }) => ({
        ...defined(rest),
        ...(minSize === undefined ? {} : { minSizeMiB: parseMiB(minSize) ?? 0 }),
        ...(maxSize === undefined ? {} : { maxSizeMiB: parseMiB(maxSize) ?? 0 }),
        count: count ?? 1,
      })),
      layout: storage.layout ?? 'lvm',
      raid: storage.raid ?? null,
      encryption:
        storage.encryption == null
          ? null
          : { passphrase: storage.encryption.passphrase, unlock: storage.encryption.unlock ?? 'console' },
      filesystem: storage.filesystem ?? 'ext4',
      volumeGroup: storage.volumeGroup ?? `vg_${short.toLowerCase().replaceAll(/[^a-z0-9_.+-]/g, '_')}`,
      boot: sizeOf(storage.boot, '1G'),
      root: sizeOf(storage.root, '8G'),
      swap: sizeOf(storage.swap, '1G'),
      cache: sizeOf(storage.cache, '8G'),
      reserve: sizeOf(storage.reserve, '10%'),
      wipe: storage.wipe ?? 'auto',
      keep: storage.keep ?? 'none',
    },
    network: { bridges: (host.network?.bridges ?? [{}]).map(resolveBridge), pinNics: host.network?.pinNics ?? true },
    xen: {
      memoryMiB: host.xen?.memory === undefined ? null : parseMiB(host.xen.memory),
      vcpus: host.xen?.vcpus ?? null,
      console: host.xen?.console ?? 'auto',
      options: host.xen?.options ?? '',
    },
    admin: resolveAdmin(host.admin),
    packages: host.packages ?? [],
    files: (host.files ?? []).map(resolveFile),
    commands: {
      early: resolveCommands(host.commands?.early),
      late: resolveCommands(host.commands?.late),
      firstBoot: resolveCommands(host.commands?.firstBoot),
    },
  };
});

type Bridge = NonNullable<NonNullable<AuthoredProfile['host']['network']>['bridges']>[number];

function resolveBridge(bridge: Bridge, index: number): BridgeSettings {
  const mode = bridge.mode ?? 'bridged';
  return {
    name: bridge.name ?? `xenbr${index}`,
    mode,
    uplinks:
      bridge.uplinks?.map((uplink) => ('mac' in uplink ? { mac: normalMac(uplink.mac) } : uplink)) ??
      (index === 0 ? null : []),
    bond: bridge.bond ?? null,
    vlan: bridge.vlan ?? null,
    trunk: bridge.trunk ?? false,
    addresses: bridge.addresses ?? (hasUplink(bridge, index) ? ['dhcp4', 'slaac'] : []),
    gateways: bridge.gateways ?? [],
    onLink: bridge.onLink ?? false,
    routes: bridge.routes ?? [],
    dns: bridge.dns ?? [],
    mtu: bridge.mtu ?? null,
    guests: bridge.guests == null ? null : { addresses: bridge.guests.addresses, dhcp: bridge.guests.dhcp ?? true },
  };
}

/** Without an uplink nobody would answer: no address by itself. */
function hasUplink(bridge: Bridge, index: number): boolean {
  return bridge.uplinks === undefined ? index === 0 : bridge.uplinks.length > 0;
}

/** The one notation that systemd, xl and the facts share. */
function normalMac(mac: string): string {
  return (
    mac
      .toLowerCase()
      .replaceAll(/[^0-9a-f]/g, '')
      .match(/../g) ?? []
  ).join(':');
}

const resolveDomu = memoizeEach((domu: Domu, host: HostSettings): DomuSettings => {
  const { disks } = domu;
  return {
    name: domu.name,
    type: domu.type ?? 'auto',
    boot: domu.boot ?? 'auto',
    memoryMiB: parseMiB(domu.memory ?? '512M') ?? 512,
    vcpus: domu.vcpus ?? 1,
    autostart: domu.autostart ?? true,
    order: domu.order ?? 50,
    startDelayMs: parseDurationMs(domu.startDelay ?? '0s') ?? 0,
    stopTimeoutMs: parseDurationMs(domu.stopTimeout ?? '2m') ?? 120_000,
    onCrash: domu.onCrash ?? 'restart',
    distribution: domu.distribution ?? host.distribution,
    release: (domu.release ?? host.release) as Release,
    source: domu.source === undefined || domu.source === 'inherit' ? host.source : resolveSource(domu.source),
    image:
      domu.image == null
        ? null
        : {
            source: domu.image.source,
            sha256: domu.image.sha256 ?? null,
            format: domu.image.format ?? 'raw',
            seed: domu.image.seed ?? 'none',
          },
    cdrom: domu.cdrom ?? null,
    disks: {
      root: { size: sizeOf(disks?.root?.size, '4G'), filesystem: disks?.root?.filesystem ?? 'ext4' },
      swap: sizeOf(disks?.swap, '512M'),
      data: (disks?.data ?? []).map((data) => ({
        name: data.name,
        size: sizeOf(data.size, '1G'),
        mount: data.mount,
        filesystem: data.filesystem ?? 'ext4',
      })),
    },
    network: (domu.network ?? [{}]).map((nic) => ({
      bridge: nic.bridge ?? host.network.bridges[0]?.name ?? 'xenbr0',
      mac: nic.mac === undefined || nic.mac === 'auto' ? 'auto' : normalMac(nic.mac),
      vlan: nic.vlan ?? null,
      addresses: nic.addresses ?? ['dhcp4', 'slaac'],
      gateways: nic.gateways ?? [],
      onLink: nic.onLink ?? false,
      dns: nic.dns ?? [],
      antispoof: nic.antispoof ?? false,
    })),
    hostname: domu.hostname ?? domu.name,
    admin: domu.admin === undefined || domu.admin === 'inherit' ? host.admin : resolveAdmin(domu.admin),
    packages: domu.packages ?? [],
    files: (domu.files ?? []).map(resolveFile),
    commands: { late: resolveCommands(domu.commands?.late), firstBoot: resolveCommands(domu.commands?.firstBoot) },
    health: (domu.health ?? []).map((check) =>
      'http' in check ? { http: check.http, status: check.status ?? 200 } : check,
    ),
    shares: (domu.shares ?? []).map((share) => ({ ...share, mode: share.mode ?? 'rw' })),
    options: domu.options ?? {},
  };
});

function resolveSource(source: z.infer<typeof sourceSchema> | undefined): SourceSettings {
  return {
    mirror: source?.mirror ?? 'auto',
    securityMirror: source?.securityMirror ?? 'auto',
    components: source?.components ?? ['main', 'non-free-firmware'],
    extra: (source?.extra ?? []).map((extra) => ({ ...extra, key: extra.key ?? null })),
    keyring: source?.keyring ?? null,
    medium: source?.medium ?? null,
    copyMedium: source?.copyMedium ?? true,
    serveMedium: source?.serveMedium ?? false,
  };
}

function resolveAdmin(admin: z.infer<typeof adminSchema> | undefined): AdminSettings {
  return {
    user: admin?.user ?? null,
    passwordHash: admin?.passwordHash ?? null,
    password: admin?.password ?? null,
    sshKeys: admin?.sshKeys ?? [],
  };
}

function resolveFile(file: z.infer<typeof fileSchema>): FileEntry {
  return {
    path: file.path,
    ...(file.content === undefined ? {} : { content: file.content }),
    ...(file.source === undefined ? {} : { source: file.source }),
    mode: (file.mode ?? '0644').padStart(4, '0'),
    owner: file.owner ?? 'root:root',
  };
}

function resolveCommands(commands: readonly z.infer<typeof commandSchema>[] | undefined): CommandEntry[] {
  return (commands ?? []).map((command) =>
    typeof command === 'string'
      ? { run: command, timeoutMs: COMMAND_TIMEOUT_MS, onError: 'fail' }
      : {
          run: command.run,
          timeoutMs:
            command.timeout === undefined
              ? COMMAND_TIMEOUT_MS
              : (parseDurationMs(command.timeout) ?? COMMAND_TIMEOUT_MS),
          onError: command.onError ?? 'fail',
        },
  );
}

function sizeOf(text: string | undefined, otherwise: string): Size {
  return parseSize(text ?? otherwise) ?? { kind: 'fixed', miB: 0 };
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
