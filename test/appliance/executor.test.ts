import { actionOf } from '../actions/action-of.ts';
import { describe, expect, test } from 'vitest';
import type { ExecutorEvents } from '../../src/actions/kind.ts';
import { diskFull, EXIT, XenwrightError } from '../../src/errors.ts';
import { ApplianceExecutor } from '../../src/appliance/executor.ts';
import type { Action, ActionKind, ActionOf } from '../../src/plan/action.ts';
import { pretendAppliance, type Work } from '../medium/pipe.ts';

function action<K extends ActionKind>(id: string, kind: K, params: ActionOf<K>['params']): Action {
  return {
    id,
    kind,
    domain: 'host',
    title: id,
    needs: [],
    place: 'target',
    weight: 1,
    uses: {},
    timeoutMs: 1000,
    params,
  } as unknown as Action;
}
const commands = (id: string): Action => action(id, 'tree.commands', { tree: null, commands: [] });

function follow(): ExecutorEvents & { readonly seen: unknown[] } {
  const seen: unknown[] = [];
  return {
    seen,
    output: (stream, text) => {
      seen.push([stream, text]);
    },
    progress: (...numbers) => {
      seen.push(numbers);
    },
    report: (fact) => {
      seen.push(fact);
    },
  };
}
const never = new AbortController().signal;
const noSecrets = async (): Promise<string> => '';
const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(new XenwrightError({ code: 'interrupted', exit: EXIT.interrupted, message: 'stopped' })),
    );
  });

