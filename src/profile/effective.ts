/**
 * The effective profile: every field present, defaults applied, sizes parsed. What `check` and `plan` read. Values that
 * depend on the machine stay `'auto'` or null here; the plan resolves them against the facts.
 */

/** A volume's size: fixed, a share of what the volume group holds, or all that is left. */
export type Size =
  | { readonly kind: 'fixed'; readonly miB: number }
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'rest' };

/** A reference to a secret: never its value. `prompt:`, `env:NAME`, `file:PATH`. */
type SecretReference = string;

export type Release = 'bookworm' | 'trixie' | 'forky';
type Filesystem = 'ext4' | 'xfs' | 'btrfs';

export interface DiskSelector {
  readonly serial?: string;
  readonly wwn?: string;
  readonly model?: string;
  readonly path?: string;
  readonly minSizeMiB?: number;
  readonly maxSizeMiB?: number;
  readonly transport?: string;
  readonly rotational?: boolean;
  readonly largest?: boolean;
  readonly smallest?: boolean;
  /** How many disks this selector takes; default 1. */
  readonly count: number;
}

interface ExtraRepository {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly key: string | null;
}

export interface SourceSettings {
  readonly mirror: string; // 'auto' or a URL
  readonly securityMirror: string; // 'auto', 'none' or a URL
  readonly components: readonly string[];
  readonly extra: readonly ExtraRepository[];
  readonly keyring: string | null;
  readonly medium: string | null;
  readonly copyMedium: boolean;
  readonly serveMedium: boolean;
}

export interface StorageSettings {
  readonly firmware: 'auto' | 'bios' | 'uefi' | 'both';
  readonly disks: readonly DiskSelector[];
  readonly layout: 'lvm' | 'plain' | 'btrfs';
  readonly raid: null | 1 | 10;
  readonly encryption: null | { readonly passphrase: SecretReference; readonly unlock: 'console' | 'ssh' | 'tpm2' };
  readonly filesystem: Filesystem;
  readonly volumeGroup: string;
  readonly boot: Size;
  readonly root: Size;
  readonly swap: Size;
  readonly cache: Size;
  readonly reserve: Size;
  /**
   * `auto`: a guest's disks read as zeros before anything of its own is written to them; `none`: what was there before
   * may still be read.
   */
  readonly wipe: 'auto' | 'none';
  readonly keep: 'none' | 'domus' | readonly { readonly vg: string; readonly lv: string }[];
}

export type NicSelector = { readonly mac: string } | { readonly name: string } | { readonly pci: string };

export interface Route {
  readonly to: string;
  readonly via: string;
}

export interface BridgeSettings {
  readonly name: string;
  readonly mode: 'bridged' | 'routed' | 'nat';
  /** null: the first NIC with a carrier (only the first bridge's default); []: none. */
  readonly uplinks: readonly NicSelector[] | null;
  readonly bond: null | { readonly mode: 'active-backup' | '802.3ad' | 'balance-tlb' };
  readonly vlan: number | null;
  readonly trunk: boolean;
  /** CIDRs and the words dhcp4, dhcp6, slaac. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly onLink: boolean;
  readonly routes: readonly Route[];
  readonly dns: readonly string[];
  readonly mtu: number | null;
  readonly guests: null | { readonly addresses: readonly string[]; readonly dhcp: boolean };
}

export interface AdminSettings {
  readonly user: string | null;
  /** crypt(5) string; it leaves the profile only through the secrets port, never through a plan or an event. */
  readonly passwordHash: string | null;
  readonly password: SecretReference | null;
  readonly sshKeys: readonly string[];
}

export interface FileEntry {
  readonly path: string;
  readonly content?: string;
  readonly source?: string;
  readonly mode: string;
  readonly owner: string;
}
export interface CommandEntry {
  readonly run: string;
  readonly timeoutMs: number;
  readonly onError: 'fail' | 'continue';
}

