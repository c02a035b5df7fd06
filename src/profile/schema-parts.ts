/** Small pieces of the profile's schema: words, sizes, secrets, commands and files. */
// As a namespace, so that only what is used is bundled: `{ z }` would bring the messages of fifty languages.
import * as z from 'zod';
import type { Variant } from '../check/finding.ts';
import { parseDurationMs, parseMiB, parseSize } from './sizes.ts';

/** Which text of a finding says what is wrong: zod hands it through as its message. */
export const wrong = (message: Variant<'invalid-format' | 'custom'>): { readonly message: string } => ({ message });

export const text = z.string().min(1);
/** YAML gives numbers for `0` and `8`: they are taken as text, so that the message can speak of units. */
const scalar = z.union([z.string(), z.number()]).transform(String);
export const size = scalar
  .refine((value) => parseSize(value) !== null, wrong('size'))
  .meta({
    id: 'Size',
    description:
      'Size of a volume: `512M`, `8G`, `1T` (binary), `20GB` (decimal), a share of the space like `10%`, `rest` for what is left, or `0`.',
  });
export const memory = scalar
  .refine((value) => parseMiB(value) !== null, wrong('memory'))
  .meta({ id: 'Memory', description: 'A fixed size: `512M`, `8G`, `1T` (binary) or `20GB` (decimal).' });
export const duration = scalar
  .refine((value) => parseDurationMs(value) !== null, wrong('duration'))
  .meta({ id: 'Duration', description: 'A time: `500ms`, `30s`, `2m` or `1h`.' });
export const SECRET_REFERENCE = /^(prompt:|env:[A-Za-z_]\w*|file:[^\n]+)$/;
export const secretReference = z.string().regex(SECRET_REFERENCE, wrong('secret'));
export const mac = z.string().regex(/^[0-9a-fA-F]{2}([:-]?[0-9a-fA-F]{2}){5}$/, wrong('mac'));
export const vlan = z.number().int().min(1).max(4094);
export const count = z.number().int().min(1);
export const filesystem = z.enum(['ext4', 'xfs', 'btrfs']);

export const command = z
  .union([
    text,
    z.strictObject({
      run: text.describe('What is run, by `sh`.'),
      timeout: duration
        .optional()
        .meta({ description: 'How long it may take before it counts as failed.', default: '10m' }),
      onError: z
        .enum(['fail', 'continue'])
        .optional()
        .meta({
          description:
            'What happens when it fails: `fail` ends the install, or the commands of the first boot; `continue` goes on.',
          default: 'fail',
        }),
    }),
  ])
  .meta({ id: 'Command', description: 'A command for `sh`, alone or with its time limit and what a failure means.' });

export const file = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[^\0]+$/, wrong('path'))
      .describe(
        'Where the file is in the installed system: an absolute path. Not below `/proc`, `/sys`, `/dev` or `/run`.',
      ),
    content: z.string().optional().describe('What is in the file. Either this or `source` is given.'),
    source: text
      .optional()
      .describe(
        'Where the text of the file is read from: a path relative to the profile, an absolute path of the machine that installs, or an address.',
      ),
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, wrong('mode'))
      .optional()
      .meta({
        description:
          'Permissions in octal, as text. A file that others may not read (`0600`, `0640`) is a secret: it is in no plan, log or bundle.',
        default: '0644',
      }),
    owner: z
      .string()
      .regex(/^[\w.-]+(:[\w.-]+)?$/)
      .optional()
      .meta({ description: 'User, or user and group, that own the file.', default: 'root:root' }),
  })
  .refine((value) => (value.content === undefined) !== (value.source === undefined), wrong('fileContent'))
  .meta({ id: 'File', description: 'A file that is put into the installed system.' });

/** Fields of `commands` that hosts and DomUs share. */
export const installedCommands = {
  late: z
    .array(command)
    .optional()
    .meta({
      description: 'Commands inside the installed system (chroot), at the end of the install, before it first starts.',
      default: [],
    }),
  firstBoot: z
    .array(command)
    .optional()
    .meta({
      description:
        'Commands on the running system at its first boot, once its network is up. What has succeeded is not run again.',
      default: [],
    }),
};
