import { expect, it, vi } from 'vitest';
import { EXIT, XenwrightError } from '../../../src/errors.ts';
import type { SessionPorts } from '../../../src/medium/session/ports.ts';
import type { EffectiveProfile } from '../../../src/profile/effective.ts';
import { session } from './story.ts';

const profile = (onError: string, language = 'C.UTF-8'): EffectiveProfile =>
  ({ language, install: { onError }, host: { admin: { sshKeys: [] } } }) as unknown as EffectiveProfile;
const NAMED = 'xenwright.profile=http://a.example/h.yaml';

it('goes to the wizard where no profile was named and none was found', async () => {
  const { did, said } = await session('quiet', {});
  expect(did).toEqual([]);
  expect(said()).toMatch(/root shell is on tty2[^]*eth0 192\.0\.2\.9[^]*starting the wizard/);
});

it('installs what was named, and does not look for others', async () => {
  const asked: boolean[] = [];
  const { did } = await session(`${NAMED} xenwright.keyboard=de`, {
    network: async (_, { wantsSource }) => {
      asked.push(await wantsSource);
      return { addresses: [], source: 'http://other.example/' };
    },
    labelled: async () => 'label:X/p.yaml',
  });
  expect(did).toEqual(['keyboard de', 'install http://a.example/h.yaml']);
  expect(asked).toEqual([false]);
});

it('takes a found profile as found: from a label before DHCP', async () => {
  expect((await session('', { labelled: async () => 'label:XENWRIGHT-PROFILE/profile.yaml' })).did).toEqual([
    'install label:XENWRIGHT-PROFILE/profile.yaml found',
  ]);
  expect(
    (await session('', { network: async () => ({ addresses: ['eth0 x'], source: 'http://d.example/h.yaml' }) })).did,
  ).toEqual(['install http://d.example/h.yaml found']);
});

it('looks for a volume only when all devices are known', async () => {
  let isSettled = false;
  const { did } = await session('', {
    devices: async () => {
      isSettled = true;
    },
    labelled: async () => (isSettled ? 'label:XENWRIGHT-PROFILE/profile.yaml' : null),
  });
  expect(did).toEqual(['install label:XENWRIGHT-PROFILE/profile.yaml found']);
});

it('brings up the network while devices are still looked for, and says what it waits for', async () => {
  vi.useFakeTimers();
  try {
    const found = Promise.withResolvers<void>();
    const order: string[] = [];
    const running = session('', {
      now: Date.now,
      devices: async () => {
        await found.promise;
        order.push('devices');
      },
      network: async (_, { devices, wantsSource }) => {
        order.push('network begins');
        await devices;
        order.push(`wants a source: ${await wantsSource}`);
        return { addresses: ['eth0 192.0.2.9/24'], source: null };
      },
    });
    await vi.advanceTimersByTimeAsync(11_000);
    found.resolve();
    const { said } = await running;
    expect(order).toEqual(['network begins', 'devices', 'wants a source: true']);
    expect(said()).toContain('waiting for: devices (5 s)');
    expect(said()).toContain('waiting for: devices (10 s)');
  } finally {
    vi.useRealTimers();
  }
});

it('shows words that it does not understand, and goes on', async () => {
  const { did, said } = await session(`${NAMED} xenwright.onerror=reboot`, {});
  expect(said()).toContain('! xenwright.onerror is not known: did you mean xenwright.on-error?');
  expect(did).toHaveLength(1);
});

it('goes on without a keyboard or a network that fail', async () => {
  const fail = async (): Promise<never> => {
    throw new Error('no such thing');
  };
  const { did, said } = await session(`${NAMED} xenwright.keyboard=xx`, { keyboard: fail, network: fail });
  expect(said()).toContain('! keyboard: no such thing');
  expect(said()).toContain('! network: no such thing');
  expect(did).toHaveLength(1);
});

it('shows the last words of the server with a countdown, and any key leads to the wizard', async () => {
  let press: (key: string) => void = () => undefined;
  const { did, said } = await session(NAMED, {
    key: async (_, __, signal) =>
      await new Promise((resolve) => {
        press = resolve;
        signal?.addEventListener('abort', () => resolve(null));
      }),
    fetch: async (_, __, { onWait }, signal) => {
      onWait({ secondsLeft: 2, attempt: 1, lastWords: ['http://a.example/h.yaml: the server answered 503'] });
      onWait({ secondsLeft: 1, attempt: 1, lastWords: ['http://a.example/h.yaml: the server answered 503'] });
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
        press('x');
      });
    },
  });
  expect(said().match(/503/g)).toHaveLength(1);
  expect(said()).toContain('attempt 2 in  1 s; any key: the wizard');
  expect(did).toEqual([]);
});

