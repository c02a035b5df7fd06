/**
 * What Dom0 keeps of a DomU: its xl configuration, the record that starter and first-boot check read, and the link xl
 * users expect.
 */
import type { HostModel, ResolvedDomu, TreeContent } from '../model.ts';
import { content, link, textFile } from '../trees/content.ts';
import { fixedAddresses } from '../network/addressing.ts';
import { xlConfig } from './xl-config.ts';

/** The record's shape, in /etc/xenwright/domus/<name>.json. Lives on in `xenwright domu`. */
export interface DomuRecord {
  readonly version: 1;
  readonly name: string;
  /** Somebody made it by hand: neither its disks nor its configuration are Xenwright's, and no profile has it. */
  readonly adopted?: true;
  readonly uuid: string;
  readonly hostname: string;
  readonly type: string;
  readonly boot: string;
  readonly config: string;
  readonly autostart: boolean;
  readonly order: number;
  readonly startDelaySeconds: number;
  readonly stopTimeoutSeconds: number;
  /** The guest has xenwright-up.service; otherwise it counts as up when it runs and its `health` holds. */
  readonly reports: boolean;
  /** The first fixed address, for guests that do not report. */
  readonly address: string | null;
  /** Checks asked from Dom0 (tcp, http); `unit` and `run` are asked inside. */
  readonly health: readonly ({ readonly tcp: number } | { readonly http: string; readonly status: number })[];
  readonly macs: readonly string[];
  readonly volumes: readonly {
    readonly name: string;
    readonly use: string;
    readonly device: string;
    readonly guestDevice: string | null;
    readonly uuid: string;
    readonly filesystem: string | null;
    readonly mount: string | null;
    readonly sizeMiB: number;
  }[];
}

/** The record of one DomU. */
export function domuRecordOf(domu: ResolvedDomu): DomuRecord {
  const { settings } = domu;
  const ours = settings.distribution !== 'none' && settings.image === null;
  return {
    version: 1,
    name: settings.name,
    uuid: domu.uuid,
    hostname: settings.hostname,
    type: domu.type,
    boot: domu.boot,
    config: `/etc/xen/${settings.name}.cfg`,
    autostart: settings.autostart,
    order: settings.order,
    startDelaySeconds: settings.startDelayMs / 1000,
    stopTimeoutSeconds: settings.stopTimeoutMs / 1000,
    reports: ours,
    address: fixedAddresses(settings.network[0]?.addresses ?? [])[0]?.split('/')[0] ?? null,
    health: settings.health.filter((check) => 'tcp' in check || 'http' in check),
    macs: domu.macs,
    volumes: domu.volumes.map(({ name, use, device, guestDevice, uuid, filesystem, mount, sizeMiB }) => ({
      name,
      use,
      device,
      guestDevice,
      uuid,
      filesystem,
      mount,
      sizeMiB,
    })),
  };
}

/** What goes into Dom0's tree for one DomU. */
export function domuRecord(model: HostModel, domu: ResolvedDomu): TreeContent {
  const { name, autostart } = domu.settings;
  return content({
    files: [
      textFile(`/etc/xen/${name}.cfg`, xlConfig(model, domu), '0640'),
      textFile(`/etc/xenwright/domus/${name}.json`, JSON.stringify(domuRecordOf(domu), null, 2)),
    ],
    links: autostart ? [link(`/etc/xen/auto/${name}.cfg`, `../${name}.cfg`)] : [],
  });
}
