import { expect, test } from 'vitest';
import { mediumPath } from '../../src/system/medium-place.ts';

test.each(['https://me:c4n4ry@m.example/x.iso', 'http://c4n4ry@m.example/x.iso', 'nfs://me:c4n4ry@m.example/a/x.iso'])('%s is refused without being repeated: nobody would take it', async (source) => {
  const error = await mediumPath(source).catch((thrown: unknown) => thrown) as Error;
  expect(error).toMatchObject({ code: 'medium-unreachable', exit: 6, message: expect.stringContaining('m.example') });
  expect(JSON.stringify([error, error.message])).not.toContain('c4n4ry');
});