export interface HostSettings {
  readonly hostname: string;
  readonly distribution: 'debian' | 'fedora';
  readonly release: Release;
  readonly hypervisor: 'xen' | 'none';
  readonly ntp: readonly string[];
  readonly proxy: string | null;
  readonly firmwarePackages: 'auto' | 'all' | 'none';
  readonly source: SourceSettings;
  readonly storage: StorageSettings;
  readonly network: { readonly bridges: readonly BridgeSettings[]; readonly pinNics: boolean };
  readonly xen: {
    readonly memoryMiB: number | null;
    readonly vcpus: number | null;
    readonly console: string;
    readonly options: string;
  };
  readonly admin: AdminSettings;
  readonly packages: readonly string[];
  readonly files: readonly FileEntry[];
  readonly commands: {
    readonly early: readonly CommandEntry[];
    readonly late: readonly CommandEntry[];
    readonly firstBoot: readonly CommandEntry[];
  };
}

export interface InterfaceSettings {
  readonly bridge: string;
  readonly mac: string; // 'auto' or a MAC
  readonly vlan: number | null;
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly onLink: boolean;
  readonly dns: readonly string[];
  readonly antispoof: boolean;
}

export type HealthCheck =
  | { readonly tcp: number }
  | { readonly http: string; readonly status: number }
  | { readonly unit: string }
  | { readonly run: string };

interface DataDisk {
  readonly name: string;
  readonly size: Size;
  readonly mount: string;
  readonly filesystem: Filesystem;
}

export interface DomuSettings {
  readonly name: string;
  readonly type: 'auto' | 'pvh' | 'pv' | 'hvm';
  readonly boot: 'auto' | 'grub' | 'pygrub' | 'direct';
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly autostart: boolean;
  readonly order: number;
  readonly startDelayMs: number;
  readonly stopTimeoutMs: number;
  readonly onCrash: 'restart' | 'destroy' | 'preserve' | 'coredump-restart' | 'coredump-destroy';
  readonly distribution: 'debian' | 'fedora' | 'none';
  readonly release: Release;
  /** `inherit` is resolved: the host's settings stand here. */
  readonly source: SourceSettings;
  readonly image: null | {
    readonly source: string;
    readonly sha256: string | null;
    readonly format: 'raw' | 'qcow2' | 'tar';
    readonly seed: 'none' | 'nocloud';
  };
  readonly cdrom: string | null;
  readonly disks: {
    readonly root: { readonly size: Size; readonly filesystem: Filesystem };
    readonly swap: Size;
    readonly data: readonly DataDisk[];
  };
  readonly network: readonly InterfaceSettings[];
  readonly hostname: string;
  /** `inherit` is resolved. */
  readonly admin: AdminSettings;
  readonly packages: readonly string[];
  readonly files: readonly FileEntry[];
  readonly commands: { readonly late: readonly CommandEntry[]; readonly firstBoot: readonly CommandEntry[] };
  readonly health: readonly HealthCheck[];
  readonly shares: readonly {
    readonly from: string;
    readonly name: string;
    readonly mount: string;
    readonly mode: 'ro' | 'rw';
  }[];
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export interface EffectiveProfile {
  readonly version: 1;
  readonly language: string;
  readonly keyboard: { readonly layout: string; readonly variant: string };
  readonly timezone: string;
  readonly interactive: readonly string[];
  readonly install: {
    /** null: 'any' for a SOURCE named on purpose, 'blank' for one that was found. */
    readonly overwrite: 'blank' | 'any' | null;
    readonly reinstall: string; // 'never' | 'always' | 'once:TOKEN'
    readonly onError: 'hold' | 'shell' | 'reboot' | 'poweroff';
    readonly onFinish: 'reboot' | 'poweroff' | 'hold';
  };
  readonly host: HostSettings;
  readonly report: { readonly webhook: null | { readonly url: string; readonly secret: string | null } };
  readonly domus: readonly DomuSettings[];
}
