import { expect, test } from 'vitest';
import { XenwrightError } from '../../src/errors.ts';
import { runPlan } from '../../src/engine/run.ts';
import { brief, hostWithTwo, pause, toyOptions, toyPlan } from './toy.ts';

test('events come in order: run, actions, domains, run', async () => {
  const options = toyOptions(toyPlan([{ id: 'host/a' }, { id: 'dom0/b', needs: ['host/a'] }]), async (_, events) => {
    events.output('stdout', 'hello');
    events.progress(1, 2, 'MiB');
    events.report({ sshHostKey: 'SHA256:x', address: '10.0.0.1' });
  });
  expect(await runPlan(options)).toEqual({ exit: 0, result: 'done', domains: { host: 'done', dom0: 'done' } });
  expect(brief(options.events)).toEqual([
    'run.started',
    'host/a started',
    'action.output',
    'action.progress',
    'host/a done',
    '= host done',
    'dom0/b started',
    'action.output',
    'action.progress',
    'dom0/b done',
    '= dom0 done',
    'run done 0',
  ]);
  expect(options.events.map((event) => event.seq)).toEqual(options.events.map((_, index) => index + 1));
  expect(options.events.find((event) => event.type === 'domain.finished')).toMatchObject({
    addresses: ['10.0.0.1'],
    sshHostKeys: ['SHA256:x'],
  });
  expect(new Set(options.events.map((event) => event.run))).toEqual(new Set(['run-1']));
});

test('actions run side by side within the budgets, and Dom0 goes first', async () => {
  const running = new Set<string>();
  const started: string[] = [];
  let most = 0;
  const toys = [
    ...['web1', 'web2', 'web3', 'web4'].map((name) => ({ id: `${name}/write`, uses: { disk: 1 } })),
    { id: 'dom0/write', uses: { disk: 1 } },
  ];
  await runPlan(
    toyOptions(
      toyPlan(toys),
      async (action) => {
        started.push(action.id);
        running.add(action.id);
        most = Math.max(most, running.size);
        await pause(20);
        running.delete(action.id);
      },
      { budgets: { cpu: 1, disk: 2, network: 1, jobs: 16 } },
    ),
  );
  expect(most).toBe(2);
  expect(started[0]).toBe('dom0/write');
});

test('an action larger than a budget runs alone, and small ones do not keep it out for ever', async () => {
  const finished: string[] = [];
  const small = Array.from({ length: 8 }, (_, index) => ({ id: `web/${index}`, uses: { cpu: 1 } }));
  await runPlan(
    toyOptions(
      toyPlan([{ id: 'host/first' }, ...small, { id: 'dom0/large', needs: ['host/first'], uses: { cpu: 9 } }]),
      async (action) => {
        await pause(action.id === 'host/first' ? 15 : 10);
        finished.push(action.id);
      },
      { budgets: { cpu: 2, disk: 1, network: 1, jobs: 16 } },
    ),
  );
  expect(finished.indexOf('dom0/large')).toBeLessThan(6);
});

test('jobs bounds everything', async () => {
  let running = 0;
  let most = 0;
  await runPlan(
    toyOptions(
      toyPlan(Array.from({ length: 9 }, (_, index) => ({ id: `d${index}/x` }))),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await pause(5);
        running -= 1;
      },
      { budgets: { cpu: 4, disk: 4, network: 4, jobs: 3 } },
    ),
  );
  expect(most).toBe(3);
});

test('a DomU that fails stays alone: the others, Dom0 and the finish go on', async () => {
  const ran: string[] = [];
  const options = toyOptions(hostWithTwo, async (action) => {
    ran.push(action.id);
    if (action.id === 'web1/write')
      throw new XenwrightError({
        code: 'command-failed',
        exit: 5,
        message: 'dd failed',
        command: 'dd if=x',
        lastLines: ['no space'],
        hint: 'make space',
      });
  });
  expect(await runPlan(options)).toEqual({
    exit: 5,
    result: 'failed',
    domains: { host: 'done', dom0: 'done', web1: 'failed', web2: 'done' },
  });
  expect(ran).not.toContain('web1/identity');
  expect(ran.at(-1)).toBe('host/finish');
  expect(options.events.find((event) => event.type === 'action.finished' && event.result === 'failed')).toMatchObject({
    error: {
      code: 'command-failed',
      message: 'dd failed',
      command: 'dd if=x',
      lastLines: ['no space'],
      hint: 'make space',
    },
  });
  expect(brief(options.events)).toContain('web1/identity skipped');
  expect(options.events.filter((event) => event.type === 'domain.finished')).toHaveLength(4);
});