describe('an action in the appliance', () => {
  test('brings back output, progress and facts, then its end', async () => {
    const pretended = pretendAppliance(async (_, { events }) => {
      events.output('command', 'sgdisk --clear');
      events.output('stdout', 'done');
      events.progress(1, 4, 'MiB');
      events.report({ sshHostKey: 'SHA256:x' });
    });
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    const events = follow();
    await executor.run(commands('a'), events, never);
    expect(events.seen).toEqual([
      ['command', 'sgdisk --clear'],
      ['stdout', 'done'],
      [1, 4, 'MiB'],
      { sshHostKey: 'SHA256:x' },
    ]);
    await executor.close();
    expect(pretended.cleaned()).toBe(true);
  });

  test('runs beside others, each with its own events', async () => {
    const waiting: (() => void)[] = [];
    const together: Work = async ({ id }, { events }) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 3) for (const go of waiting) go();
      });
      events.output('stdout', id);
    };
    const executor = new ApplianceExecutor(pretendAppliance(together).start, noSecrets);
    const followed = ['a', 'b', 'c'].map((id) => ({ id, events: follow() }));
    await Promise.all(followed.map(({ id, events }) => executor.run(commands(id), events, never)));
    expect(followed.map(({ events }) => events.seen)).toEqual([
      [['stdout', 'a']],
      [['stdout', 'b']],
      [['stdout', 'c']],
    ]);
  });

  test('fails with the code, the command and the last lines it failed with inside', async () => {
    const failure = new XenwrightError({
      code: 'command-failed',
      exit: EXIT.action,
      message: 'mke2fs failed',
      command: 'mke2fs -F /dev/x',
      lastLines: ['no space'],
      hint: 'a larger disk',
    });
    const executor = new ApplianceExecutor(
      pretendAppliance(async () => {
        throw failure;
      }).start,
      noSecrets,
    );
    const error = await executor.run(commands('a'), follow(), never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(XenwrightError);
    expect(error).toMatchObject({
      code: 'command-failed',
      exit: EXIT.action,
      message: 'mke2fs failed',
      command: 'mke2fs -F /dev/x',
      lastLines: ['no space'],
      hint: 'a larger disk',
    });
  });

  test('that meets a fault of ours says so, with its stack', async () => {
    const executor = new ApplianceExecutor(
      pretendAppliance(async () => {
        throw new TypeError('x is not a function');
      }).start,
      noSecrets,
    );
    await expect(executor.run(commands('a'), follow(), never)).rejects.toMatchObject({
      code: 'internal-fault',
      exit: EXIT.fault,
      message: expect.stringContaining('x is not a function'),
    });
  });

  test('is stopped inside when it is stopped outside', async () => {
    const executor = new ApplianceExecutor(pretendAppliance((_, { signal }) => untilAborted(signal)).start, noSecrets);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    await expect(executor.run(commands('a'), follow(), abort.signal)).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('asks for secrets over the wire, and only for those it needs', async () => {
    const pretended = pretendAppliance(async (_, { secret, events }) => {
      events.output('stdout', String((await secret({ secret: 'host.admin.passwordHash' })).length));
    });
    const asked: string[] = [];
    const executor = new ApplianceExecutor(pretended.start, async (ref) => {
      asked.push(ref.secret);
      return '$6$hash';
    });
    const events = follow();
    await executor.run(commands('a'), events, never);
    expect(asked).toEqual(['host.admin.passwordHash']);
    expect(events.seen).toEqual([['stdout', '7']]);
    await executor.run(commands('b'), follow(), never);
    expect(pretended.wire.filter((line) => line.includes('$6$hash'))).toHaveLength(2);
  });

  test('fails when a secret cannot be resolved, without its name or value in the message', async () => {
    const executor = new ApplianceExecutor(
      pretendAppliance(async (_, { secret }) => {
        await secret({ secret: 'x' });
      }).start,
      async () => {
        throw new Error('no such file: /root/canary');
      },
    );
    const error: unknown = await executor.run(commands('a'), follow(), never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'secret-missing', exit: EXIT.source });
    expect(String((error as Error).message)).not.toContain('canary');
  });

  test('reads its base from a disk that is plugged in for it, or from the folder when no more fit', async () => {
    const write = (id: string): Action =>
      action(id, 'base.write', { hash: 'abc', device: '/dev/x', in: null, uuid: '', label: '' });
    const roomy = pretendAppliance(async () => undefined);
    await new ApplianceExecutor(roomy.start, noSecrets).run(write('a'), follow(), never);
    expect(roomy.taken).toEqual(['abc']);
    const full = pretendAppliance(async () => undefined, { fullOfDisks: true });
    await new ApplianceExecutor(full.start, noSecrets).run(write('a'), follow(), never);
    expect(full.taken).toEqual([]);
  });

  test('gives a copy that is read once back, since there is room for a few disks only; a base stays', async () => {
    const write = (hash: string, isCopy: boolean): Action =>
      action(hash, 'base.write', {
        hash,
        ...(isCopy ? { isCopy } : {}),
        device: '/dev/x',
        in: null,
        uuid: '',
        label: '',
      });
    const appliance = pretendAppliance(async () => undefined);
    const executor = new ApplianceExecutor(appliance.start, noSecrets);
    await executor.run(write('base', false), follow(), never);
    await executor.run(write('copy', true), follow(), never);
    expect(appliance.taken).toEqual(['base', 'copy']);
    expect([appliance.left, appliance.back]).toEqual([['copy'], ['copy']]);
  });

  test('gets as much more time as the machine was slow to start, within reason', async () => {
    const scales: number[] = [];
    for (const uptimeSeconds of [0.5, 15, 900]) {
      const executor = new ApplianceExecutor(
        pretendAppliance(
          async (_, { timeScale }) => {
            scales.push(timeScale());
          },
          { uptimeSeconds },
        ).start,
        noSecrets,
      );
      await executor.run(commands('a'), follow(), never);
    }
    expect(scales[0]).toBe(1);
    expect(scales[1]).toBeGreaterThan(5);
    expect(scales[2]).toBeLessThanOrEqual(30);
  });
});

