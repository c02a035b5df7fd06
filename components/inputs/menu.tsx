/** A few answers to one question, on ink-select-input. Its digits choose at once and its letters move: both are kept from it. */
import { Text, useInput } from 'ink';
import SelectInput from 'ink-select-input';
import { useRef, type ReactNode } from 'react';
import { useLook } from '../look.tsx';

export interface MenuItem<Value extends string> { readonly value: Value; readonly label: string }

export function Menu<Value extends string>({ items, onChoose }: { readonly items: readonly MenuItem<Value>[]; onChoose(value: Value): void }): ReactNode {
  const { glyphs, theme, show } = useLook();
  // ink-select-input reports a choice for a digit and for Enter alike: only what follows Enter counts.
  const isEnter = useRef(false);
  // Effects of children run first: this handler is registered before theirs by being mounted in one of its own.
  return (
    <>
      <EnterWatch onKey={(enter) => { isEnter.current = enter; }} />
      <SelectInput
        items={items.map(({ value, label }) => ({ key: value, value, label: show(label) }))}
        indicatorComponent={({ isSelected }) => <Text {...theme.focus}>{isSelected === true ? ` ${glyphs.pointer} ` : '   '}</Text>}
        itemComponent={({ label, isSelected }) => <Text {...(isSelected === true ? theme.focus : theme.plain)}>{label}</Text>}
        onSelect={({ value }) => { if (isEnter.current) onChoose(value); }}
      />
    </>
  );
}

/** Mounted before the list, so that it hears of a key first. */
function EnterWatch({ onKey }: { onKey(isEnter: boolean): void }): ReactNode {
  useInput((_input, key) => onKey(key.return));
  return null;
}
