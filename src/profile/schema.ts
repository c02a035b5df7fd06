/** The schema of a profile, as it is written: every field of the contract, unknown keys refused. */
import * as z from 'zod';
import { field, fields, optional, part } from './fields.ts';
import { text, wrong } from './schema-parts.ts';
import { domuSchema } from './sections/domu.ts';
import { host } from './sections/host.ts';
import { install, report } from './sections/install.ts';
import { hostRules, unmatchedWord } from './sections/rules.ts';

const version = z.literal(1).describe('Version of the schema of this file: always 1.');

/** A profile as it is written. */
export const profileSchema = z.strictObject({
  version,
  language: field(
    text,
    'Language of the host and its DomUs, such as `en_US.UTF-8`: a locale of their releases.',
    'C.UTF-8',
  ),
  keyboard: part(
    fields({
      layout: field(
        text,
        'Layout of the keyboard, such as `de`, or the name that the console has for it, such as `de-latin1`.',
        'us',
      ),
      variant: field(z.string(), 'Variant of the layout, such as `nodeadkeys`.', ''),
    }),
    'Keyboard at the consoles of the host and its DomUs.',
  ),
  timezone: field(
    z.string().regex(/^[A-Za-z0-9_+\-/]+$/, wrong('timezone')),
    'Time zone of the host and its DomUs, such as `Europe/Berlin`. Old names stand for the present ones.',
    'Etc/UTC',
  ),
  interactive: field(
    z.array(z.enum(['disks', 'network', 'source', 'identity', 'admin', 'xen', 'domus', 'review'])),
    'Sections that an unattended install stops for and asks on screen; `review` is its last screen, with the plan.',
    [],
  ),
  install: part(install, 'What an install may overwrite, and what happens afterwards.'),
  host: host.describe('The host itself.'),
  report: part(report, 'Where an install and its host report to.'),
  domus: field(z.array(domuSchema), 'The DomUs that are installed with the host.', []),
  unmatched: optional(
    unmatchedWord.unwrap(),
    'What happens on a machine that matches no rule of `hosts`: it is refused, or installed by the rest of the profile. Default: `refuse` where there are rules.',
  ),
  hosts: optional(
    hostRules,
    'Rules for single machines: the first that matches is merged over the rest of the profile.',
  ),
});
/** A profile that the schema has accepted, with the defaults that depend on nothing else. */
export type ParsedProfile = z.output<typeof profileSchema>;

/** A profile but for its host and DomUs, which are read and written each by itself where only one of them changes. */
export const frameSchema = profileSchema.omit({ host: true, domus: true });

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
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type !== 'prefault') return;
      const own = z.globalRegistry.get(zodSchema);
      const { default: told } = own ?? z.globalRegistry.get((def as z.core.$ZodPrefaultDef).innerType) ?? {};
      // That of a part is told by its own fields, or in words.
      if (told === undefined || own === undefined || isCoded(zodSchema)) delete jsonSchema.default;
      // As people write it. The published files have it last where the program has something else.
      if (told !== undefined) jsonSchema.default ??= told as typeof jsonSchema.default;
    },
  });
}

function isCoded({ _zod: { def } }: z.core.$ZodType): boolean {
  const { innerType, element, options, shape } = def as Partial<
    Record<'innerType' | 'element', z.core.$ZodType> & { options: readonly z.core.$ZodType[]; shape: z.core.$ZodShape }
  >;
  return (
    def.type === 'pipe' ||
    [innerType, element, ...(options ?? []), ...Object.values(shape ?? {})].some(
      (inner) => inner !== undefined && isCoded(inner),
    )
  );
}
