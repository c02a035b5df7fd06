/**
 * Heads of a tar archive (ustar; sizes of 8 GiB and more as GNU writes them): what tar(1) unpacks, should we be gone.
 * Pure.
 */

export const BLOCK = 512;
const NAME_BYTES = 100;
const SIZE_AT = 124;
const SUM_AT = 148;
const OCTAL_MOST = 8 ** 11;

export function tarHead(name: string, sizeBytes: number, seconds: number): Buffer {
  const head = Buffer.alloc(BLOCK);
  const put = (text: string, at: number): void => void head.write(text, at, 'latin1');
  put(name, 0);
  put('0000600\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  if (sizeBytes < OCTAL_MOST) put(`${sizeBytes.toString(8).padStart(11, '0')}\0`, SIZE_AT);
  else {
    head.writeBigUInt64BE(BigInt(sizeBytes), SIZE_AT + 4);
    head[SIZE_AT] = 0x80;
  }
  put(`${Math.floor(seconds).toString(8).padStart(11, '0')}\0`, 136);
  put('0', 156);
  put('ustar\0', 257);
  put('00', 263);
  put('root', 265);
  put('root', 297);
  put(`${sumOf(head).toString(8).padStart(6, '0')}\0 `, SUM_AT);
  return head;
}

/** `end`: no more comes. Null: this is no head of an ordinary file. */
export function readTarHead(head: Buffer): { readonly name: string; readonly sizeBytes: number } | 'end' | null {
  if (head.every((byte) => byte === 0)) return 'end';
  const text = (at: number, length: number): string => head.toString('latin1', at, at + length).split('\0')[0] ?? '';
  const sizeBytes =
    head[SIZE_AT] === 0x80
      ? Number(head.readBigUInt64BE(SIZE_AT + 4))
      : /^[0-7]{11}$/.test(text(SIZE_AT, 12))
        ? Number.parseInt(text(SIZE_AT, 12), 8)
        : NaN;
  const isSound =
    text(257, 6) === 'ustar' &&
    text(156, 1) === '0' &&
    Number.isSafeInteger(sizeBytes) &&
    Number.parseInt(text(SUM_AT, 8), 8) === sumOf(head);
  return isSound ? { name: text(0, NAME_BYTES), sizeBytes } : null;
}

/** How much is filled up behind so many bytes. */
export function fillOf(sizeBytes: number): number {
  return (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
}

/** The sum is made as if its own place held blanks. */
function sumOf(head: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= SUM_AT && at < SUM_AT + 8 ? 0x20 : (head[at] ?? 0);
  return sum;
}
