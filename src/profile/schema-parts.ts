/** Small pieces of the profile's schema: words, sizes, secrets, commands and files. */
// As a namespace, so that only what is used is bundled: `{ z }` would bring the messages of fifty languages.
import * as z from 'zod';
import type { Variant } from '../check/finding.ts';
import { AT_ONCE, coded, field, fields, inUnit, optional } from './fields.ts';
import { formatDuration, formatMiB, formatSize, parseDurationMs, parseMiB, parseSize } from './sizes.ts';

/** Which text of a finding says what is wrong: zod hands it through as its message. */
export const wrong = (message: Variant<'invalid-format'>): { readonly message: string } => ({ message });

export const text = z.string().min(1);
/** YAML gives numbers for `0` and `8`: they are taken as text, so that the message can speak of units. */
function scalar<Value>(
  id: string,
  description: string,
  codec: {
    /** What is said of a text that is not one. */
    readonly refused: ReturnType<typeof wrong>;
    readonly parse: (text: string) => Value | null;
    readonly format: (value: Value) => string;
  },
): z.ZodType<Value> {
  const form = z.union([z.string(), z.number()]);
  z.globalRegistry.add(form, { id, description });
  return coded(form, {
    decode(given, { issues }) {
      const value = codec.parse(String(given));
      if (value === null) issues.push({ code: 'custom', input: given, ...codec.refused });
      return value as Value;
    },
    encode: codec.format,
  });
}

export const size = scalar(
  'Size',
  'Size of a volume: `512M`, `8G`, `1T` (binary), `20GB` (decimal), a share of the space like `10%`, `rest` for the remaining space, or `0`.',
  { refused: wrong('size'), parse: parseSize, format: formatSize },
);
export const memory = inUnit(
  'MiB',
  scalar('Memory', 'A fixed size: `512M`, `8G`, `1T` (binary) or `20GB` (decimal).', {
    refused: wrong('memory'),
    parse: parseMiB,
    format: formatMiB,
  }),
);
export const duration = inUnit(
  'Ms',
  scalar('Duration', 'A time: `500ms`, `30s`, `2m` or `1h`.', {
    refused: wrong('duration'),
    parse: parseDurationMs,
    format: formatDuration,
  }),
);
/** More than none: timeout(1) takes 0 for no limit at all. */
const someTime = inUnit(
  'Ms',
  scalar('TimeLimit', 'A time longer than none: `500ms`, `30s`, `2m` or `1h`.', {
    refused: wrong('duration'),
    parse: (text) => parseDurationMs(text) || null,
    format: formatDuration,
  }),
);
export const SECRET_REFERENCE = /^(prompt:|env:[A-Za-z_]\w*|file:[^\n]+)$/;
export const secretReference = z.string().regex(SECRET_REFERENCE, wrong('secret'));
/** In the one notation that systemd, xl and the facts share, whether a label, Windows or a switch was read. */
export const mac = z
  .string()
  .regex(/^([0-9a-fA-F]{2}([:-]?[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2})$/, wrong('mac'))
  .overwrite((text) => text.toLowerCase().replaceAll(/[:.-]/g, '').match(/../g)?.join(':') ?? text);
/** As the kernel writes it; `lspci` leaves the domain out. The rules refuse what is none. */
export const pciAddress = text.overwrite((address) =>
  address.toLowerCase().replace(/^([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/, '0000:$1'),
);
export const vlan = z.number().int().min(1).max(4094);
export const count = z.number().int().min(1);
/** The rules refuse other names. */
export const release = text as z.ZodType as z.ZodType<'bookworm' | 'trixie' | 'forky'>;
export const filesystem = z.enum(['ext4', 'xfs', 'btrfs']);

/** A shell and its arguments end at a NUL. */
export const commandText = text.regex(/^[^\0]*$/, wrong('command'));

const commandMap = fields({
  run: commandText.describe('The command, for `sh`.'),
  timeout: field(someTime, 'How long it may take before it counts as failed.', '10m'),
  onError: field(
    z.enum(['fail', 'continue']),
    'What happens when it fails: `fail` ends the install, or the commands of the first boot; `continue` continues.',
    'fail',
  ),
});
const textOrMap = z.union([commandText, commandMap]);
z.globalRegistry.add(textOrMap, {
  id: 'Command',
  description: 'A command for `sh`, alone or with its time limit and what a failure means.',
});
/** A text alone is a command with the defaults. */
export const command = coded(textOrMap, {
  decode: (given) => (typeof given === 'string' ? commandMap.parse({ run: given }, AT_ONCE) : given),
  encode: (parsed) => parsed,
});

export const file = fields({
  path: z
    .string()
    .regex(/^\/[^\0]+$/, wrong('path'))
    .describe(
      'Where the file is in the installed system: an absolute path. Not below `/proc`, `/sys`, `/dev`, `/run` or `/tmp`.',
    ),
  content: optional(z.string(), 'What is in the file. Either this or `source` is given.'),
  source: optional(
    text,
    'Where the text of the file is read from: a path relative to the profile, an absolute path of the machine that installs, or an address.',
  ),
  mode: field(
    z
      .string()
      .regex(/^[0-7]{3,4}$/, wrong('mode'))
      .overwrite((digits) => digits.padStart(4, '0')),
    'Permissions in octal, as text. A file that others may not read (`0600`, `0640`) is a secret: it is in no plan, log or bundle.',
    '0644',
  ),
  owner: field(
    z.string().regex(/^[\w.][\w.-]{0,31}(:[\w.][\w.-]{0,31})?$/),
    'User, or user and group, that own the file.',
    'root:root',
  ),
})
  .refine((value) => (value.content === undefined) !== (value.source === undefined), wrong('fileContent'))
  .meta({ id: 'File', description: 'A file that is written into the installed system.' });

/** Fields of `commands` that hosts and DomUs share. */
export const installedCommands = {
  late: field(
    z.array(command),
    'Commands inside the installed system (chroot), at the end of the install, before it first starts.',
    [],
  ),
  firstBoot: field(
    z.array(command),
    'Commands on the running system at its first boot, once its network is up. Commands that succeeded are not run again.',
    [],
  ),
};
