/** Joins profile and facts to the host model: every 'auto' decided, every identity derived. Pure. */
import { nameToPin } from './network/device-name.ts';
import { EXIT, failure } from '../errors.ts';
import type { Facts, NicFacts } from '../facts/facts.ts';
import { describeNic, findNic, firstUplink, identityOf } from '../facts/select-nics.ts';
import { inEnglish } from '../i18n/english.ts';
import type { BridgeSettings, DomuSettings, EffectiveProfile } from '../profile/effective.ts';
import { resolveConsole } from './boot/console.ts';
import { defaultDom0MemoryMiB } from './defaults.ts';
import { kindOf } from './domu/kind.ts';
import { deriveMac, deriveUuid } from './identity.ts';
import type { HostModel, ResolvedBridge, ResolvedDomu, ResolvedVolume } from './model.ts';
import { distributionOf } from './distributions/table.ts';
import { MEDIUM_FOLDER } from './storage/volume-requests.ts';
import { servedAt } from './dom0/medium.ts';
import { resolvedVolumes } from './storage/resolved-volumes.ts';
import { planStorage, type StoragePlan } from './storage/storage.ts';

/** The model and where everything lies on the disk. Throws XenwrightError (exit 4) for what this machine cannot do. */
export function buildModel(profile: EffectiveProfile, facts: Facts): { model: HostModel; storage: StoragePlan } {
  const storage = planStorage(profile, facts);
  const { host } = profile;
  const volumes = Map.groupBy(resolvedVolumes(storage.graph), (volume) => volume.domain);
  const taken = new Set<string>([
    ...facts.nics.map((nic) => nic.mac.toLowerCase()),
    ...profile.domus
      .flatMap((domu) => domu.network.map((nic) => nic.mac.toLowerCase()))
      .filter((mac) => mac !== 'auto'),
  ]);
  const bridges = host.network.bridges.map((settings, index) => resolveBridge(settings, index, profile, facts, taken));
  const domus = profile.domus.map((domu) => resolveDomu(domu, facts, volumes.get(domu.name) ?? [], taken));
  const model: HostModel = {
    profile,
    facts,
    dom0MemoryMiB: host.xen.memoryMiB ?? defaultDom0MemoryMiB(facts.memoryMiB),
    dom0Vcpus: host.xen.vcpus ?? Math.max(1, Math.min(facts.cpu.count, 4)),
    console: resolveConsole(host.xen.console, facts),
    ...bootsBy(profile, facts),
    bridges,
    storage: storage.graph,
    volumes: volumes.get('dom0') ?? [],
    domus,
    packageSources: Object.fromEntries([
      [
        'dom0',
        distributionOf(host).sources.installed(
          host.source,
          host.release,
          facts,
          host.source.copyMedium ? `file:${MEDIUM_FOLDER}` : null,
        ),
      ],
      ...profile.domus.map((domu) => [
        domu.name,
        distributionOf(domu).sources.installed(domu.source, domu.release, facts, servedAt(profile, domu)),
      ]),
    ]),
  };
  return { model, storage };
}

/** Which firmwares the host is to start by. */
export function bootsBy(profile: EffectiveProfile, facts: Facts): { bios: boolean; uefi: boolean } {
  const wanted = profile.host.storage.firmware;
  const kind = wanted === 'auto' ? (facts.kind === 'image' ? 'both' : facts.firmware.kind) : wanted;
  return { bios: kind !== 'uefi', uefi: kind !== 'bios' };
}

function resolveBridge(
  settings: BridgeSettings,
  index: number,
  profile: EffectiveProfile,
  facts: Facts,
  taken: Set<string>,
): ResolvedBridge {
  const uplinks = uplinksOf(settings, index, profile, facts);
  // What joins several cards has the MAC of the first, and the bridge on it has the same.
  const mac = uplinks[0]?.mac.toLowerCase() ?? deriveMac(facts.seed, 'dom0', 100 + index, taken);
  taken.add(mac);
  return {
    settings,
    uplinks: uplinks.map((nic) => ({ mac: nic.mac.toLowerCase(), ...pinOf(nic, profile.host.network.pinNics, facts) })),
    mac,
  };
}

/** What a card is known by on the host: its MAC, or its place where another has the same MAC. */
function pinOf(
  nic: NicFacts,
  isWanted: boolean,
  facts: Facts,
): Pick<ResolvedBridge['uplinks'][number], 'name' | 'match'> {
  const known = isWanted ? identityOf(nic, facts) : null;
  // Where two share both, they keep the names that udev gives them.
  const match =
    known === null
      ? null
      : 'mac' in known
        ? { MACAddress: known.mac.toLowerCase() }
        : { Path: `pci-${known.pci} pci-${known.pci}-*` };
  return { name: match === null ? nic.name : nameToPin(nic.name, facts), match };
}

/** Rules have refused what is not there; a plan made without them must not go on. */
function uplinksOf({ uplinks }: BridgeSettings, index: number, profile: EffectiveProfile, facts: Facts): NicFacts[] {
  if (uplinks === null) {
    const first = index === 0 ? firstUplink(profile.host.network.bridges, facts) : null;
    return first === null ? [] : [first];
  }
  return uplinks.map((selector) => {
    const nic = findNic(selector, facts);
    if (nic !== null) return nic;
    throw failure('nic-no-fit', EXIT.refused, {
      selector: JSON.stringify(selector),
      nics: facts.nics.map((nic) => inEnglish(describeNic(nic))).join(', ') || 'none',
    });
  });
}

function resolveDomu(
  settings: DomuSettings,
  facts: Facts,
  volumes: readonly ResolvedVolume[],
  taken: Set<string>,
): ResolvedDomu {
  const { type, boot } = kindOf(settings, facts);
  if (type === 'pv' && boot === 'grub') throw failure('boot-unfit', EXIT.profile, { domu: settings.name });
  const macs = settings.network.map((nic, index) => {
    const mac = nic.mac === 'auto' ? deriveMac(facts.seed, settings.name, index, taken) : nic.mac.toLowerCase();
    taken.add(mac);
    return mac;
  });
  return { settings, type, boot, uuid: deriveUuid(facts.seed, settings.name, 'domain'), macs, volumes };
}
