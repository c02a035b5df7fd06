/** MAC addresses: one notation to compare by. Pure. */

/** Twelve small hex digits, whatever stood between them. */
export function plainMac(mac: string): string {
  return mac.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
}
