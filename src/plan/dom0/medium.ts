/**
 * The medium on the installed host: where guests find it over HTTP, and the unit that serves it on the bridges'
 * addresses only.
 */
import type { DomuSettings, EffectiveProfile } from '../../profile/effective.ts';
import type { HostModel, TreeContent } from '../model.ts';
import { distributionOf } from '../distributions/table.ts';
import { MEDIUM_FOLDER } from '../storage/volume-requests.ts';
import { fixedAddresses } from '../network/addressing.ts';
import { hostAddresses } from '../network/modes/modes.ts';
import { content, systemdFile, textFile } from '../trees/content.ts';

const PORT = 8480;

/**
 * The host's own fixed address on a bridge, as its guests reach it; null where it has none that is known before it
 * boots.
 */
function bridgeAddress(profile: EffectiveProfile, name: string): string | null {
  const bridge = profile.host.network.bridges.find((one) => one.name === name);
  if (bridge === undefined) return null;
  const [address] = fixedAddresses(hostAddresses(bridge));
  return address?.split('/')[0] ?? null;
}

/** Where a DomU's package manager finds the medium; null where it is not served to it. */
export function servedAt(profile: EffectiveProfile, domu: DomuSettings): string | null {
  const { source } = profile.host;
  if (!source.serveMedium || source.medium === null || !source.copyMedium) return null;
  const address = domu.network.map((nic) => bridgeAddress(profile, nic.bridge)).find((one) => one !== null);
  return address === undefined || address === null ? null : `http://${inUrl(address)}:${PORT}/`;
}

/** One server for each bridge with guests, bound to the host's address there. */
export function mediumServer(model: HostModel): TreeContent {
  const { profile } = model;
  const { source } = profile.host;
  if (!source.serveMedium || source.medium === null || !source.copyMedium || model.facts.medium === undefined)
    return content({});
  const addresses = [
    ...new Set(
      profile.domus
        .flatMap((domu) => domu.network.map((nic) => bridgeAddress(profile, nic.bridge)))
        .filter((one) => one !== null),
    ),
  ];
  const { programs } = distributionOf(profile.host);
  return content({
    files: addresses.map((address, index) =>
      textFile(
        `/etc/systemd/system/${unit(index)}`,
        systemdFile(
          [
            'Unit',
            {
              Description: `Offer the install medium to DomUs at ${address}`,
              After: 'network-online.target var-lib-xenwright-medium.mount',
              Wants: 'network-online.target',
              RequiresMountsFor: MEDIUM_FOLDER,
              ConditionPathIsMountPoint: MEDIUM_FOLDER,
            },
          ],
          // Addresses may come late: it is tried again.
          [
            'Service',
            {
              ExecStart: `${programs.busybox} httpd -f -p ${inUrl(address)}:${PORT} -h ${MEDIUM_FOLDER}`,
              Restart: 'on-failure',
              RestartSec: 5,
              DynamicUser: true,
              ProtectSystem: 'strict',
              ProtectHome: true,
              PrivateDevices: true,
              PrivateTmp: true,
              NoNewPrivileges: true,
              CapabilityBoundingSet: '',
            },
          ],
          ['Install', { WantedBy: 'multi-user.target' }],
        ),
      ),
    ),
    enableUnits: addresses.map((_, index) => unit(index)),
  });
}

function unit(index: number): string {
  return `xenwright-medium${index === 0 ? '' : `-${index + 1}`}.service`;
}

function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
