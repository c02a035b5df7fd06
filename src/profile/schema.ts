/** The schema of a profile, as it is written: every field of the contract, unknown keys refused. */
import * as z from 'zod';
import { text, wrong } from './schema-parts.ts';
import { domuSchema } from './sections/domu.ts';
import { host } from './sections/host.ts';
import { install, report } from './sections/install.ts';
import { hostRules } from './sections/rules.ts';

const version = z.literal(1).describe('Version of the form of this file: always 1.');

/** A profile as it is written. */
export const profileSchema = z.strictObject({
  version,
  language: text
    .optional()
    .meta({ description: 'Language of the host and its DomUs, such as `en_US.UTF-8`.', default: 'C.UTF-8' }),
  keyboard: z
    .strictObject({
      layout: text.optional().meta({ description: 'Layout of the keyboard, such as `de`.', default: 'us' }),
      variant: z.string().optional().meta({ description: 'Variant of the layout, such as `nodeadkeys`.', default: '' }),
    })
    .optional()
    .describe('Keyboard at the consoles of the host and its DomUs.'),
  timezone: z
    .string()
    .regex(/^[A-Za-z0-9_+\-/]+$/, wrong('timezone'))
    .optional()
    .meta({ description: 'Time zone of the host and its DomUs, such as `Europe/Berlin`.', default: 'Etc/UTC' }),
  interactive: z
    .array(z.enum(['disks', 'network', 'source', 'identity', 'admin', 'xen', 'domus', 'review']))
    .optional()
    .meta({
      description:
        'Sections that an unattended install stops for and asks on screen; `review` is its last screen, with the plan.',
      default: [],
    }),
  install: install.optional().describe('What an install may overwrite, and what comes after it.'),
  host: host.describe('The host itself.'),
  report: report.optional().describe('Where an install and its host report to.'),
  domus: z
    .array(domuSchema)
    .optional()
    .meta({ description: 'The DomUs that are installed with the host.', default: [] }),
  unmatched: z
    .enum(['refuse', 'continue'])
    .optional()
    .describe(
      'What happens on a machine that no rule of `hosts` fits: it is refused, or installed by the rest of the profile. Default: `refuse` where there are rules.',
    ),
  hosts: hostRules
    .optional()
    .describe('Rules for single machines: the first that fits is merged over the rest of the profile.'),
});
export type AuthoredProfile = z.infer<typeof profileSchema>;

/** JSON Schema (2020-12) of what people write. */
export function profileJsonSchema(): object {
  return { $id: 'xenwright-profile-1', title: 'Xenwright profile', ...jsonSchemaOf(profileSchema) };
}

/** JSON Schema of a file for `domu add`: DomUs alone. Such a file may also be a whole profile, which has its own. */
export function domusJsonSchema(): object {
  const domus = z.array(domuSchema).describe('The DomUs that are added to the host.');
  return {
    $id: 'xenwright-domus-1',
    title: 'DomUs for xenwright domu add',
    ...jsonSchemaOf(z.strictObject({ version, domus })),
  };
}

function jsonSchemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    // A default counts for what people write, also where the schema makes something else of it (sizes, times).
    override: ({ zodSchema, jsonSchema }) => {
      const { default: byDefault } = z.globalRegistry.get(zodSchema) ?? {};
      if (byDefault !== undefined) jsonSchema.default = byDefault as typeof jsonSchema.default;
    },
  });
}