it('says why a server lets it wait, and a key leads to the wizard then too', async () => {
  let press: (key: string) => void = () => undefined;
  const { did, said } = await session('xenwright.profile=nfs://a.example/racks/h.yaml', {
    key: async (_, __, signal) =>
      await new Promise((resolve) => {
        press = resolve;
        signal?.addEventListener('abort', () => resolve(null));
      }),
    fetch: async (_, __, { onSlow }, signal) => {
      onSlow('nfs://a.example/racks/h.yaml: no answer yet');
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
        press('x');
      });
    },
  });
  expect(said()).toContain('nfs://a.example/racks/h.yaml: no answer yet; any key: the wizard');
  expect(did).toEqual([]);
});

const failing = async (): Promise<never> => {
  throw new XenwrightError({
    code: 'signature-differs',
    exit: EXIT.source,
    message: 'it was altered',
    hint: 'sign it again',
    lastLines: ['a line'],
  });
};

it('holds after an error, with all that helps, and a key tries again', async () => {
  let tries = 0;
  const { did, said } = await session(
    NAMED,
    {
      fetch: async (sources, ...rest) =>
        tries++ === 0 ? await failing() : { source: sources[0] ?? '', text: String(rest.length) },
    },
    ['x', 's', 'a', 'r'],
  );
  expect(said()).toMatch(
    /FAILED: it was altered \[signature-differs\]\n {2}exit 6[^]*\| a line\n {2}hint: sign it again\n {2}so far: this attempt has changed nothing\n {2}log: \/log/,
  );
  expect(did).toEqual(['shell', 'install http://a.example/h.yaml', 'reboot']);
});

it('says what to do also where the install itself has told everything', async () => {
  const { said } = await session(NAMED, { install: async () => EXIT.refused }, []);
  expect(said()).toMatch(/\[install-failed\]\n {2}exit 4: refused on this machine[^]*\| last words\n {2}hint: .*disks/);
});

it('names the keys after an install only where the machine stays as it is', async () => {
  const { did, said } = await session(NAMED, {
    install: async (_, __, ___, ____, end) => {
      await end('poweroff');
      return EXIT.done;
    },
  });
  expect(did).toEqual(['poweroff']);
  expect(said()).not.toMatch(/Keys|installed/);
  expect((await session(NAMED, {})).said()).toMatch(/The host is installed\. Keys: r/);
});

it('shows the action that failed first, with its own last words, and how many others did', async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `word ${index}`);
  const error = {
    code: 'command-failed',
    message: 'mkfs failed',
    command: `mkfs ${'x'.repeat(1000)}`,
    lastLines: lines,
    hint: 'look at the disk',
  };
  const show = async (others: number): Promise<string> =>
    (
      await session(NAMED, {
        install: async () => EXIT.action,
        failedAction: async () => ({ domain: 'dom0', title: 'Make the filesystem', error, others }),
      })
    ).said();
  const said = await show(2);
  expect(said).toMatch(
    /FAILED: mkfs failed \[command-failed\]\n {2}exit 5: an action failed\n {2}action: dom0: Make the filesystem\n {2}command: mkfs x+ \.\.\.\n(?: {2}\| word 2\d\n){10} {2}hint: look at the disk\n {2}and 2 more actions failed[^\n]*\n {2}log: \/log/,
  );
  expect(said).not.toContain('last words');
  const block = said
    .slice(said.indexOf('FAILED'))
    .split('\n')
    .flatMap((line) => Array.from({ length: Math.max(1, Math.ceil(line.length / 80)) }));
  expect(block.length).toBeLessThanOrEqual(24);
  expect(await show(0)).not.toContain('more action');
});

it('does not take the failure of an earlier run for that of an install that was refused', async () => {
  const { said } = await session(NAMED, {
    install: async () => EXIT.refused,
    failedAction: async () => {
      throw new Error('nobody asks');
    },
  });
  expect(said()).toContain('[install-failed]');
});

it.each(['reboot', 'poweroff'] as const)('after an error: %s, after a countdown that a key stops', async (how) => {
  expect((await session(`${NAMED} xenwright.on-error=${how}`, { fetch: failing }, [null])).did).toEqual([how]);
  expect((await session(`${NAMED} xenwright.on-error=${how}`, { fetch: failing }, ['x'])).did).toEqual([]);
});

