/**
 * For screen readers: what is said stands line under line and is never written over; below it is the one line that is
 * typed in.
 */
import { Box, Static, Text } from 'ink';
import { useState, type ReactNode } from 'react';
import { useLook } from '../look.tsx';
import { saidNow, type Part, type Speech } from './parts.ts';

interface Kept {
  readonly before: readonly Part[];
  readonly said: string[];
}

export function Spoken({ speech: { parts, prompt } }: { readonly speech: Speech }): ReactNode {
  const { show } = useLook();
  const [{ before, said }, keep] = useState<Kept>({ before: [], said: [] });
  // What is said follows from what was said before: kept as soon as it is known, and drawn then.
  if (
    before.length !== parts.length ||
    parts.some(({ id, text }, index) => before[index]?.id !== id || before[index].text !== text)
  ) {
    keep({ before: parts, said: [...said, ...saidNow(before, parts).flatMap((text) => text.split('\n'))] });
  }
  return (
    <>
      <Static items={said}>
        {(line, index) => (
          <Box key={index}>
            <Text>{show(line)}</Text>
          </Box>
        )}
      </Static>
      <Text>{prompt === '' ? ' ' : show(prompt)}</Text>
    </>
  );
}
