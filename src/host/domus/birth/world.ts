/** What a DomU is made on that comes from a backup or from another one. Tests have their own. */
import type { Facts } from '../../../facts/facts.ts';
import type { EffectiveProfile } from '../../../profile/effective.ts';
import { readHost, type Host } from '../host.ts';
import { guard } from '../activate.ts';
import { thisHost as snapshotHost, type SnapshotWorld } from '../snapshot/world.ts';

export interface BirthWorld extends SnapshotWorld {
  /** Notes of those that are being made. */
  readonly births: string;
  /** In the place of / for configurations and records: tests have their own. */
  readonly root: string;
  /** What the install has left on it. */
  host(): Promise<Host>;
  /** The packet filter knows the DomUs of this profile. */
  guard(profile: EffectiveProfile, facts: Facts): Promise<void>;
}

export function thisHost(): BirthWorld {
  const world = snapshotHost();
  return {
    ...world,
    host: async () => await readHost(world.port),
    births: '/var/lib/xenwright/births',
    root: '',
    guard,
  };
}
