/** Small pieces of the profile's schema: words, sizes, secrets, commands and files. */
// As a namespace, so that only what is used is bundled: `{ z }` would bring the messages of fifty languages.
import * as z from 'zod';
import { parseDurationMs, parseMiB, parseSize } from './sizes.ts';

export const text = z.string().min(1);
/** YAML gives numbers for `0` and `8`: they are taken as text, so that the message can speak of units. */
const scalar = z.union([z.string(), z.number()]).transform(String);
export const size = scalar.refine((value) => parseSize(value) !== null, { message: 'not a size: write 512M, 8G or 1T (binary), 20GB (decimal), 10% or rest' }).meta({ id: 'Size' });
export const memory = scalar.refine((value) => parseMiB(value) !== null, { message: 'not a size: write 512M, 1G or 2GB' }).meta({ id: 'Memory' });
export const duration = scalar.refine((value) => parseDurationMs(value) !== null, { message: 'not a time: write 30s, 2m or 1h' }).meta({ id: 'Duration' });
export const SECRET_REFERENCE = /^(prompt:|env:[A-Za-z_]\w*|file:[^\n]+)$/;
export const secretReference = z.string().regex(SECRET_REFERENCE, { message: 'not a secret reference: write prompt:, env:NAME or file:PATH; a password never stands in a profile' });
export const mac = z.string().regex(/^[0-9a-fA-F]{2}([:-]?[0-9a-fA-F]{2}){5}$/, { message: 'not a MAC address: write six pairs of hex digits, like 52:54:00:12:34:56' });
export const vlan = z.number().int().min(1).max(4094);
export const count = z.number().int().min(1);

export const command = z.union([text, z.strictObject({ run: text, timeout: duration.optional(), onError: z.enum(['fail', 'continue']).optional() })]).meta({ id: 'Command' });
export const file = z.strictObject({
  path: z.string().regex(/^\/[^\0]+$/, { message: 'not an absolute path' }), content: z.string().optional(), source: text.optional(),
  mode: z.string().regex(/^[0-7]{3,4}$/, { message: 'not a mode: write it in quotes, like "0644"' }).optional(), owner: z.string().regex(/^[\w.-]+(:[\w.-]+)?$/).optional(),
}).refine((value) => (value.content === undefined) !== (value.source === undefined), { message: 'a file needs either content or source' }).meta({ id: 'File' });

export const source = z.strictObject({
  mirror: z.union([z.literal('auto'), z.url({ protocol: /^(https?|file)$/ })]).optional(),
  securityMirror: z.union([z.enum(['auto', 'none']), z.url({ protocol: /^(https?|file)$/ })]).optional(),
  components: z.array(text).min(1).optional(),
  extra: z.array(z.strictObject({ uri: text, suite: text, components: z.array(text).min(1), key: text.nullable().optional() })).optional(),
  keyring: text.nullable().optional(),
  medium: text.nullable().optional(), copyMedium: z.boolean().optional(), serveMedium: z.boolean().optional(),
}).meta({ id: 'Source' });

export const admin = z.strictObject({
  user: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, { message: 'not a user name' }).nullable().optional(),
  passwordHash: z.string().nullable().optional(), password: secretReference.nullable().optional(), sshKeys: z.array(text).optional(),
}).meta({ id: 'Admin' });
