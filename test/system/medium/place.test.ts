import { expect, test } from 'vitest';
import { mediumPath, isOnBootMedium } from '../../../src/system/medium/place.ts';

test.each(['https://me:c4n4ry@m.example/x.iso', 'http://c4n4ry@m.example/x.iso', 'nfs://me:c4n4ry@m.example/a/x.iso'])(
  '%s is refused without being repeated: nobody would take it',
  async (source) => {
    const error = (await mediumPath(source).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: 'medium-unreachable', exit: 6, message: expect.stringContaining('m.example') });
    expect(JSON.stringify([error, error.message])).not.toContain('c4n4ry');
  },
);

test('what lies on the boot medium is no target, whatever it is called', () => {
  const disks = [
    { number: '8:0', bootMedium: false },
    { number: '8:16', bootMedium: true },
  ];
  for (const other of [['8:0'], ['8:3', '8:0']]) expect(isOnBootMedium(other, disks)).toBe(false);
  for (const onIt of [['8:16'], ['8:17', '8:16'], ['253:0', '8:18', '8:16']])
    expect(isOnBootMedium(onIt, disks)).toBe(true);
});
