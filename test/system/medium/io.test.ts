import { expect, test } from 'vitest';
import { lostServer } from '../../../src/system/medium/io.ts';

const errno = (code: string): Error => Object.assign(new Error(`${code}: something, read`), { code });

test.each(['ETIMEDOUT', 'ESTALE', 'ECONNREFUSED'])(
  '%s of a file on a server is the server that is gone, never sectors that cannot be read',
  (code) => {
    expect(lostServer(errno(code), '/mnt/x.iso')).toMatchObject({
      code: 'medium-unreachable',
      exit: 6,
      message: expect.stringContaining('/mnt/x.iso no longer answers'),
    });
  },
);

test('a disc that cannot be read is no lost server', () => {
  expect(lostServer(errno('EIO'), '/dev/sr0')).toBeNull();
});
