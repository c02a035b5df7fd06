/** What every screen is drawn from: the state, and the room between header and keys. */
import type { WizardState } from '../../src/ui/wizard/state.ts';

/** `height` in rows, `width` in cells. */
export interface BodyProps {
  readonly state: WizardState;
  readonly height: number;
  readonly width: number;
}
