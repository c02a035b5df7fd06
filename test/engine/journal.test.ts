/** A journal that a power cut, a disk or a person has damaged. */
import { expect, it } from 'vitest';
import { readJournal, type JournalState } from '../../src/engine/journal.ts';

const RUN = '{"entry":"run","run":"r","planHash":"h"}';
const FINISHED = '{"entry":"finished","id":"a","seq":2}';
const read = async (...lines: string[]): Promise<JournalState | null> =>
  await readJournal({ lines: async () => lines, append: async () => undefined });

it.each([
  'null',
  '1',
  '"x"',
  '[]',
  '{}',
  '\0\0\0',
  '{"entry":"finished"',
  '{"entry":"finished","id":1,"seq":2}',
  '{"entry":"finished","id":"b","seq":"x"}',
  '{"entry":"finished","id":"b","seq":3,"facts":7}',
  '{"entry":"finished","id":"b","seq":3,"facts":[null]}',
  '{"entry":"odd","id":"b","seq":3}',
])('the reading ends at the line %j, and what stood before it counts', async (line) => {
  const state = await read(RUN, FINISHED, line, '{"entry":"finished","id":"c","seq":4}');
  expect([...(state?.finished ?? [])]).toEqual(['a']);
  expect(state).toMatchObject({ run: 'r', planHash: 'h', lastSeq: 2 });
});

it('one whose very first line is damaged is refused with what to do', async () => {
  for (const line of ['null', '{}', FINISHED, '{"entry":"run"}'])
    await expect(read(line, FINISHED)).rejects.toMatchObject({
      code: 'state-damaged',
      exit: 4,
      hint: expect.stringContaining('--state FOLDER'),
    });
});

it('an empty one has no run', async () => {
  expect(await read()).toBeNull();
  expect(await read('', '  ')).toBeNull();
});
