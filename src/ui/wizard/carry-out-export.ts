/** Does what an export asks for, and tells how it went. It knows the system by its ports alone. */
import { reasonOf } from '../../errors.ts';
import { isOwnerless, type Stick } from '../../facts/sticks.ts';
import { hasSecrets } from '../../profile/export.ts';
import type { ExportEffect, ExportEvent } from './export-state.ts';

export interface ExportPorts {
  writePrivate(file: string, text: string): Promise<void>;
  findSticks(): Promise<readonly Stick[]>;
  /** Gives the name the file has there. */
  writeToStick(stick: Stick, name: string, text: string): Promise<string>;
  /** Shows a text on the ordinary screen until the person has seen it. The full screen must be left meanwhile. */
  showText(text: string): Promise<void>;
}

/** Gives the terminal away while the work is done. */
export type Suspend = (work: () => Promise<void>) => Promise<void>;

export async function carryOutExport(
  effect: ExportEffect,
  text: () => Promise<string>,
  ports: ExportPorts,
  suspend: Suspend,
): Promise<ExportEvent> {
  try {
    switch (effect.type) {
      case 'find-sticks':
        return { type: 'sticks', sticks: await ports.findSticks() };
      case 'export-file':
        await ports.writePrivate(effect.file, await text());
        return { type: 'exported', file: effect.file };
      case 'export-stick': {
        const written = await text();
        return {
          type: 'exported',
          file: await ports.writeToStick(effect.stick, effect.name, written),
          stick: effect.stick.device,
          isOpen: isOwnerless(effect.stick.type) && hasSecrets(written),
        };
      }
      case 'export-screen': {
        const shown = await text();
        await suspend(async () => await ports.showText(shown));
        return { type: 'export-shown' };
      }
    }
  } catch (error) {
    return { type: 'export-failed', reason: reasonOf(error) };
  }
}
