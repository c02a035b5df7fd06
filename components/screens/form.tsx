/** Draws any screen of fields: it knows kinds of fields, not screens. */
import type { BodyProps } from './body-props.ts';
import type { ReactNode } from 'react';
import { Picker, type PickerItem } from '../inputs/picker.tsx';
import type { SelectState } from '../../src/ui/inputs/select-state.ts';
import { Scroll } from '../layout/scroll.tsx';
import { useLook } from '../look.tsx';
import type { Field } from '../../src/ui/questions/screen.ts';
import { contextOf, focusedField } from '../../src/ui/answers/context.ts';
import { chosenPackages, packageItems } from '../../src/ui/wizard/packages.ts';
import type { WizardState } from '../../src/ui/wizard/state.ts';
import { formLines } from './form-lines.ts';
import { pickerItems } from './picker-items.ts';

export function Form({ state, height, width }: BodyProps): ReactNode {
  const look = useLook();
  const field = focusedField(state);
  if (state.picker !== null && field !== null) {
    if (field.kind === 'packages')
      return <PackagePicker state={state} select={state.picker} field={field} height={height} width={width} />;
    const items = pickerItems(field, contextOf(state), state.picker.filter, look);
    return (
      <Picker items={items} select={state.picker} height={height} width={width} isMulti={field.kind === 'multi'} />
    );
  }
  const { lines, at } = formLines(state, look, width);
  return <Scroll lines={lines} at={at} height={height} width={width} />;
}

function PackagePicker({
  state,
  select,
  field,
  height,
  width,
}: {
  readonly state: WizardState;
  readonly select: SelectState;
  readonly field: Field;
  readonly height: number;
  readonly width: number;
}): ReactNode {
  const { t } = useLook();
  const { names } = state.packages;
  const note = (): string =>
    t(names === null ? 'form.packagesSoon' : names.length === 0 ? 'form.packagesNone' : 'form.packageUnknown');
  const items = packageItems(chosenPackages(field, contextOf(state)), names, select.filter).map((item): PickerItem => ({
    ...item,
    text: item.label,
    ...(item.isUnknown ? { note: note() } : {}),
  }));
  return <Picker items={items} select={select} height={height} width={width} isMulti empty={t('form.packagesEmpty')} />;
}
