/** One line of text asked for by the way (a file name), on ink-text-input. It types the letters of Ctrl keys and keeps carriage returns: both are undone here. */
import { Text, useInput } from 'ink';
import TextInput from 'ink-text-input';
import { useRef, useState, type ReactNode } from 'react';
import { useLook } from '../look.tsx';

export function Prompt({ initial, onSubmit }: { readonly initial: string; onSubmit(text: string): void }): ReactNode {
  const { glyphs, theme } = useLook();
  const [text, setText] = useState(initial);
  // A new key makes the field anew with its cursor at the end: its own would be off by what was refused.
  const [version, setVersion] = useState(0);
  const isCommand = useRef(false);
  const change = (next: string): void => {
    const clean = next.replaceAll(/[\p{Cc}]/gu, '');
    if (isCommand.current || clean !== next) setVersion(version + 1);
    if (!isCommand.current) setText(clean.slice(0, 1000));
  };
  return (
    <>
      <CommandWatch onKey={(command) => { isCommand.current = command; }} />
      <Text wrap="truncate-start"><Text {...theme.focus}>{` ${glyphs.pointer} `}</Text><TextInput key={version} value={text} onChange={change} onSubmit={() => { if (text.trim() !== '') onSubmit(text.trim()); }} /></Text>
    </>
  );
}

/** Mounted before the field, so that it hears of a key first. */
function CommandWatch({ onKey }: { onKey(isCommand: boolean): void }): ReactNode {
  useInput((_input, key) => onKey(key.ctrl || key.meta || key.escape));
  return null;
}
