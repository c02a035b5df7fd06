/** Folders of ISO 9660 whose records do not fit where they are. */
import { expect, test } from 'vitest';
import { listFiles, type IsoVolume } from '../../../src/medium/copy/iso9660.ts';

const VOLUME: IsoVolume = {
  sizeBytes: 1e6,
  label: 'X',
  uuid: '',
  root: { offset: 0, sizeBytes: 2048 },
  applicationUse: '',
};
const listed = async (folder: Buffer): Promise<readonly string[]> =>
  (await listFiles(async (offset, length) => folder.subarray(offset, offset + length), VOLUME)).map(({ path }) => path);

function record(name: string, systemUse: Buffer, length?: number): Buffer {
  const padded = Buffer.alloc(33 + name.length + (name.length % 2 === 0 ? 1 : 0));
  padded[32] = name.length;
  padded.write(name, 33, 'latin1');
  const whole = Buffer.concat([padded, systemUse]);
  whole[0] = length ?? whole.length;
  return whole;
}
function folderOf(...records: Buffer[]): Buffer {
  const folder = Buffer.alloc(2048);
  Buffer.concat(records).copy(folder);
  return folder;
}

test('a record that goes beyond its folder is none', async () => {
  const folder = folderOf(record('A.;1', Buffer.alloc(0)));
  folder[2040] = 200;
  for (let at = 38; at < 2040; at += 34) folder[at] = 34;
  expect((await listed(folder)).filter((name) => name === 'a')).toEqual(['a']);
});

test('a field of Rock Ridge that goes beyond its record is none', async () => {
  for (const field of ['CE\x1c\x01', 'NM\xff\x01\x00', 'CE\x1c', 'NM'])
    expect(await listed(folderOf(record('A.;1', Buffer.from(field, 'latin1'))))).toEqual(['a']);
});
