import { expect, test } from 'vitest';
import { askArchives } from '../../src/system/ask-archives.ts';

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('an archive that cannot be reached is told of, and no password of its address (needs root)', async () => {
  const asked = askArchives({
    role: 'common', distribution: 'debian', release: 'trixie', architecture: 'amd64', packages: [], parent: null, features: [], initrd: null, proxy: 'http://joe:canary-p@127.0.0.1:8',
    sources: [{ uri: 'http://joe:canary-m@127.0.0.1:9/debian', suite: 'trixie', components: ['main'], keyring: null }],
  });
  const error = await asked.then(() => null, (reason: unknown) => reason as { readonly lastLines: readonly string[] });
  expect(error).toMatchObject({ code: 'command-failed', lastLines: expect.arrayContaining([expect.stringMatching(/^E: Failed to fetch http:.*127\.0\.0\.1/)]) });
  expect(JSON.stringify(error)).not.toContain('canary');
}, 60_000);
