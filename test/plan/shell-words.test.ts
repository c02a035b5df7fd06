import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandLine, quoted } from '../../src/plan/shell-words.ts';

const awkward = ['', ' ', "it's", "'", '"$HOME"', '`id`', '$(id)', 'a\\b', '*', 'line\nbreak', '-n', '~root', 'ö'];

test('a shell reads back exactly the words, whatever is in them', () => {
  const read = execFileSync(
    'sh',
    ['-c', `printf '%s\\0' ${awkward.map(quoted).join(' ')}; printf '%s\\0' ${commandLine(awkward)}`],
    { encoding: 'utf8' },
  );
  expect(read.split('\0').slice(0, -1)).toEqual([...awkward, ...awkward]);
});

test('words that need no quotes have none', () => {
  expect(commandLine(['dd', 'if=/dev/vg0/root', 'of=/a b', 'bs=4M'])).toBe("dd if=/dev/vg0/root 'of=/a b' bs=4M");
});
