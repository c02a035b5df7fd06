/** A few answers to one question, on ink-select-input. Its digits choose at once: that is kept from it. */
import { Text, useInput } from 'ink';
import SelectInput from 'ink-select-input';
import { useRef, type ReactNode } from 'react';
import { keyPresses, nameOf } from '../../src/ui/keymap.ts';
import { useLook } from '../look.tsx';

export interface MenuItem<Value extends string> { readonly value: Value; readonly label: string }

export function Menu<Value extends string>({ items, onChoose }: { readonly items: readonly MenuItem<Value>[]; onChoose(value: Value): void }): ReactNode {
  const { glyphs, theme, show } = useLook();
  // ink-select-input reports a choice for a digit and for Enter alike: its reports are not heard, only where its highlight is.
  const highlight = useRef(items[0]?.value);
  // A turn later: the same key is still on its way to others, who must see the question open.
  const choose = (): void => queueMicrotask(() => { if (highlight.current !== undefined) onChoose(highlight.current); });
  return (
    <>
      <EnterWatch onEnter={choose} />
      <SelectInput
        items={items.map(({ value, label }) => ({ key: value, value, label: show(label) }))}
        indicatorComponent={({ isSelected }) => <Text {...theme.focus}>{isSelected === true ? ` ${glyphs.pointer} ` : '   '}</Text>}
        itemComponent={({ label, isSelected }) => <Text {...(isSelected === true ? theme.focus : theme.plain)}>{label}</Text>}
        onHighlight={({ value }) => { highlight.current = value; }}
      />
    </>
  );
}

/** Slow lines and fast fingers join keys: an Enter behind another key counts too. */
function EnterWatch({ onEnter }: { onEnter(): void }): ReactNode {
  useInput((input, key) => { if (keyPresses(input, key).some((press) => nameOf(press) === 'enter')) onEnter(); });
  return null;
}
