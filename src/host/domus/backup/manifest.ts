/** The first file of a backup: what the others are. It may be somebody's trap: every field has its bounds. Pure. */
import * as z from 'zod';
import { parseJson } from '../../../facts/lsblk.ts';

export const MANIFEST_FILE = 'manifest.json';
export const CONFIG_FILE = 'domu.cfg';
export const RECORD_FILE = 'record.json';
export const PROFILE_FILE = 'profile.yaml';
const MOST_DISKS = 32;
/** 64 TiB. */
const MOST_BYTES = 2 ** 46;

/** As records and volumes have it. */
export const DOMU_NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;
const guestDevice = z.string().regex(/^[a-z]{2,4}[0-9]{0,3}$/);
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const manifestSchema = z.object({
  version: z.literal(1),
  kind: z.literal('xenwright-domu-backup'),
  name: z.string().regex(DOMU_NAME),
  at: z.iso.datetime(),
  state: z.enum(['clean', 'frozen', 'crash-consistent']),
  texts: z
    .array(
      z.object({ file: z.enum([CONFIG_FILE, RECORD_FILE, PROFILE_FILE]), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    )
    .min(1)
    .max(3)
    .refine((all) => new Set(all.map(({ file }) => file)).size === all.length && all[0]?.file === CONFIG_FILE),
  disks: z
    .array(
      z.object({
        file: z.string().regex(/^disk-\d{1,2}\.img$/),
        sizeBytes: z.number().int().positive().max(MOST_BYTES).multipleOf(512),
        guestDevice,
        /** What the DomU's record calls it; null: it has none. */
        name: z.string().regex(DOMU_NAME).nullable(),
      }),
    )
    .min(1)
    .max(MOST_DISKS)
    .refine((all) => all.every(({ file }, index) => file === `disk-${index}.img`))
    .refine((all) => new Set(all.map((one) => one.guestDevice)).size === all.length),
  /** Nothing of them is kept: they are made anew. */
  swaps: z
    .array(
      z.object({
        sizeBytes: z.number().int().positive().max(MOST_BYTES).multipleOf(512),
        guestDevice,
        name: z.string().regex(DOMU_NAME),
        uuid: uuid.nullable(),
      }),
    )
    .max(MOST_DISKS),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

/** Null: it is none that this version reads. */
export function readBackupManifest(text: string): BackupManifest | null {
  return manifestSchema.safeParse(parseJson(text)).data ?? null;
}
