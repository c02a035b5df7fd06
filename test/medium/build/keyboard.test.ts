/** The layout that a medium is built with, by any of its names. */
import { expect, test } from 'vitest';
import { keyboardOf } from '../../../src/medium/build/keyboard.ts';
import { liveFiles } from '../../../src/medium/build/live-files.ts';

test.each([
  ['de', 'de', ''],
  ['uk', 'gb', ''],
  ['sg', 'ch', 'de_nodeadkeys'],
  ['us,ru', 'us,ru', ''],
])('%s is written as the layout %s with the variant "%s"', (given, layout, variant) => {
  const text = liveFiles('', keyboardOf(given)).find(({ path }) => path === '/etc/default/keyboard')?.content ?? '';
  expect(text).toContain(`XKBLAYOUT="${layout}"\nXKBVARIANT="${variant}"\n`);
});

test.each(['xx', 'us,xx', 'de(nosuch)'])('%s is refused before anything is built', (given) => {
  expect(() => keyboardOf(given)).toThrow(expect.objectContaining({ code: 'usage', exit: 2 }));
});
