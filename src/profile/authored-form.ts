/**
 * The effective profile as people would write it, as plain data: every default spelled out, sizes and times as text.
 * Pure.
 */
import type {
  AdminSettings,
  BridgeSettings,
  CommandEntry,
  DiskSelector,
  DomuSettings,
  EffectiveProfile,
  HostSettings,
  Size,
} from './effective.ts';
import { formatDuration, formatMiB, formatSize } from './sizes.ts';

/** In the order of the contract. What depends on the machine (null in the effective profile) is left out. */
export function authoredForm(profile: EffectiveProfile): object {
  const { install, host, domus, report, ...rest } = profile;
  return {
    ...rest,
    install: withoutNulls(install),
    host: hostForm(host),
    report,
    domus: domus.map((domu) => domuForm(domu, host)),
  };
}

function hostForm(host: HostSettings): object {
  const { storage, network, xen, commands } = host;
  return {
    ...host,
    storage: {
      ...storage,
      disks: storage.disks.map(selectorForm),
      ...sizes({
        boot: storage.boot,
        root: storage.root,
        swap: storage.swap,
        cache: storage.cache,
        reserve: storage.reserve,
      }),
    },
    network: { ...network, bridges: network.bridges.map(bridgeForm) },
    xen: {
      ...(xen.memoryMiB === null ? {} : { memory: formatMiB(xen.memoryMiB) }),
      ...(xen.vcpus === null ? {} : { vcpus: xen.vcpus }),
      console: xen.console,
      options: xen.options,
    },
    commands: {
      early: commands.early.map(commandForm),
      late: commands.late.map(commandForm),
      firstBoot: commands.firstBoot.map(commandForm),
    },
  };
}

function domuForm(domu: DomuSettings, host: HostSettings): object {
  const {
    name,
    type,
    boot,
    memoryMiB,
    vcpus,
    autostart,
    order,
    startDelayMs,
    stopTimeoutMs,
    onCrash,
    distribution,
    release,
    source,
    image,
    cdrom,
    disks,
    admin,
    commands,
    ...rest
  } = domu;
  return {
    name,
    type,
    boot,
    memory: formatMiB(memoryMiB),
    vcpus,
    autostart,
    order,
    startDelay: formatDuration(startDelayMs),
    stopTimeout: formatDuration(stopTimeoutMs),
    onCrash,
    distribution,
    release,
    source: same(source, host.source) ? 'inherit' : source,
    image,
    cdrom,
    disks: {
      root: { ...disks.root, size: formatSize(disks.root.size) },
      swap: formatSize(disks.swap),
      data: disks.data.map((data) => ({ ...data, size: formatSize(data.size) })),
    },
    ...rest,
    admin: same<AdminSettings>(admin, host.admin) ? 'inherit' : admin,
    commands: { late: commands.late.map(commandForm), firstBoot: commands.firstBoot.map(commandForm) },
  };
}

function bridgeForm(bridge: BridgeSettings): object {
  const { uplinks, ...rest } = bridge;
  return uplinks === null ? rest : { ...rest, uplinks };
}

function selectorForm({ minSizeMiB, maxSizeMiB, ...rest }: DiskSelector): object {
  return {
    ...rest,
    ...(minSizeMiB === undefined ? {} : { minSize: formatMiB(minSizeMiB) }),
    ...(maxSizeMiB === undefined ? {} : { maxSize: formatMiB(maxSizeMiB) }),
  };
}

function commandForm({ run, timeoutMs, onError }: CommandEntry): object {
  return { run, timeout: formatDuration(timeoutMs), onError };
}

function sizes(values: Readonly<Record<string, Size>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, formatSize(value)]));
}

function withoutNulls(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

function same<T>(a: T, b: T): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
