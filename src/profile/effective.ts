/**
 * The effective profile: every field present, defaults applied, sizes parsed. What `check` and `plan` read. Values that
 * depend on the machine stay `'auto'` or null here; the plan resolves them against the facts. Its fields are those of
 * the sections: what they are is said there.
 */
import type { DomuSettings } from './sections/domu.ts';
import type { HostSettings } from './sections/host.ts';

export type { EffectiveProfile } from './resolve.ts';
export type { DomuSettings } from './sections/domu.ts';
export type { HostSettings } from './sections/host.ts';
export type { Size } from './sizes.ts';

export type SourceSettings = HostSettings['source'];
export type StorageSettings = HostSettings['storage'];
export type DiskSelector = StorageSettings['disks'][number];
export type BridgeSettings = HostSettings['network']['bridges'][number];
export type NicSelector = NonNullable<BridgeSettings['uplinks']>[number];
export type Route = BridgeSettings['routes'][number];
export type AdminSettings = HostSettings['admin'];
export type FileEntry = HostSettings['files'][number];
export type CommandEntry = HostSettings['commands']['late'][number];
export type InterfaceSettings = DomuSettings['network'][number];
export type HealthCheck = DomuSettings['health'][number];
