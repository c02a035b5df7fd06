/**
 * What the executable needs of the system's libraries, as the package says it in Depends: read from the executable
 * itself, so that a newer Node.js cannot need more than the package says.
 */
import { execFileSync } from 'node:child_process';
import { Trouble } from '../trouble.mjs';

/** `since`: which version of the package brought a symbol version of the library. */
const LIBC = { package: 'libc6', symbols: 'GLIBC', since: (version) => version };
const LIBRARIES = {
  'libc.so.6': LIBC,
  'libm.so.6': LIBC,
  'libdl.so.2': LIBC,
  'libpthread.so.0': LIBC,
  'ld-linux-x86-64.so.2': LIBC,
  'libgcc_s.so.1': { package: 'libgcc-s1' },
  'libatomic.so.1': { package: 'libatomic1' },
  'libstdc++.so.6': { package: 'libstdc++6', symbols: 'GLIBCXX', since: (version) => gccOf(version) },
};

/** The versions in Debian 12, the oldest release that the package is for. */
const OLDEST = { GLIBC: '2.36', GLIBCXX: '3.4.30' };

/** The last version of GLIBCXX of a release of GCC, from libstdc++'s manual, "ABI Policy and Guidelines". */
const GCC = [
  ['3.4.21', '5'],
  ['3.4.22', '6'],
  ['3.4.24', '7'],
  ['3.4.25', '8'],
  ['3.4.28', '9'],
  ['3.4.29', '11'],
  ['3.4.30', '12'],
];

function gccOf(version) {
  return GCC.find(([last]) => compareVersions(version, last) <= 0)?.[1] ?? '12';
}

/** Depends of this executable. */
export function dependenciesOf(executable) {
  const words = ['--dynamic', '--version-info', '--wide', executable];
  return dependencies(execFileSync('readelf', words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }));
}

/** Depends, out of what `readelf --dynamic --version-info --wide` says of an executable. */
export function dependencies(readelf) {
  const names = [...readelf.matchAll(/\(NEEDED\)[^\n]*\[([^\]\n]+)\]/g)].map(([, name]) => name);
  if (names.length === 0) throw new Trouble('the executable says nothing of libraries that it needs');
  const strange = names.filter((name) => !Object.hasOwn(LIBRARIES, name));
  if (strange.length > 0)
    throw new Trouble(`the executable needs libraries that the package does not know: ${strange.join(', ')}`, {
      hint: 'src/setup/debian/libraries.mjs says which Debian package brings a library.',
    });
  const rows = new Map(names.map((name) => [LIBRARIES[name].package, LIBRARIES[name]]));
  return [...rows.values()]
    .map((row) => `${row.package}${row.symbols === undefined ? '' : ` (>= ${oldestOf(row, readelf)})`}`)
    .sort()
    .join(', ');
}

function oldestOf({ package: name, symbols, since }, readelf) {
  const versions = [...readelf.matchAll(new RegExp(String.raw`\b${symbols}_(\d+(?:\.\d+)*)`, 'g'))]
    .map(([, version]) => version)
    .sort(compareVersions);
  const newest = versions.at(-1) ?? '0';
  if (compareVersions(newest, OLDEST[symbols]) > 0)
    throw new Trouble(`the executable needs ${symbols}_${newest} of ${name}, which Debian 12 does not have`, {
      hint: 'Node.js is too new for the oldest release that the package is for.',
    });
  return since(newest);
}

function compareVersions(one, other) {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const at = a.findIndex((part, index) => part !== (b[index] ?? 0));
  return at === -1 ? a.length - b.length : a[at] - (b[at] ?? 0);
}
