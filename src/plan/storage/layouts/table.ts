/** The table of layouts. */
import type { StorageSettings } from '../../../profile/effective.ts';
import type { Layout } from './layout.ts';
import { lvm } from './lvm.ts';
import { plain } from './plain.ts';

const layouts: Readonly<Partial<Record<StorageSettings['layout'], Layout>>> = { lvm, plain };

/** Null: it cannot be installed yet. */
export function layoutOf({ layout }: Pick<StorageSettings, 'layout'>): Layout | null {
  return layouts[layout] ?? null;
}
