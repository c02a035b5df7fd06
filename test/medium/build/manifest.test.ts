import { expect, it } from 'vitest';
import { parsePins } from '../../../src/medium/build/manifest.ts';

const sum = (digit: string): string => digit.repeat(64);

it("a package is pinned by its own file's checksum, or by its files' when no archive has it any more", () => {
  const pins = parsePins(
    [
      `files zlib1g 1:1.3 amd64 ${sum('a')}`,
      `files adduser 3.1 all ${sum('b')}`,
      `deb adduser 3.1 all ${sum('c')}`,
      '',
    ].join('\n'),
  );
  expect(pins).toEqual([
    { name: 'adduser', version: '3.1', architecture: 'all', sha256: sum('c'), of: 'deb' },
    { name: 'zlib1g', version: '1:1.3', architecture: 'amd64', sha256: sum('a'), of: 'files' },
  ]);
});
it('what an archive has but the tree does not is no part of it', () => {
  expect(parsePins(`deb adduser 3.2 all ${sum('c')}`)).toEqual([]);
});
