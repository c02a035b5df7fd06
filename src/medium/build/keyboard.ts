/** The keyboard of a medium's consoles. Pure. */
import { EXIT, failure } from '../../errors.ts';
import { ownDistribution } from '../../plan/distributions/table.ts';
import { understoodKeyboard, type Keyboard } from '../../profile/understood.ts';
import { LIVE_RELEASE } from './live-tree.ts';

/** A layout by any of its names; throws (exit 2) where the medium's release has none such. */
export function keyboardOf(given: string): Keyboard {
  const keyboard = understoodKeyboard({ layout: given, variant: '' });
  const known = ownDistribution.lists?.keyboards(LIVE_RELEASE);
  const variants = keyboard.variant.split(',');
  const isKnown = keyboard.layout.split(',').every((layout, index) => {
    const ofLayout = known?.get(layout);
    const variant = variants[index] ?? '';
    return ofLayout !== undefined && (variant === '' || ofLayout.has(variant));
  });
  if (known === undefined || isKnown) return keyboard;
  throw failure('usage.keyboard', EXIT.usage, { given });
}
