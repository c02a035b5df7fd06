/** What is left of a run when its host is there: on the host, or at least in the state folder, told and never a failure. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leaveRecords, runState } from '../../src/install/run-state.ts';
import type { Action } from '../../src/plan/action.ts';
import type { Target } from '../../src/system/run/install-targets.ts';
import { imageFacts, planOf } from '../plan/host.ts';

async function left(run: (action: Action) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'xw-left-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const plan = planOf();
  const state = await runState(folder, plan, { how: 'folder' }, false);
  await state.begin();
  await state.journal.append('{"entry":"run"}');
  state.writeEvent({
    seq: 1,
    time: '2026-11-25T10:00:00.000Z',
    run: 'r',
    type: 'run.finished',
    result: 'done',
    exit: 0,
    seconds: 9,
    domains: {},
  });
  state.writeLog('what happened\n');
  let told = '';
  await leaveRecords(
    plan,
    imageFacts(),
    state,
    {},
    { executor: { run }, close: async () => undefined } satisfies Target,
    (text) => {
      told += text.replace(folder, 'FOLDER');
    },
  );
  await state.close();
  return told;
}

test('the target writes what the state folder has', async () => {
  const seen: string[] = [];
  expect(
    await left(async (action) => {
      if (action.kind === 'tree.files') seen.push(...action.params.files.map(({ content }) => String(content)));
    }),
  ).toBe('');
  expect(seen).toEqual([
    expect.stringMatching(/^\{"seq":1.*\}\n$/),
    'what happened\n',
    expect.stringContaining('Run done after 9 s'),
    '{"entry":"run"}\n',
    expect.stringContaining('"seed": "00ff"'),
  ]);
});

test('a target that cannot is told of, with the place where the records are', async () => {
  expect(
    await left(async () => {
      throw new Error('the appliance is gone');
    }),
  ).toBe('The records of this run could not be left on the host: the appliance is gone\nThey are in FOLDER.\n');
});