describe('an appliance', () => {
  test('is not started before the first action, and once for all of them', async () => {
    const pretended = pretendAppliance(async () => undefined);
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    expect(pretended.starts()).toBe(0);
    await Promise.all(['a', 'b'].map((id) => executor.run(commands(id), follow(), never)));
    expect(pretended.starts()).toBe(1);
  });

  test('is started as a step of its own, which nothing inside hears of', async () => {
    const ran: string[] = [];
    const pretended = pretendAppliance(async ({ id }) => {
      ran.push(id);
    });
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    await executor.run(actionOf('appliance.start', {}), follow(), never);
    expect(pretended.starts()).toBe(1);
    await executor.run(commands('a'), follow(), never);
    expect(pretended.starts()).toBe(1);
    expect(ran).toEqual(['a']);
  });

  test('that was never needed is closed without being started', async () => {
    const pretended = pretendAppliance(async () => undefined);
    await new ApplianceExecutor(pretended.start, noSecrets).close();
    expect(pretended.starts()).toBe(0);
  });

  test('that dies fails all that runs in it, with the end of its console, and the next action starts another', async () => {
    const pretended = pretendAppliance(
      async ({ id }, { signal }) => {
        if (id !== 'later') await untilAborted(signal);
      },
      { says: 'out of memory' },
    );
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    const running = ['a', 'b'].map((id) => executor.run(commands(id), follow(), never));
    setTimeout(() => pretended.crash(), 50);
    for (const run of running)
      await expect(run).rejects.toMatchObject({
        code: 'appliance-lost',
        exit: EXIT.action,
        lastLines: ['out of memory'],
      });
    await executor.run(commands('later'), follow(), never);
    expect(pretended.starts()).toBe(2);
  });

  test('that stood still because its disk is full says so, and no other one is started to meet the same', async () => {
    const pretended = pretendAppliance((_, { signal }) => untilAborted(signal), { fault: diskFull('/srv/host.img') });
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    const running = executor.run(commands('a'), follow(), never);
    setTimeout(() => pretended.crash(), 20);
    for (const run of [running, running.catch(() => executor.run(commands('b'), follow(), never))])
      await expect(run).rejects.toMatchObject({
        code: 'disk-full',
        exit: EXIT.action,
        message: expect.stringContaining('/srv/host.img'),
        hint: expect.stringContaining('--resume'),
      });
    expect(pretended.starts()).toBe(1);
    await executor.close();
  });

  test('that dies before its agent speaks is started once more, and the log says so', async () => {
    const pretended = pretendAppliance(async () => undefined, { failedStarts: 1, says: 'Kernel panic - not syncing' });
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    const events = follow();
    await Promise.all([executor.run(commands('a'), events, never), executor.run(commands('b'), follow(), never)]);
    expect(pretended.starts()).toBe(2);
    expect(events.seen).toEqual([
      ['stderr', 'Kernel panic - not syncing'],
      ['notice', 'the appliance stopped while it started: once again'],
    ]);
  });

  test('that dies twice before its agent speaks fails with the end of its console; a later action tries anew', async () => {
    const pretended = pretendAppliance(async () => undefined, {
      failedStarts: 2,
      says: 'VFS: Unable to mount root fs',
    });
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    await expect(executor.run(commands('a'), follow(), never)).rejects.toMatchObject({
      code: 'appliance-lost',
      lastLines: ['VFS: Unable to mount root fs'],
    });
    await executor.run(commands('later'), follow(), never);
    expect(pretended.starts()).toBe(3);
  });

  test('that dies just before an action reaches it does not leave that action waiting', async () => {
    const pretended = pretendAppliance(async () => undefined, { endsAtDisk: true, says: 'gone' });
    const write = action('a', 'base.write', { hash: 'abc', device: '/dev/x', in: null, uuid: '', label: '' });
    await expect(new ApplianceExecutor(pretended.start, noSecrets).run(write, follow(), never)).rejects.toMatchObject({
      code: 'appliance-lost',
    });
  });

  test('does not keep anybody who gives up while it starts', async () => {
    const pretended = pretendAppliance(async () => undefined, { silent: true });
    const executor = new ApplianceExecutor(pretended.start, noSecrets);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    await expect(executor.run(commands('a'), follow(), abort.signal)).rejects.toMatchObject({ code: 'interrupted' });
    await executor.close();
  });
});
