/** Which paths can be a file's: held against what a plan writes. */
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { isFilePath, isGoneAtBoot } from '../../src/check/paths.ts';
import { planOf } from '../plan/host.ts';

const EVERYTHING = [
  'report.webhook={url: "https://reports.example.org/"}',
  'host.proxy=http://proxy:3128',
  'host.source.mirror=http://deb.example.org/debian',
  'host.commands={firstBoot: ["true"]}',
  'host.admin.user=joe',
  'host.network={bridges: [{ mode: nat, guests: { addresses: [10.10.0.1/24] } }]}',
  'domus.web1.network=[{ addresses: [10.10.0.9/24], antispoof: true }]',
];
const above = (path: string): string[] => (path === '/' ? [] : [dirname(path), ...above(dirname(path))]);

test('what Xenwright itself writes into is a folder, and no file', () => {
  const written = planOf(EVERYTHING).actions.flatMap((action) =>
    action.kind === 'tree.files'
      ? [...action.params.files.map(({ path }) => path), ...action.params.links.map(({ path }) => path)]
      : [],
  );
  const folders = [...new Set(written.flatMap(above))].toSorted();
  expect(folders.filter((path) => isFilePath(path))).toEqual([]);
  // Any of these may be written by a profile, too.
  expect(written.filter((path) => !isFilePath(path))).toEqual([]);
});

test.each(['/etc/motd', '/usr/local/bin/x', '/.x', '/opt/a b', '/srv/é', '/etc/...', '/etc/hosts.allow'])(
  '%s can be a file',
  (path) => expect(isFilePath(path)).toBe(true),
);

test.each(['etc/motd', '/', '/etc', '/etc/', '/etc//x', '/etc/./x', '/etc/../x', '/a\nb', '/etc/hosts/x', '/usr/bin'])(
  '%s cannot',
  (path) => expect(isFilePath(path)).toBe(false),
);

test('the length of a part counts in bytes', () => {
  expect(isFilePath(`/${'a'.repeat(255)}`)).toBe(true);
  expect(isFilePath(`/${'é'.repeat(128)}`)).toBe(false);
});

test.each(['/run/x', '/var/run/x', '/var/lock/x', '/tmp/x', '/proc/x', '/sys/x', '/dev/x'])(
  '%s is gone at the next boot',
  (path) => expect(isGoneAtBoot(path)).toBe(true),
);
test.each(['/var/tmp/x', '/runner/x', '/var/lib/run/x'])('%s stays', (path) => expect(isGoneAtBoot(path)).toBe(false));
