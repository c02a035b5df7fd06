/** What fields look at, made from the state. Kept until the draft changes: screens ask for it several times a frame. */
import { DEFAULT_ENVIRONMENT } from './environment.ts';
import { effectiveForm, machineOf } from './effective.ts';
import { valueOf } from '../questions/fields.ts';
import { countOf } from '../questions/items.ts';
import { screenOf } from '../questions/order.ts';
import type { Context, Field, Screen } from '../questions/screen.ts';
import type { Locale } from '../../i18n/locales.ts';
import type { Draft } from './draft.ts';
import type { WizardState } from '../wizard/state.ts';

type Known = Pick<WizardState, 'draft' | 'environment' | 'place' | 'locales'> & Partial<Pick<WizardState, 'item'>>;

let last: {
  readonly draft: Draft;
  readonly environment: WizardState['environment'];
  readonly place: WizardState['place'];
  readonly item: number;
  readonly context: Context;
} | null = null;

export function contextOf({ draft, environment, locales, place, item: wanted = 0 }: Known): Context {
  const { domu, screen } = place;
  if (
    last?.draft === draft &&
    last.context.locales === locales &&
    last.environment === environment &&
    last.place.domu === domu &&
    last.place.screen === screen &&
    last.item === wanted
  )
    return last.context;
  const known = environment ?? DEFAULT_ENVIRONMENT;
  const effective =
    last?.draft === draft && last.environment === environment && last.place.domu === domu
      ? last.context.effective
      : effectiveForm(draft, known, domu);
  const some: Context = {
    draft,
    environment: known,
    domu,
    item: 0,
    locales,
    locale: localeOf({ draft, locales }),
    facts: machineOf(draft, known, null),
    effective,
  };
  const { items } = screenOf(screen);
  const context: Context = {
    ...some,
    item: items === undefined ? 0 : Math.max(0, Math.min(wanted, countOf(items, some) - 1)),
  };
  last = { draft, environment, place, item: wanted, context };
  return context;
}

export function currentScreen(state: Pick<WizardState, 'place'>): Screen {
  return screenOf(state.place.screen);
}

export function shownFields(screen: Screen, context: Context): readonly Field[] {
  return screen.fields.filter((field) => field.isShown?.(context) ?? true);
}

/** The language of the screen: the one that was chosen, where this terminal can show it. */
export function localeOf({ draft, locales: { offered, initial } }: Pick<WizardState, 'draft' | 'locales'>): Locale {
  return draft.locale !== undefined && offered.includes(draft.locale) ? draft.locale : initial;
}

/** The field with the focus; null on Continue, and on screens without fields. */
export function focusedField(state: WizardState): Field | null {
  return shownFields(currentScreen(state), contextOf(state))[state.focus] ?? null;
}

/** The value of a field as people type it. */
export function textOf(field: Field, context: Context): string {
  const value = valueOf(field, context);
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(String).join(' ') : String(value);
}
