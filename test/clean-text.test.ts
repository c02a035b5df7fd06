import { expect, it } from 'vitest';
import { cleanLine, cleanText } from '../src/clean-text.ts';

it('what would draw on a terminal or turn a text round is taken out, and its lines stay', () => {
  expect(cleanText('a\u001b[31mred\u001b[0m\u0007b\r\n\tc\u202ed\u2028e')).toBe('ared b \n\tc d e');
  expect(cleanLine('a\u001b[2J\nb\t c')).toBe('a [2J b c');
  expect(cleanText('abcdef', 3)).toBe('abc…');
  expect(cleanText('сервер, 服务器, e\u0301')).toBe('сервер, 服务器, e\u0301');
});
