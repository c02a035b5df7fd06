import { expect, test } from 'vitest';
import { runPlan } from '../../src/engine/run.ts';
import { brief, hostWithTwo, memoryJournal, toyOptions, toyPlan } from './toy.ts';

test('what failed is done by a resumed run, and only that', async () => {
  const journal = memoryJournal();
  await runPlan(
    toyOptions(
      hostWithTwo,
      async (action) => {
        if (action.id === 'web1/write') throw new Error('once');
      },
      { journal },
    ),
  );
  const ran: string[] = [];
  const options = toyOptions(
    hostWithTwo,
    async (action) => {
      ran.push(action.id);
    },
    { journal, resume: true },
  );
  expect(await runPlan(options)).toMatchObject({ exit: 0, result: 'done' });
  expect(ran).toEqual(['web1/write', 'web1/identity']);
  expect(options.events[0]).toMatchObject({
    type: 'run.started',
    resumed: true,
    run: 'run-1',
    finished: expect.arrayContaining(['host/disk', 'host/finish']),
  });
});

test('what leaves nothing on the target is done again by a resumed run', async () => {
  const journal = memoryJournal();
  const plan = toyPlan([{ id: 'host/machine' }, { id: 'host/write', needs: ['host/machine'] }]);
  const again = {
    ...plan,
    actions: plan.actions.map((action) =>
      action.id === 'host/machine' ? { ...action, everyRun: true as const } : action,
    ),
  };
  await runPlan(
    toyOptions(
      again,
      async ({ id }) => {
        if (id === 'host/write') throw new Error('once');
      },
      { journal },
    ),
  );
  const ran: string[] = [];
  const options = toyOptions(
    again,
    async ({ id }) => {
      ran.push(id);
    },
    { journal, resume: true },
  );
  expect(await runPlan(options)).toMatchObject({ exit: 0, result: 'done' });
  expect(ran).toEqual(['host/machine', 'host/write']);
});

test('a cancelled run ends as interrupted, with a finished for every started, and can be resumed', async () => {
  const journal = memoryJournal();
  const controller = new AbortController();
  const options = toyOptions(
    hostWithTwo,
    async (action, _, signal) => {
      if (action.domain === 'host') return;
      setTimeout(() => controller.abort(), 5);
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('AbortError')));
      });
    },
    { signal: controller.signal, journal },
  );
  expect(await runPlan(options)).toMatchObject({ exit: 130, result: 'interrupted' });
  const words = brief(options.events);
  expect(
    words
      .filter((word) => word.endsWith(' started'))
      .map((word) => word.split(' ')[0])
      .sort(),
  ).toEqual(
    words
      .filter((word) => / (done|failed)$/.test(word) && !word.startsWith('='))
      .map((word) => word.split(' ')[0])
      .sort(),
  );
  expect(options.events.find((event) => event.type === 'action.finished' && event.id === 'dom0/write')).toMatchObject({
    error: { code: 'interrupted' },
  });
  expect(words.at(-1)).toBe('run interrupted 130');
  expect(await runPlan(toyOptions(hostWithTwo, async () => undefined, { journal, resume: true }))).toMatchObject({
    exit: 0,
  });
});

test('a finished run changes nothing when run again, with or without --resume', async () => {
  const journal = memoryJournal();
  await runPlan(toyOptions(hostWithTwo, async () => undefined, { journal }));
  for (const resume of [false, true]) {
    const again = toyOptions(
      hostWithTwo,
      async () => {
        throw new Error('must not run');
      },
      { journal, resume },
    );
    expect(await runPlan(again)).toMatchObject({
      exit: 0,
      result: 'unchanged',
      domains: { host: 'done', web2: 'done' },
    });
    expect(again.events).toEqual([]);
  }
  const other = toyPlan([{ id: 'host/disk' }], 'b'.repeat(64));
  await expect(runPlan(toyOptions(other, async () => undefined, { journal, resume: true }))).rejects.toMatchObject({
    code: 'already-installed',
    exit: 4,
  });
});

test('another plan is not mixed into an unfinished run; both hashes are told', async () => {
  const journal = memoryJournal();
  await runPlan(
    toyOptions(
      hostWithTwo,
      async () => {
        throw new Error('no');
      },
      { journal },
    ),
  );
  await expect(runPlan(toyOptions(hostWithTwo, async () => undefined, { journal }))).rejects.toMatchObject({
    code: 'unfinished-run',
    hint: expect.stringContaining('--resume'),
  });
  const other = toyPlan([{ id: 'host/disk' }], 'b'.repeat(64));
  await expect(runPlan(toyOptions(other, async () => undefined, { journal, resume: true }))).rejects.toMatchObject({
    code: 'other-plan',
    message: expect.stringMatching(/a{12}.*b{12}/),
  });
});

test('facts reported before a kill still reach domain.finished', async () => {
  const journal = memoryJournal([
    '{"entry":"run","run":"run-1","planHash":"' + 'a'.repeat(64) + '"}',
    '{"entry":"started","id":"web1/a","seq":2}',
    '{"entry":"finished","id":"web1/a","seq":3,"facts":[{"sshHostKey":"SHA256:k"}]}',
    '{"entry":"started","id":"web1/b","seq":5}',
    '{"entry":"fin',
  ]);
  const options = toyOptions(toyPlan([{ id: 'web1/a' }, { id: 'web1/b', needs: ['web1/a'] }]), async () => undefined, {
    journal,
    resume: true,
    earlier: { lastSeq: 9, open: ['web1/a', 'web1/b'] },
  });
  await runPlan(options);
  expect(brief(options.events)).toEqual([
    'web1/b failed',
    'web1/a done',
    'run.started',
    'web1/b started',
    'web1/b done',
    '= web1 done',
    'run done 0',
  ]);
  expect(options.events.map((event) => event.seq)).toEqual([10, 11, 12, 13, 14, 15, 16]);
  expect(options.events.at(-2)).toMatchObject({ sshHostKeys: ['SHA256:k'] });
});

test('only one domain and what it needs is run; the rest waits for a resume', async () => {
  const journal = memoryJournal();
  const ran: string[] = [];
  await runPlan(
    toyOptions(
      hostWithTwo,
      async (action) => {
        ran.push(action.id);
      },
      { journal, only: 'web1' },
    ),
  );
  expect(ran).toEqual(['host/disk', 'web1/write', 'web1/identity']);
  await expect(runPlan(toyOptions(hostWithTwo, async () => undefined, { only: 'web9' }))).rejects.toMatchObject({
    code: 'no-such-domain',
    exit: 2,
  });
  await runPlan(
    toyOptions(
      hostWithTwo,
      async (action) => {
        ran.push(action.id);
      },
      { journal, resume: true },
    ),
  );
  expect(new Set(ran).size).toBe(7);
  expect(ran).toHaveLength(7);
});
