import { describe, expect, it } from 'vitest';
import { withoutLostBases } from '../../src/engine/lost-bases.ts';
import { planOf } from '../plan/host.ts';

const plan = planOf();
const builds = plan.actions.flatMap((action) => (action.kind === 'base.build' ? [action] : []));
const writes = plan.actions.flatMap((action) => (action.kind === 'base.write' ? [action.id] : []));
const finished = (ids: readonly string[]): string[] => [
  JSON.stringify({ entry: 'run', run: 'r', planHash: plan.hash }),
  ...ids.map((id, seq) => JSON.stringify({ entry: 'finished', id, seq })),
];
const idsIn = (lines: readonly string[]): string[] =>
  lines.slice(1).map((line) => (JSON.parse(line) as { id: string }).id);
const buildIds = builds.map(({ id }) => id);

describe('bases that a power cut has taken', () => {
  it('are built again when something is still to be written from them, with those they are made of', () => {
    expect(idsIn(withoutLostBases(finished(buildIds), plan, () => false))).toEqual([]);
  });

  it('are not, where nothing needs them any more, or where they are there', () => {
    const lines = finished([...buildIds, ...plan.actions.map(({ id }) => id)]);
    expect(withoutLostBases(lines, plan, () => false)).toBe(lines);
    expect(withoutLostBases(finished(buildIds), plan, () => true)).toHaveLength(buildIds.length + 1);
  });

  it('are alone in that: those that others need stay, and so does all else that is finished', () => {
    const dom0 = plan.actions.find(({ id }) => id === 'dom0/root/write');
    if (dom0?.kind !== 'base.write') throw new Error('no Dom0');
    const all = [...buildIds, ...writes.filter((id) => id !== dom0.id)];
    const kept = idsIn(withoutLostBases(finished(all), plan, (hash) => hash !== dom0.params.hash));
    expect(all.filter((id) => !kept.includes(id))).toEqual(
      buildIds.filter((id) => builds.some((build) => build.id === id && build.params.hash === dom0.params.hash)),
    );
  });

  it('a torn line stays where it is', () => {
    const lines = [...finished(buildIds), '{"entry":"fin'];
    expect(withoutLostBases(lines, plan, () => false).at(-1)).toBe('{"entry":"fin');
  });
});
