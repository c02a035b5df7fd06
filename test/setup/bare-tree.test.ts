/** The bare tree that the two commands are tried in: where its packages come from, and when it is made again. */
import { expect, test } from 'vitest';

// The set-up step is plain JavaScript: it is imported without types.
const { aptSettings, inTree, oldTars, sourcesOf, tarName } = (await import(
  new URL('../../src/setup/bare-tree.mjs', import.meta.url).href
)) as {
  aptSettings(dump: string): string;
  inTree(tree: string, argv: readonly string[]): string[];
  oldTars(names: readonly string[], release: string, date: Date): string[];
  sourcesOf(release: string, targets: string): string | null;
  tarName(release: string, packages: readonly string[], date: Date): string;
};

test('another day, release or list of packages is another tree', () => {
  const of = (release: string, packages: string[], date: string): string => tarName(release, packages, new Date(date));
  const names = [
    of('trixie', ['git'], '2026-11-29T01:00:00Z'),
    of('trixie', ['git'], '2026-11-30T01:00:00Z'),
    of('trixie', ['git', 'npm'], '2026-11-29T01:00:00Z'),
    of('bookworm', ['git'], '2026-11-29T01:00:00Z'),
  ];
  expect(new Set(names).size).toBe(4);
  expect(of('trixie', ['git'], '2026-11-29T23:00:00Z')).toBe(names[0]);
});

test('trees of other days go; those of today with other packages, and of other releases, stay', () => {
  const names = [
    'trixie-2026-11-29-a.tar',
    'trixie-2026-11-30-a.tar',
    'trixie-2026-11-30-b.tar',
    'trixie-2026-11-28-b.tar.new',
    'bookworm-2026-11-29-a.tar',
  ];
  expect(oldTars(names, 'trixie', new Date('2026-11-30T01:00:00Z'))).toEqual([names[0], names[3]]);
});

test('packages come from where this machine has its own from, in the release that is wanted', () => {
  const targets =
    'Tool|https://tools.example.org/apt|main\nDebian|http://mirror.example.org/debian/|main\nDebian|http://mirror.example.org/debian/|contrib\nDebian-Security|http://mirror.example.org/debian-security/|main\n';
  expect(sourcesOf('trixie', targets)).toBe(
    'deb http://mirror.example.org/debian trixie main\ndeb http://mirror.example.org/debian trixie-updates main\ndeb http://mirror.example.org/debian-security trixie-security main\n',
  );
  expect(sourcesOf('trixie', 'Ubuntu|http://mirror.example.org/ubuntu|main\n')).toBe(null);
});

test('how archives are reached is handed in, what is fetched from them is not', () => {
  const dump =
    'Acquire "";\nAcquire::http::Proxy "http://proxy.example.org:3128/";\nAcquire::Check-Valid-Until "false";\nAcquire::Languages:: "none";\nAcquire::IndexTargets::deb::Packages::MetaKey "x";\nDPkg::Post-Invoke:: "true";\n';
  expect(aptSettings(dump)).toBe(
    'Acquire::http::Proxy "http://proxy.example.org:3128/";\nAcquire::Check-Valid-Until "false";\n',
  );
});

test('what runs in it sees namespaces and an environment of its own', () => {
  const argv = inTree('/var/tmp/tree', ['npm', 'test']);
  expect(argv.slice(0, 12)).toEqual([
    'setpriv',
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
    'env',
    '-i',
  ]);
  expect(argv.slice(-2)).toEqual(['npm', 'test']);
  expect(argv).toContain('HOME=/root');
});
