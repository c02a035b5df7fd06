/**
 * Is a line an OpenSSH public key? The blob repeats its type (RFC 4253, 6.6), so that a cut or mixed-up one shows.
 * Pure.
 */
import { listed, type Phrase } from '../i18n/phrase.ts';

const TYPES = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];
/** sshd(8), AUTHORIZED_KEYS FILE FORMAT, in any case. With one that it does not know, sshd ignores the key. */
const OPTION =
  '(?:(?:no-)?(?:agent|port|x11)-forwarding|(?:no-)?pty|(?:no-)?user-rc|(?:no-)?(?:touch|verify)-required|restrict' +
  '|cert-authority|(?:command|environment|expiry-time|from|permitlisten|permitopen|principals|tunnel)="(?:\\\\"|[^"])*")';
const OPTIONS = new RegExp(`^(?:${OPTION}(?:,${OPTION})*)?$`, 'i');
/** What sshd refuses by default is 1024; what is broken is more. */
const RSA_LEAST_BITS = 2048;
/** Bytes of each key's field after its type. Curves: the name, then the point. */
const ED25519_BYTES = 32;
const POINT_BYTES: Readonly<Record<string, number>> = { nistp256: 65, nistp384: 97, nistp521: 133 };

/** What is wrong with the line, never repeating it; null when it is a key. */
export function sshKeyProblem(line: string): Phrase | null {
  if (/-----BEGIN|PuTTY-User-Key-File/.test(line)) return { key: 'parts.sshKey.private' };
  if (/[\r\n]./.test(line.trim())) return { key: 'parts.sshKey.lines' };
  const [options, words] = splitOptions(line.trim());
  const [type, blob] = words;
  if (type === 'ssh-dss') return { key: 'parts.sshKey.dsa' };
  if (type === undefined || !TYPES.includes(type))
    return { key: 'parts.sshKey.type', values: { types: listed(TYPES.slice(0, 3)) } };
  if (blob === undefined) return { key: 'parts.sshKey.nothing', values: { type } };
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return { key: 'parts.sshKey.base64', values: { type } };
  const fields = fieldsOf(Buffer.from(blob, 'base64'));
  if (fields === null) return { key: 'parts.sshKey.length' };
  if (fields[0]?.toString('latin1') !== type) return { key: 'parts.sshKey.other', values: { type } };
  if (!OPTIONS.test(options)) return { key: 'parts.sshKey.options' };
  return fieldsProblem(type, fields);
}

/** Options may stand before the type, up to the first blank that no quotes are around. */
function splitOptions(line: string): [options: string, words: string[]] {
  const [first = ''] = /^(?:"(?:\\"|[^"])*"|[^\s"])+/.exec(line) ?? [];
  const rest = line
    .slice(first.length)
    .split(/\s+/)
    .filter((word) => word !== '');
  return TYPES.includes(first) || first === 'ssh-dss' ? ['', [first, ...rest]] : [first, rest];
}

function fieldsProblem(type: string, fields: readonly Buffer[]): Phrase | null {
  const last = fields.at(-1) as Buffer;
  const wrong: Phrase = { key: 'parts.sshKey.parts' };
  switch (type) {
    case 'ssh-ed25519':
      return fields.length === 2 && last.length === ED25519_BYTES ? null : wrong;
    case 'sk-ssh-ed25519@openssh.com':
      return fields.length === 3 && fields[1]?.length === ED25519_BYTES ? null : wrong;
    case 'ssh-rsa': {
      if (fields.length !== 3) return wrong;
      const bits = last.toString('hex').replace(/^0+/, '').length * 4;
      return bits + 3 >= RSA_LEAST_BITS ? null : { key: 'parts.sshKey.weak', values: { count: bits } };
    }
    default: {
      const curve = fields[1]?.toString('latin1') ?? '';
      return fields.length === (type.startsWith('sk-') ? 4 : 3) &&
        type.includes(curve) &&
        fields[2]?.length === POINT_BYTES[curve]
        ? null
        : wrong;
    }
  }
}

/** Each field has its length before it, in four bytes; null when they do not end where the blob ends. */
function fieldsOf(bytes: Buffer): Buffer[] | null {
  const fields: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    if (offset + 4 > bytes.length) return null;
    const end = offset + 4 + bytes.readUInt32BE(offset);
    if (end > bytes.length) return null;
    fields.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  return fields.length >= 2 ? fields : null;
}
