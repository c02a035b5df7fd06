import { expect, test } from 'vitest';
import { failedMirror, withMirrorRetries } from '../../src/actions/mirror-errors.ts';
import { common, failed } from './toy-base.ts';
import { workbench } from './workbench.ts';

test.each([
  [
    'E: Failed to fetch http://mirror.example/debian/pool/x.deb  404  Not Found [IP: 1.2.3.4 80]',
    'http://mirror.example/debian/pool/x.deb',
  ],
  [
    'W: Failed to fetch http://mirror.example/debian/dists/trixie/InRelease  Could not connect to mirror.example:80',
    'http://mirror.example/debian/dists/trixie/InRelease',
  ],
  [
    'Err:5 http://security.example/debian trixie-security InRelease\n  Temporary failure resolving security.example\nE: Some index files failed to download.',
    'http://security.example/debian',
  ],
  [
    "E: The repository 'http://mirror.example/debian trixie Release' does not have a Release file.",
    'http://mirror.example/debian',
  ],
])('a failing download names its address: %s', (output, address) => {
  expect(failedMirror(common, output)).toBe(address);
});

test.each([
  'E: Unable to locate package nginxx',
  'dpkg: error processing package foo (--configure):\n installed foo package post-installation script subprocess returned error exit status 1',
  'No space left on device',
  'http://mirror.example/debian is a nice mirror',
])('other faults are not blamed on the mirror: %s', (output) => {
  expect(failedMirror(common, output)).toBeNull();
});

test('a fault that is not the mirror is not tried again', async () => {
  const bench = workbench();
  let tries = 0;
  await expect(
    withMirrorRetries(
      common,
      bench.context,
      async () => {
        tries++;
        throw failed('E: Unable to locate package nginxx');
      },
      1,
    ),
  ).rejects.toMatchObject({ code: 'command-failed' });
  expect(tries).toBe(1);
});

test('a download that comes at the second try is no fault', async () => {
  const bench = workbench();
  let tries = 0;
  await withMirrorRetries(
    common,
    bench.context,
    async () => {
      if (tries++ === 0) throw failed('E: Failed to fetch http://m/x.deb  503  Busy');
    },
    1,
  );
  expect(tries).toBe(2);
});

test('an archive that nobody vouches for is refused at once', async () => {
  const bench = workbench();
  let tries = 0;
  await expect(
    withMirrorRetries(
      common,
      bench.context,
      async () => {
        tries++;
        throw failed(
          "W: GPG error: http://m trixie InRelease: the following signatures couldn't be verified: NO_PUBKEY 0E98404D386FA1D9",
          'E: Some index files failed to download.',
        );
      },
      1,
    ),
  ).rejects.toMatchObject({ code: 'mirror-not-trusted', hint: expect.stringContaining('keyring') });
  expect(tries).toBe(1);
});

test('a list that has expired is refused at once, though its signature is good', async () => {
  const bench = workbench();
  await expect(
    withMirrorRetries(
      common,
      bench.context,
      async () => {
        throw failed(
          'E: Release file for http://m/debian/dists/forky/InRelease is expired (invalid since 17d 6h 27min 41s). Updates for this repository will not be applied.',
        );
      },
      1,
    ),
  ).rejects.toMatchObject({
    code: 'mirror-stale',
    message: expect.stringMatching(/http:\/\/m\/debian.*forky.*invalid since 17d/),
    hint: expect.stringContaining('clock'),
  });
});
