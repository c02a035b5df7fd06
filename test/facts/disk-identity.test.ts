/** What tells one disk from every other. */
import { expect, test } from 'vitest';
import { identityOf } from '../../src/facts/disk-identity.ts';

test('is the WWN, in whatever notation, before the serial number', () => {
  for (const wwn of ['0x5000C500A1B2C3D4', 'naa.5000c500a1b2c3d4', 'wwn-0x5000c500a1b2c3d4'])
    expect(identityOf(wwn, 'S1')).toBe('wwn 5000c500a1b2c3d4');
  expect(identityOf(null, ' S3Z8NB0K ')).toBe('serial s3z8nb0k');
});

test('is nothing where makers and bridges have written no number', () => {
  for (const junk of [null, '', '  ', '0', '00000000000000', '0123456789ABCDEF', '123456789ABCDEF', 'None', 'unknown'])
    expect([junk, identityOf(junk, junk)]).toEqual([junk, null]);
  expect(identityOf('0x0000000000000000', 'S1')).toBe('serial s1');
});
