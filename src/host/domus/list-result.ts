/** What `xenwright domu list --format json` prints, and its JSON Schema (assets/domu-list.schema.json). Pure. */
import * as z from 'zod';

const domu = z
  .strictObject({
    name: z.string(),
    state: z
      .enum(['running', 'paused', 'starting', 'dying', 'crashed', 'stopped', 'in-rescue', 'unknown'])
      .describe(
        'starting: it runs, or its xl is about to create it, and it has not said yet that it is up; dying: it is being removed; in-rescue: domu rescue has its disk, or did not come to its end; unknown: xl does not answer.',
      ),
    up: z.boolean().nullable().describe('Whether it says itself that it is up; null: it runs and cannot say so.'),
    why: z
      .string()
      .nullable()
      .describe('Why it is not up, in English, as far as that is known; of one that runs and is to be rescued, that.'),
    domid: z.int().min(1).nullable().describe('The number of its domain; another one after each restart.'),
    uuid: z.string().nullable(),
    memoryMiB: z.int().min(0).nullable().describe('What it has while it runs, else what it will get.'),
    vcpus: z.int().min(0).nullable(),
    autostart: z.boolean().describe('Is it started with the host?'),
    addresses: z.array(z.string()).describe('Fixed ones, then those that the guest says it has.'),
    type: z.string().nullable().describe('pv, pvh or hvm.'),
    boot: z.string().nullable().describe('grub, pygrub, direct, bios or uefi.'),
    by: z
      .enum(['xenwright', 'hand', 'unknown'])
      .describe('Who made it: Xenwright (there is a record), somebody by hand (a configuration), or it only runs.'),
    config: z.string().nullable().describe('Its xl configuration.'),
  })
  .describe('One DomU.');

const listResult = z.strictObject({
  version: z.literal(1),
  xen: z.boolean().describe('Does this system run as Dom0?'),
  why: z.string().nullable().describe('Why the list is not complete: what xl or xenstore said; null: it is.'),
  domus: z.array(domu).describe('In the order of their names.'),
});

export type ListedDomu = z.infer<typeof domu>;
export type ListResult = z.infer<typeof listResult>;

/** JSON Schema (draft 2020-12). */
export function domuListJsonSchema(): unknown {
  return {
    $id: 'xenwright-domu-list-1',
    title: 'DomUs, as xenwright domu list tells them',
    ...z.toJSONSchema(listResult, { io: 'output', target: 'draft-2020-12' }),
  };
}