test('a host action that fails stops all that needs it', async () => {
  const ran: string[] = [];
  const outcome = await runPlan(
    toyOptions(hostWithTwo, async (action) => {
      ran.push(action.id);
      throw new Error('disk gone');
    }),
  );
  expect(ran).toEqual(['host/disk']);
  expect(outcome).toEqual({
    exit: 5,
    result: 'failed',
    domains: { host: 'failed', dom0: 'skipped', web1: 'skipped', web2: 'skipped' },
  });
});

test('the watchdog stops what takes too long, scaled for slow machines, even if it does not listen', async () => {
  const toys = [
    { id: 'web1/deaf', timeoutMs: 20 },
    { id: 'web2/listens', timeoutMs: 20 },
    { id: 'web3/quick', timeoutMs: 20 },
  ];
  const options = toyOptions(
    toyPlan(toys),
    async (action, _, signal) => {
      if (action.id === 'web3/quick') await pause(40);
      else if (action.id === 'web1/deaf') await new Promise(() => undefined);
      else
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () =>
            reject(
              new XenwrightError({
                code: 'interrupted',
                exit: 130,
                message: 'stopped',
                command: 'sleep 1d',
                lastLines: ['zzz'],
              }),
            ),
          );
        });
    },
    { timeScale: 5, graceMs: 20 },
  );
  expect(await runPlan(options)).toMatchObject({ exit: 5, domains: { web1: 'failed', web2: 'failed', web3: 'done' } });
  expect(options.events.find((event) => event.type === 'action.finished' && event.id === 'web1/deaf')).toMatchObject({
    error: { code: 'watchdog' },
  });
  expect(options.events.find((event) => event.type === 'action.finished' && event.id === 'web2/listens')).toMatchObject(
    { error: { code: 'watchdog', command: 'sleep 1d', lastLines: ['zzz'] } },
  );
});

test('a consumer that throws is dropped and told of; the run goes on', async () => {
  const dropped: unknown[] = [];
  const seen: number[] = [];
  const options = toyOptions(hostWithTwo, async () => undefined, {
    consumers: [
      () => {
        throw new Error('dead terminal');
      },
      (event) => seen.push(event.seq),
    ],
    onDropped: (error) => dropped.push(error),
  });
  expect(await runPlan(options)).toMatchObject({ exit: 0 });
  expect(dropped).toHaveLength(1);
  expect(seen.length).toBeGreaterThan(10);
});

test('a journal that cannot be written fails the action and ends the run; nothing counts as done', async () => {
  const lines: string[] = [];
  const journal = {
    lines: async () => lines,
    append: async (line: string) => {
      if (line.includes('finished')) throw new Error('ENOSPC');
      lines.push(line);
    },
  };
  const options = toyOptions(toyPlan([{ id: 'host/a' }]), async () => undefined, { journal });
  expect(await runPlan(options)).toMatchObject({ exit: 5 });
  expect(options.events.find((event) => event.type === 'action.finished')).toMatchObject({
    result: 'failed',
    error: { code: 'journal-failed' },
  });
});

test('actions go to the executor of their place', async () => {
  const seen: string[] = [];
  const options = toyOptions(
    toyPlan([{ id: 'host/base', place: 'builder' }, { id: 'host/disk' }]),
    async () => undefined,
    {
      executors: {
        builder: {
          run: async (action) => {
            seen.push(`builder ${action.id}`);
          },
        },
        target: {
          run: async (action) => {
            seen.push(`target ${action.id}`);
          },
        },
      },
    },
  );
  await runPlan(options);
  expect(seen.sort()).toEqual(['builder host/base', 'target host/disk']);
});

test('an action that failed is told with its own reason, even where the journal cannot take it', async () => {
  const journal = {
    lines: async () => [],
    append: async (line: string) => {
      if (line.includes('"failed"')) throw new Error('ENOSPC');
    },
  };
  const options = toyOptions(
    toyPlan([{ id: 'host/a' }]),
    async () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        path: '/srv/store/x',
      });
    },
    { journal },
  );
  expect(await runPlan(options)).toMatchObject({ exit: 5 });
  expect(options.events.find((event) => event.type === 'action.finished')).toMatchObject({
    error: {
      code: 'disk-full',
      message: expect.stringContaining('/srv/store/x'),
      hint: expect.stringContaining('--resume'),
    },
  });
});
