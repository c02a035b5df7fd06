/** What counts as a change of a host's state, and what is remembered of it. */
import { expect, test } from 'vitest';
import type { State, StatusFinding } from '../../../src/host/status/finding.ts';
import { changesOf, NOTHING_TOLD, readMemory, type WatchMemory } from '../../../src/host/watch/changes.ts';

const DEGRADED = { check: 'raid', id: 'raid.degraded', subject: 'md0' };
const found = (state: State, id = DEGRADED.id, subject: string | null = DEGRADED.subject): StatusFinding => ({
  ...{ id, state, subject, figures: [] },
  message: { key: 'hostStatus.raid.degraded', values: { subject: subject ?? '' } },
});
const look = (last: WatchMemory, ...findings: readonly StatusFinding[]): ReturnType<typeof changesOf> =>
  changesOf({ checks: [{ name: 'raid', findings }] }, last);

test('what is critical is told at once and only once, and its end is told, too', () => {
  const first = look(NOTHING_TOLD, found('critical'));
  expect(first.news).toMatchObject([{ ...DEGRADED, state: 'critical' }]);
  const second = look(first.memory, found('critical'));
  expect(second).toMatchObject({ news: [], ended: [], memory: first.memory });
  const third = look(second.memory, found('ok'));
  expect(third).toMatchObject({ news: [], ended: [DEGRADED], memory: { told: [], waiting: [] } });
  expect(look(third.memory)).toMatchObject({ news: [], ended: [] });
});

test('a warning is told when it is seen twice in a row', () => {
  const first = look(NOTHING_TOLD, found('warning'));
  expect(first).toMatchObject({ news: [], ended: [] });
  expect(look(look(first.memory).memory, found('warning')).news).toEqual([]);
  expect(look(first.memory, found('warning')).news).toMatchObject([DEGRADED]);
});

test('what could not be sent is news again, a warning without waiting once more', () => {
  const waited = look(NOTHING_TOLD, found('warning')).memory;
  const unsent = look(waited, found('warning')).unsent;
  expect(look(unsent, found('warning')).news).toMatchObject([DEGRADED]);
  const told = look(NOTHING_TOLD, found('critical')).memory;
  expect(look(look(told).unsent).ended).toMatchObject([DEGRADED]);
});

test('a finding that gets worse is told anew and has not ended', () => {
  const warned = look(look(NOTHING_TOLD, found('warning')).memory, found('warning')).memory;
  const worse = look(warned, found('critical'));
  expect(worse).toMatchObject({ news: [{ state: 'critical' }], ended: [] });
  expect(worse.memory.told).toHaveLength(1);
});

test('as long as a check does not know, nothing that it found before has ended', () => {
  const told = look(NOTHING_TOLD, found('critical')).memory;
  const unknown = look(told, found('unknown', 'unknown.late', null));
  expect(unknown).toMatchObject({ news: [], ended: [] });
  expect(look(unknown.memory).ended).toMatchObject([DEGRADED]);
});

test('the same finding of another disk is another one', () => {
  const told = look(NOTHING_TOLD, found('critical')).memory;
  expect(look(told, found('critical'), found('critical', DEGRADED.id, 'md1')).news).toMatchObject([{ subject: 'md1' }]);
});

test('what is remembered is read back, and anything else is not taken', () => {
  const { memory } = look(NOTHING_TOLD, found('critical'));
  expect(readMemory(JSON.stringify(memory))).toEqual(memory);
  for (const text of ['', '{', '[]', '{"version":2,"told":[],"waiting":[]}', '{"version":1,"told":[{}],"waiting":[]}'])
    expect(readMemory(text), text).toBeNull();
});
