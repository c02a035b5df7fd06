/** What a DomU is to Xen: its type and how its kernel is found, every `auto` decided. Pure. */
import type { Facts } from '../../facts/facts.ts';
import type { DomuSettings } from '../../profile/effective.ts';

export interface DomuKind {
  readonly type: 'pvh' | 'pv' | 'hvm';
  readonly boot: 'grub' | 'pygrub' | 'direct';
}

export function kindOf(settings: Pick<DomuSettings, 'type' | 'boot'>, facts: Facts): DomuKind {
  const type = settings.type === 'auto' ? (facts.cpu.virtualization !== null ? 'pvh' : 'pv') : settings.type;
  // The in-guest PV loader cannot read zstd kernels; pygrub in Dom0 can.
  const boot = settings.boot === 'auto' ? (type === 'pv' ? 'pygrub' : 'grub') : settings.boot;
  return { type, boot };
}
