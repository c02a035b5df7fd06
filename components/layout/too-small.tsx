/** In the place of a frame that the terminal has no room for: how large it must be. */
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { useLook } from '../look.tsx';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export function isTooSmall(size: Size, least: Size): boolean {
  return size.columns < least.columns || size.rows < least.rows;
}

export function TooSmall({ size: { columns, rows }, least }: { readonly size: Size; readonly least: Size }): ReactNode {
  const { t, mark } = useLook();
  return (
    <Box width={columns} height={rows} overflow="hidden">
      <Text>
        {mark === undefined ? '' : `${t(mark)} `}
        {t('frame.tooSmall', { columns, rows, leastColumns: least.columns, leastRows: least.rows })}
      </Text>
    </Box>
  );
}
