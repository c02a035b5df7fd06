/** Draws any screen of fields: it knows kinds of fields, not screens. */
import type { ReactNode } from 'react';
import { Picker, type PickerItem } from '../inputs/picker.tsx';
import type { SelectState } from '../inputs/select-state.ts';
import { Scroll } from '../layout/scroll.tsx';
import { useLook } from '../look.tsx';
import { valueOf } from '../../src/ui/screens/fields.ts';
import type { Field } from '../../src/ui/screens/screen.ts';
import { contextOf, focusedField } from '../../src/ui/wizard/context.ts';
import { fittingItems } from '../../src/ui/wizard/inputs.ts';
import { chosenPackages, packageItems } from '../../src/ui/wizard/packages.ts';
import type { WizardState } from '../../src/ui/wizard/state.ts';
import { formLines } from './form-lines.ts';
import { wordsOf } from './words.ts';

export function Form({ state, height, width }: { readonly state: WizardState; readonly height: number; readonly width: number }): ReactNode {
  const look = useLook();
  const field = focusedField(state);
  if (state.picker !== null && field !== null) {
    const context = contextOf(state);
    if (field.kind === 'packages') return <PackagePicker state={state} select={state.picker} field={field} height={height} width={width} />;
    const value = valueOf(field, context);
    const options = field.options?.(context) ?? [];
    const items = fittingItems(field, context, state.picker.filter).map((item): PickerItem => {
      const option = options.find((one) => JSON.stringify(one.value) === item.value);
      return { ...item, ...(item.isFree === true ? { note: look.t('form.asItIs') } : {}), ...(option?.refusal === undefined ? {} : { refusal: wordsOf(option.refusal, look) }), text: option === undefined ? item.label : wordsOf(option.label, look), isChosen: Array.isArray(value) ? value.some((one) => JSON.stringify(one) === item.value) : JSON.stringify(value ?? null) === item.value };
    });
    return <Picker items={items} select={state.picker} height={height} width={width} isMulti={field.kind === 'multi'} />;
  }
  const { lines, at } = formLines(state, look, width);
  return <Scroll lines={lines} at={at} height={height} width={width} />;
}

function PackagePicker({ state, select, field, height, width }: { readonly state: WizardState; readonly select: SelectState; readonly field: Field; readonly height: number; readonly width: number }): ReactNode {
  const { t } = useLook();
  const { names } = state.packages;
  const note = (): string => t(names === null ? 'form.packagesSoon' : names.length === 0 ? 'form.packagesNone' : 'form.packageUnknown');
  const items = packageItems(chosenPackages(field, contextOf(state)), names, select.filter).map((item): PickerItem => ({ ...item, text: item.label, ...(item.isUnknown ? { note: note() } : {}) }));
  return <Picker items={items} select={select} height={height} width={width} isMulti empty={t('form.packagesEmpty')} />;
}
