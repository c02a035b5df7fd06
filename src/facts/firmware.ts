/** Who made the machine, and how its firmware boots. Junk that vendors forget to fill in counts as unknown. */
import type { Facts } from './facts.ts';
import type { ProbePort } from './probe-port.ts';

const JUNK = new Set([
  '',
  'none',
  'n/a',
  'na',
  'null',
  'unknown',
  'undefined',
  'default string',
  'default',
  'not specified',
  'not applicable',
  'not available',
  'not present',
  'empty',
  'invalid',
  'chassis serial number',
  'system serial number',
  'system product name',
  'system manufacturer',
  'system version',
  'base board serial number',
  'serial number',
  'type1productconfigid',
  'to be filled by o.e.m.',
  'to be filled by o.e.m',
  'o.e.m.',
  'oem',
  'asset-1234567890',
  'ssn12345678901234567',
  '123456789',
  '0123456789',
  '1234567890',
  '12345678',
  '01234567',
  'empty or fake',
]);
/** UUIDs that whole product lines share. */
const JUNK_UUIDS = new Set([
  '03000200-0400-0500-0006-000700080009',
  '12345678-1234-5678-90ab-cddeefaabbcc',
  '12345678-1234-1234-1234-123456789abc',
  'fefefefe-fefe-fefe-fefe-fefefefefefe',
  '00020003-0004-0005-0006-000700080009',
]);

/** A DMI text, or null when it says nothing about this machine. */
export function cleanDmi(text: string | null): string | null {
  const value = (text ?? '')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (JUNK.has(value.toLowerCase()) || /^(.)\1*$/.test(value.replace(/[ .:-]/g, '')) || /^[ .:-]*$/.test(value))
    return null;
  return value;
}

/** A DMI UUID in lower case, or null where it is one that many machines share. */
export function cleanUuid(text: string | null): string | null {
  const value = cleanDmi(text)?.toLowerCase() ?? null;
  if (value === null || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value) || JUNK_UUIDS.has(value))
    return null;
  return value;
}

export async function probeProduct(port: ProbePort): Promise<Facts['product']> {
  const dmi = async (name: string): Promise<string | null> => await port.read(`/sys/class/dmi/id/${name}`);
  return {
    vendor: cleanDmi(await dmi('sys_vendor')),
    name: cleanDmi(await dmi('product_name')),
    serial: cleanDmi(await dmi('product_serial')),
    uuid: cleanUuid(await dmi('product_uuid')),
  };
}

export async function probeFirmware(port: ProbePort): Promise<Facts['firmware']> {
  if ((await port.list('/sys/firmware/efi')).length === 0) return { kind: 'bios', secureBoot: false };
  const hex = await port.readHex('/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c');
  return { kind: 'uefi', secureBoot: isSecureBootOn(hex) };
}

/** An EFI variable is four bytes of attributes and then its value. */
export function isSecureBootOn(hex: string | null): boolean {
  return hex !== null && hex.length >= 10 && hex.slice(8, 10) === '01';
}
