/** All values of a field as a list with search. What cannot be chosen says why. */
import type { ReactNode } from 'react';
import { Scroll } from '../layout/scroll.tsx';
import type { Line } from '../layout/line.tsx';
import { useLook } from '../look.tsx';
import { highlighted, type SelectItem, type SelectState } from '../../src/ui/inputs/select-state.ts';

export interface PickerItem extends SelectItem {
  readonly text: string;
  readonly isChosen: boolean;
  readonly note?: string;
}

/** `items`: those that fit what is searched for. */
export function Picker({
  items: fitting,
  select,
  height,
  width,
  isMulti,
  empty,
}: {
  readonly items: readonly PickerItem[];
  readonly select: SelectState;
  readonly height: number;
  readonly width: number;
  readonly isMulti: boolean;
  /** Said when there is nothing to show. */
  readonly empty?: string;
}): ReactNode {
  const { t, glyphs } = useLook();
  const at = highlighted(fitting, select);
  const search: Line = [
    { text: ` ${t('form.search')} `, style: 'quiet' },
    { text: select.filter },
    { text: ' ', style: 'cursor' },
  ];
  // Only the rows around the highlight are made: lists may be long.
  const rows = fitting.map((item, index): Line => {
    if (Math.abs(index - at) > height) return [];
    const mark = isMulti ? `(${item.isChosen ? glyphs.on : glyphs.off}) ` : item.isChosen ? '* ' : '  ';
    return [
      { text: index === at ? ` ${glyphs.pointer} ` : '   ', style: 'focus' },
      { text: mark },
      { text: item.text, style: index === at ? 'focus' : 'plain' },
      ...(item.note === undefined ? [] : [{ text: `  ${item.note}`, style: 'quiet' as const }]),
      ...(item.refusal === undefined
        ? []
        : [{ text: `  ${t('form.refused', { reason: item.refusal })}`, style: 'quiet' as const }]),
    ];
  });
  return (
    <>
      <Scroll lines={[search]} at={0} height={1} width={width} />
      <Scroll
        lines={rows.length === 0 ? [[{ text: `   ${empty ?? t('form.noMatch')}`, style: 'quiet' }]] : rows}
        at={at}
        height={height - 1}
        width={width}
      />
    </>
  );
}
