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
export const size = scalar.refine((value) => parseSize(value) !== null, wrong('size')).meta({ id: 'Size' });
export const memory = scalar.refine((value) => parseMiB(value) !== null, wrong('memory')).meta({ id: 'Memory' });
export const duration = scalar
  .refine((value) => parseDurationMs(value) !== null, wrong('duration'))
  .meta({ id: 'Duration' });
export const SECRET_REFERENCE = /^(prompt:|env:[A-Za-z_]\w*|file:[^\n]+)$/;
export const secretReference = z.string().regex(SECRET_REFERENCE, wrong('secret'));
/** What reports are signed with: by reference, or itself when it is long enough to be one. */
export const webhookSecret = z
  .string()
  .regex(/^(prompt:|env:[A-Za-z_]\w*|file:[^\n]+|(?!(prompt|env|file):)[^\n]{8,})$/, wrong('webhookSecret'));
export const mac = z.string().regex(/^[0-9a-fA-F]{2}([:-]?[0-9a-fA-F]{2}){5}$/, wrong('mac'));
export const vlan = z.number().int().min(1).max(4094);
export const count = z.number().int().min(1);

export const command = z
  .union([
    text,
    z.strictObject({ run: text, timeout: duration.optional(), onError: z.enum(['fail', 'continue']).optional() }),
  ])
  .meta({ id: 'Command' });
export const file = z
  .strictObject({
    path: z.string().regex(/^\/[^\0]+$/, wrong('path')),
    content: z.string().optional(),
    source: text.optional(),
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, wrong('mode'))
      .optional(),
    owner: z
      .string()
      .regex(/^[\w.-]+(:[\w.-]+)?$/)
      .optional(),
  })
  .refine((value) => (value.content === undefined) !== (value.source === undefined), wrong('fileContent'))
  .meta({ id: 'File' });

export const source = z
  .strictObject({
    mirror: z.union([z.literal('auto'), z.url({ protocol: /^(https?|file)$/ })]).optional(),
    securityMirror: z.union([z.enum(['auto', 'none']), z.url({ protocol: /^(https?|file)$/ })]).optional(),
    components: z.array(text).min(1).optional(),
    extra: z
      .array(
        z.strictObject({ uri: text, suite: text, components: z.array(text).min(1), key: text.nullable().optional() }),
      )
      .optional(),
    keyring: text.nullable().optional(),
    medium: text.nullable().optional(),
    copyMedium: z.boolean().optional(),
    serveMedium: z.boolean().optional(),
  })
  .meta({ id: 'Source' });

export const admin = z
  .strictObject({
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, wrong('user'))
      .nullable()
      .optional(),
    passwordHash: z.string().nullable().optional(),
    password: secretReference.nullable().optional(),
    sshKeys: z.array(text).optional(),
  })
  .meta({ id: 'Admin' });
