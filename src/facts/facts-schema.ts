/**
 * Facts that are read back: of a state folder, of a disk, of a file that somebody names. What is needed must be there
 * and of its kind; what this version does not know stays as it is. Pure.
 */
import * as z from 'zod';
import type { DiskFacts, Facts, FoundUuid, NicFacts, SourceMedium } from './facts.ts';

/** Every field has its schema. */
type FieldsOf<Map> = Readonly<Record<keyof Map, z.ZodType>>;

const orNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullable();
const texts = z.array(z.string());
const amount = z.number().nonnegative();

/** An id that stands on a device. */
const foundUuid = z.looseObject({ path: z.string(), uuid: z.string() } satisfies FieldsOf<FoundUuid>);

const disk = z.looseObject({
  path: z.string(),
  ...{ byId: orNull(z.string()), serial: orNull(z.string()), wwn: orNull(z.string()) },
  ...{ model: orNull(z.string()), vendor: orNull(z.string()) },
  ...{ sizeMiB: amount, logicalSectorBytes: amount, physicalSectorBytes: amount },
  transport: z.string(),
  ...{ removable: z.boolean(), rotational: z.boolean(), readOnly: z.boolean(), bootMedium: z.boolean() },
  zeroesItself: z.literal(true).optional(),
  usedBy: texts,
  holds: z.array(
    z.looseObject({ path: z.string(), type: z.string(), label: orNull(z.string()), group: orNull(z.string()) }),
  ),
  installMarker: orNull(
    z.looseObject({
      ...{ id: z.string(), planHash: z.string() },
      ...{ finished: z.string().optional(), hostname: z.string().optional(), tokens: texts.optional() },
    }),
  ),
  begun: z.looseObject({ device: z.string(), planHash: orNull(z.string()) }).optional(),
  identity: orNull(z.string()).optional(),
  attachesItself: z.literal(true).optional(),
  uuids: z.array(foundUuid).optional(),
} satisfies FieldsOf<DiskFacts>);

const nic = z.looseObject({
  ...{ name: z.string(), mac: z.string(), pci: orNull(z.string()), driver: orNull(z.string()) },
  ...{ carrier: z.boolean(), speedMbit: orNull(z.number()) },
} satisfies FieldsOf<NicFacts>);

const medium = z.looseObject({
  ...{ source: z.string(), path: z.string(), id: z.string(), label: z.string(), sizeBytes: amount },
  ...{ sha256: z.string().optional(), booted: z.literal(true).optional() },
  archives: z.array(
    z.looseObject({
      ...{ suite: z.string(), components: texts },
      trust: z.enum(['signed', 'manifest', 'named', 'self', 'none']),
    }),
  ),
} satisfies FieldsOf<SourceMedium>);

/** What a base is, as manifests and facts have it. */
export const baseSpec = z.looseObject({
  role: z.enum(['common', 'dom0', 'domu', 'appliance', 'live']),
  ...{ distribution: z.string(), release: z.string(), architecture: z.literal('amd64'), packages: texts },
  sources: z.array(
    z.looseObject({ uri: z.string(), suite: z.string(), components: texts, keyring: orNull(z.string()) }),
  ),
  ...{ proxy: orNull(z.string()), parent: orNull(z.string()), features: texts },
  initrd: orNull(z.looseObject({ modules: z.enum(['most', 'list']), list: texts })),
});

// A field that facts get has to be here as well.
const facts = z.looseObject({
  version: z.literal(1),
  kind: z.enum(['machine', 'image']),
  product: z.looseObject({
    ...{ vendor: orNull(z.string()), name: orNull(z.string()), serial: orNull(z.string()), uuid: orNull(z.string()) },
  }),
  mountsImages: z.literal(true).optional(),
  seed: z.string(),
  firmware: z.looseObject({ kind: z.enum(['bios', 'uefi', 'both']), secureBoot: z.boolean() }),
  cpu: z.looseObject({
    ...{ model: z.string(), vendor: z.enum(['intel', 'amd', 'other']), count: amount },
    ...{ virtualization: orNull(z.enum(['vmx', 'svm'])), nestedPaging: z.boolean() },
  }),
  memoryMiB: amount,
  disks: z.array(disk),
  otherGroups: z.array(z.looseObject({ path: z.string(), group: z.string() })).optional(),
  otherUuids: z.array(foundUuid).optional(),
  nics: z.array(nic),
  lacks: z.array(z.enum(['udev', 'orphan_file'])).optional(),
  kernel: z.looseObject({
    ...{ release: z.string(), deviceMapper: z.boolean(), loopPartitions: z.boolean(), filesystems: texts },
  }),
  media: z.array(
    z.looseObject({ path: z.string(), label: orNull(z.string()), kind: z.enum(['optical', 'iso', 'usb']) }),
  ),
  medium: medium.optional(),
  firmwareWanted: texts,
  aptSources: z.looseObject({ mirrors: z.array(z.looseObject({ uri: z.string(), suites: texts, components: texts })) }),
  keptVolumes: z.array(z.looseObject({ device: z.string(), uuid: z.string(), sizeMiB: amount })).optional(),
  bundledBases: z.array(z.looseObject({ hash: z.string(), base: baseSpec })).optional(),
  consoles: z
    .looseObject({
      screen: z.boolean(),
      serial: z.array(
        z.looseObject({
          ...{ name: z.string(), ioPort: orNull(z.number()), baud: amount },
          by: z.enum(['use', 'kernel', 'firmware']),
        }),
      ),
    })
    .optional(),
  unfitBases: z.array(z.looseObject({ name: z.string(), why: z.enum(['version', 'damaged']) })).optional(),
} satisfies FieldsOf<Facts>);
/** The facts in a text, or the field that is wrong: `disks[0].path`; empty where the text is no JSON. */
export function factsIn(text: string): { readonly facts: Facts } | { readonly wrong: string } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { wrong: '' };
  }
  const { success, error } = facts.safeParse(data);
  if (success) return { facts: data as Facts };
  const path = error.issues[0]?.path ?? [];
  const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  // What is no map at all has no version either.
  return { wrong: field === '' ? 'version' : field.replace(/^\./, '') };
}