it('does what the profile says after an error, unless the command line says otherwise', async () => {
  const install: SessionPorts['install'] = async (_, __, ___, onPrepared) => {
    onPrepared(profile('poweroff'));
    return EXIT.action;
  };
  expect((await session(NAMED, { install }, [null])).did).toEqual(['poweroff']);
  expect((await session(`${NAMED} xenwright.on-error=shell`, { install }, [])).did).toEqual([
    'shell where a key is pressed',
  ]);
});

it('boots the disk of a finished host, whatever on-error says, unless somebody stays', async () => {
  const install = async (): Promise<never> => {
    throw new XenwrightError({
      code: 'already-installed',
      exit: EXIT.refused,
      message: '/dev/sda carries a finished host',
    });
  };
  expect((await session(`${NAMED} xenwright.on-error=poweroff`, { install }, [null])).did).toEqual(['local disk']);
  const { did, said } = await session(NAMED, { install }, ['x']);
  expect(did).toEqual([]);
  expect(said()).toContain('Nothing was written');
});

it('speaks the language of the command line, else that of the profile once it is there', async () => {
  const install =
    (language: string): SessionPorts['install'] =>
    async (_, __, ___, onPrepared) => {
      onPrepared(profile('hold', language));
      return EXIT.done;
    };
  expect((await session(`${NAMED} xenwright.lang=de`, { install: install('fr_FR.UTF-8') })).did).toEqual(['speak de']);
  expect((await session(NAMED, { install: install('fr_CA.UTF-8') })).did).toEqual(['speak fr']);
  expect((await session(NAMED, { install: install('C.UTF-8') })).did).toEqual([]);
});

it('gives up on a server after a while where the machine goes on by itself', async () => {
  let now = 0;
  const { did, said } = await session(
    `${NAMED} xenwright.on-error=poweroff`,
    {
      now: () => now,
      fetch: async (_, __, { onWait }, signal) => {
        onWait({ secondsLeft: 2, attempt: 1, lastWords: ['no route to host'] });
        now = 11 * 60_000;
        onWait({ secondsLeft: 1, attempt: 1, lastWords: ['no route to host'] });
        signal.throwIfAborted();
        throw new Error('not called off');
      },
    },
    [null],
  );
  expect(said()).toMatch(
    /FAILED: no profile could be read within 10 min \[source-unreachable\]\n {2}exit 6: [^]*\| no route to host\n {2}hint: check the server/,
  );
  expect(did).toEqual(['poweroff']);
});

it('a fault of its own is told like any other end, and does not begin the session anew', async () => {
  const { did, said } = await session(
    `${NAMED} xenwright.on-error=poweroff`,
    {
      install: async () => {
        throw new Error('one thing needs another');
      },
    },
    [null],
  );
  expect(said()).toMatch(/FAILED: one thing needs another \[fault\][^]*exit 1[^]*\| at /);
  expect(did).toEqual(['poweroff']);
});

it('says at which step an install ended that did not come to its end, what it has changed and what is kept', async () => {
  const { said } = await session(NAMED, {
    install: async () => EXIT.interrupted,
    howFar: async () => ({ done: 4, total: 9, isWritten: true, at: { domain: 'dom0', title: 'Make the filesystem' } }),
  });
  expect(said()).toMatch(
    /FAILED: the install ended before it was finished \[install-failed\]\n[^]*action: dom0: Make the filesystem\n[^]*so far: steps done: 4 of 9; the target is written in part, nothing else was changed; what is done is kept for another try/,
  );
});

it('says of an install that was refused that it has changed nothing', async () => {
  const { said } = await session(NAMED, {
    install: async () => EXIT.refused,
    howFar: async () => {
      throw new Error('nobody asks');
    },
  });
  expect(said()).toContain('so far: this attempt has changed nothing');
});

it('does not show the failure of one attempt inside that of the next', async () => {
  let lines: string[] = [];
  let tries = 0;
  const { said } = await session(
    NAMED,
    {
      lastLines: () => lines,
      forgetLines: () => {
        lines = [];
      },
      install: async () => {
        lines.push(`words of attempt ${++tries}`);
        return EXIT.refused;
      },
    },
    ['a'],
  );
  const [, first = '', second = ''] = said().split('FAILED:');
  expect(first).toContain('| words of attempt 1');
  expect(second).toContain('| words of attempt 2');
  expect(second).not.toContain('attempt 1');
});
