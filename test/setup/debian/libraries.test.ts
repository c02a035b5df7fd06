/** What the package depends on is read from the executable. */
import { expect, test } from 'vitest';

// The set-up step is plain JavaScript: it is imported without types.
const { dependencies } = (await import(new URL('../../../src/setup/debian/libraries.mjs', import.meta.url).href)) as {
  dependencies(readelf: string): string;
};

const readelf = (names: readonly string[], versions: readonly string[]): string =>
  [
    'Dynamic section at offset 0x6f0 contains 37 entries:',
    ...names.map((name) => ` 0x0000000000000001 (NEEDED)             Shared library: [${name}]`),
    ...versions.map((name) => `  0x0010:   Name: ${name}  Flags: none  Version: 14`),
  ].join('\n');
const ALL = ['libatomic.so.1', 'libdl.so.2', 'libstdc++.so.6', 'libgcc_s.so.1', 'libc.so.6', 'ld-linux-x86-64.so.2'];

test('each package once, and of the C libraries at least what the symbols need', () => {
  expect(
    dependencies(readelf(ALL, ['GLIBC_2.4', 'GLIBC_2.28', 'GLIBC_2.3.4', 'GLIBCXX_3.4.9', 'GLIBCXX_3.4.21'])),
  ).toBe('libatomic1, libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 5)');
  expect(dependencies(readelf(['libc.so.6'], ['GLIBC_2.9', 'GLIBC_2.10']))).toBe('libc6 (>= 2.10)');
});

test('an executable that Debian 12 could not run is refused, and one that needs who knows what', () => {
  expect(() => dependencies(readelf(ALL, ['GLIBC_2.38', 'GLIBCXX_3.4.21']))).toThrow(/GLIBC_2\.38 of libc6/);
  expect(() => dependencies(readelf(ALL, ['GLIBC_2.28', 'GLIBCXX_3.4.32']))).toThrow(
    /GLIBCXX_3\.4\.32 of libstdc\+\+6/,
  );
  expect(() => dependencies(readelf(['libc.so.6', 'libssl.so.3'], ['GLIBC_2.28']))).toThrow(
    /does not know: libssl\.so\.3/,
  );
  expect(() => dependencies('')).toThrow(/says nothing of libraries/);
});
