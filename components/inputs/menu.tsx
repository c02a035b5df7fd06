/**
 * A few answers to one question, drawn by ink-select-input. It gets no keys: it chooses on a digit, and where several
 * keys come at once (slow lines, fast fingers, a paste) it looks at the first alone and the wrong row is taken. Keys go
 * the way of all others.
 */
import { Text } from 'ink';
import SelectInput from 'ink-select-input';
import type { ReactNode } from 'react';
import { useLook } from '../look.tsx';

export function Menu({ labels, row }: { readonly labels: readonly string[]; readonly row: number }): ReactNode {
  const { glyphs, theme, show } = useLook();
  return (
    <SelectInput
      // It remembers where its highlight was: another row is another list.
      key={`${row} of ${labels.length}`}
      isFocused={false}
      initialIndex={row}
      items={labels.map((label, index) => ({ key: String(index), value: index, label: show(label) }))}
      indicatorComponent={({ isSelected }) => (
        <Text {...theme.focus}>{isSelected === true ? ` ${glyphs.pointer} ` : '   '}</Text>
      )}
      itemComponent={({ label, isSelected }) => (
        <Text {...(isSelected === true ? theme.focus : theme.plain)} wrap="truncate">
          {label}
        </Text>
      )}
    />
  );
}
