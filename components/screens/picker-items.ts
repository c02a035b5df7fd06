/** The rows of an open list: what fits what is searched for, in the language of the screen. Pure. */
import type { PickerItem } from '../inputs/picker.tsx';
import type { Look } from '../look.tsx';
import { valueOf } from '../../src/ui/questions/fields.ts';
import type { Context, Field } from '../../src/ui/questions/screen.ts';
import { fittingItems } from '../../src/ui/wizard/inputs.ts';
import { wordsOf } from './words.ts';

export function pickerItems(field: Field, context: Context, filter: string, look: Look): PickerItem[] {
  const value = valueOf(field, context);
  const chosen = new Set((Array.isArray(value) ? value : [value ?? null]).map((one) => JSON.stringify(one)));
  const options = new Map((field.options?.(context) ?? []).map((option) => [JSON.stringify(option.value), option]));
  return fittingItems(field, context, filter).map((item): PickerItem => {
    const option = options.get(item.value);
    return {
      ...item,
      ...(item.isFree === true ? { note: look.t('form.asItIs') } : {}),
      ...(option?.refusal === undefined ? {} : { refusal: wordsOf(option.refusal, look) }),
      text: option === undefined ? item.label : wordsOf(option.label, look),
      isChosen: chosen.has(item.value),
    };
  });
}
