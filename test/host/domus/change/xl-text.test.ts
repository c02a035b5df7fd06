/** Single keys of xl configurations that people wrote: the rest stays as it is, to the letter. */
import { expect, test } from 'vitest';
import { withXlKey } from '../../../../src/host/domus/change/xl-text.ts';
import { parseXlConfig } from '../../../../src/host/domus/running.ts';

const HAND = `# mail, since 2019
name = 'mail' ; memory=512   # MiB
disk = [
  'phy:/dev/vg/mail,xvda,w',  # maxmem = 1
]
extra = "memory = 7; x"
vcpus = 2`;

test('a value is changed where it stands, comments and all else stay', () => {
  expect(withXlKey(HAND, 'memory', '1024')).toBe(HAND.replace('memory=512', 'memory= 1024'));
  expect(withXlKey(HAND, 'vcpus', '4')).toBe(HAND.replace('vcpus = 2', 'vcpus = 4'));
});

test('a key that is not there comes at the end, on a line of its own', () => {
  expect(withXlKey(HAND, 'maxmem', '2048')).toBe(`${HAND}\nmaxmem = 2048\n`);
  expect(withXlKey('', 'maxmem', '1')).toBe('maxmem = 1\n');
});

test('a list of several lines is replaced as a whole', () => {
  const changed = withXlKey(HAND, 'disk', '[ "a,raw,xvda,rw", "b,raw,xvdb,rw" ]');
  expect(parseXlConfig(changed)).toMatchObject({ disks: ['a,raw,xvda,rw', 'b,raw,xvdb,rw'], memoryMiB: 512, vcpus: 2 });
});

test('of several settings the last is the one that xl takes', () => {
  expect(withXlKey('memory = 1\nmemory = 2\n', 'memory', '3')).toBe('memory = 1\nmemory = 3\n');
});

test('a key is taken out wherever it stands', () => {
  expect(withXlKey('name = "a"\nmemory = 1\nvcpus = 2\nmemory = 3', 'memory', null)).toBe('name = "a"\nvcpus = 2\n');
  expect(withXlKey(HAND, 'maxmem', null)).toBe(HAND);
});

test.each(['', '=', '[', ']]]', 'memory', 'memory =', '"', 'memory = [ [', '; ; =', 'memory = 1 #'])(
  'a torn text (%j) has the value afterwards',
  (text) => {
    const changed = withXlKey(text, 'maxmem', '9');
    expect(changed).toContain('maxmem = 9');
    expect(changed.startsWith(text)).toBe(true);
  },
);
