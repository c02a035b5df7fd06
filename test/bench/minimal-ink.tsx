/** The least program that draws a full screen with Ink and answers keys: what the wizard's figures are measured by. */
import { useState } from 'react';
import { Box, render, Text, useInput } from 'ink';

const ROWS = 22;
const LAST = 199;

function List(): React.ReactNode {
  const [at, setAt] = useState(0);
  useInput((_, key) => {
    if (key.downArrow) setAt((now) => Math.min(LAST, now + 1));
    else if (key.pageDown) setAt((now) => Math.min(LAST, now + ROWS));
    else if (key.home) setAt(0);
  });
  const first = Math.max(0, Math.min(at - ROWS / 2, LAST - ROWS + 1));
  return (
    <Box flexDirection="column" width={80} height={24}>
      <Text bold>step 1 of 1</Text>
      {Array.from({ length: ROWS }, (_, row) => first + row).map((index) => (
        <Box key={index} justifyContent="space-between">
          <Text inverse={index === at}>{`  row ${index}  256 MiB  10.0.0.${index}`}</Text>
          <Text dimColor>{index === at ? 'chosen' : 'not chosen'}</Text>
        </Box>
      ))}
      <Text>{`at ${at}`}</Text>
    </Box>
  );
}

render(<List />, { alternateScreen: true, interactive: true, incrementalRendering: true });
process.on('SIGTERM', () => process.exit(0));
