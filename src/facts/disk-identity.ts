/** What tells a disk from every other one: its WWN or its serial number, in one notation. Pure. */

/** What makers and bridges write where they have no number: zeros, or the beginning of all of them. */
const NO_NUMBER = /^(?:0+|f+|x+|0?123456789(?:abcdef|0)?|none|unknown|n\/a|default.*|to be filled.*)$/;

/** Null where the disk has no number of its own. */
export function identityOf(wwn: string | null, serial: string | null): string | null {
  const [world, own] = [normalWwn(wwn ?? ''), normalText(serial ?? '')];
  if (isNumber(world)) return `wwn ${world}`;
  return isNumber(own) ? `serial ${own}` : null;
}

function isNumber(text: string): boolean {
  return text !== '' && !NO_NUMBER.test(text);
}

export function normalText(text: string): string {
  return text.trim().toLowerCase();
}

/** `0x5000c500a1b2c3d4`, `naa.5000…`, `eui.…`, `wwn-0x…` are notations of one number. */
export function normalWwn(text: string): string {
  return normalText(text)
    .replace(/^wwn-/, '')
    .replace(/^(0x|naa\.|eui\.|nvme-eui\.)/, '');
}
