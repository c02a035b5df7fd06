/** Is a line an OpenSSH public key? The blob repeats its type (RFC 4253, 6.6), so that a cut or mixed-up one shows. Pure. */
const TYPES = ['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'];

export function isSshKey(line: string): boolean {
  const words = line.trim().split(/\s+/);
  // Options may stand before the type (sshd(8), AUTHORIZED_KEYS).
  const at = words.findIndex((word) => TYPES.includes(word));
  const [type, blob] = [words[at], words[at + 1]];
  if (at < 0 || type === undefined || blob === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return false;
  const bytes = Buffer.from(blob, 'base64');
  const fields: number[] = [];
  for (let offset = 0; offset < bytes.length;) {
    if (offset + 4 > bytes.length) return false;
    const length = bytes.readUInt32BE(offset);
    offset += 4 + length;
    if (offset > bytes.length) return false;
    fields.push(length);
  }
  return fields.length >= 2 && bytes.subarray(4, 4 + (fields[0] ?? 0)).toString() === type && (type !== 'ssh-ed25519' || fields[1] === 32);
}
