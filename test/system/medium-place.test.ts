import { expect, test } from 'vitest';
import { mediumPath, useOf } from '../../src/system/medium-place.ts';

test.each(['https://me:c4n4ry@m.example/x.iso', 'http://c4n4ry@m.example/x.iso', 'nfs://me:c4n4ry@m.example/a/x.iso'])('%s is refused without being repeated: nobody would take it', async (source) => {
  const error = await mediumPath(source).catch((thrown: unknown) => thrown) as Error;
  expect(error).toMatchObject({ code: 'medium-unreachable', exit: 6, message: expect.stringContaining('m.example') });
  expect(JSON.stringify([error, error.message])).not.toContain('c4n4ry');
});

test('a device is known by its number: every name of a disk in use, and what lies on the boot medium, are no targets', () => {
  const disks = [{ number: '8:0', usedBy: ['/'], bootMedium: false }, { number: '8:16', usedBy: [], bootMedium: true }];
  expect(useOf(['8:0'], disks)).toEqual({ usedBy: ['/'], isBootMedium: false });
  // Another partition of it is free, unless the kernel says otherwise when it is opened.
  expect(useOf(['8:3', '8:0'], disks)).toEqual({ usedBy: [], isBootMedium: false });
  for (const onIt of [['8:16'], ['8:17', '8:16'], ['253:0', '8:18', '8:16']]) expect(useOf(onIt, disks)).toEqual({ usedBy: [], isBootMedium: true });
});
