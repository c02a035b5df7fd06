/**
 * Derived identities: MACs and UUIDs from (the host's seed, domain, purpose, index), so that plans stay pure, two hosts
 * of one profile never collide, and a reinstall keeps its DHCP reservations. What lies on a disk is derived from that
 * disk, too. Secrets are never derived.
 */
import { createHash } from 'node:crypto';

function digest(seed: string, parts: readonly (string | number)[]): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(['xenwright', seed, ...parts]))
    .digest();
}

/**
 * What the ids on a disk are derived from: the host's seed and the disk, so that a second install of the same host onto
 * another disk is told from the first. `identity`: of `DiskFacts`; without one, the host's seed alone.
 */
export function diskSeed(seed: string, identity: string | null | undefined): string {
  return identity === null || identity === undefined ? seed : digest(seed, ['disk-identity', identity]).toString('hex');
}

/** A UUID in the form of version 8 (RFC 9562: custom), from the seed and what it is for. */
export function deriveUuid(seed: string, ...parts: readonly (string | number)[]): string {
  const bytes = digest(seed, ['uuid', ...parts]).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A volume id as FAT has them: XXXX-XXXX. */
export function deriveFatId(seed: string, ...parts: readonly (string | number)[]): string {
  const hex = digest(seed, ['fat', ...parts])
    .toString('hex')
    .slice(0, 8)
    .toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

/** A MAC below Xen's own prefix 00:16:3e; `taken` are MACs it must differ from. */
export function deriveMac(seed: string, domain: string, index: number, taken: ReadonlySet<string> = new Set()): string {
  for (let attempt = 0; ; attempt++) {
    const bytes = digest(seed, ['mac', domain, index, attempt]);
    const mac = [
      '00',
      '16',
      '3e',
      ...[...bytes.subarray(0, 3)].map((byte, at) => (at === 0 ? byte & 0x7f : byte).toString(16).padStart(2, '0')),
    ].join(':');
    if (!taken.has(mac)) return mac;
  }
}
