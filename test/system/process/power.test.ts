import { expect, test } from 'vitest';
import { EXIT, XenwrightError } from '../../../src/errors.ts';
import { endMachine, type PowerPorts } from '../../../src/system/process/power.ts';

/** Nothing of this machine is touched: what would be done is written down. */
async function end(how: 'reboot' | 'poweroff', isSystemd: boolean, failure?: string): Promise<string[]> {
  const done: string[] = [];
  const ports: PowerPorts = {
    isSystemd: () => isSystemd,
    run: async (argv) => {
      done.push(argv.join(' '));
      if (failure !== undefined && argv[0] !== 'sync')
        throw new XenwrightError({
          code: failure,
          exit: EXIT.action,
          message: 'Failed to talk to init daemon: Host is down',
        });
    },
    askKernel: async (letter) => {
      done.push(`kernel ${letter}`);
    },
  };
  await endMachine(how, ports);
  return done;
}

test('systemd is asked where it runs, or else the system’s own command', async () => {
  expect(await end('reboot', true)).toEqual(['sync', 'systemctl --no-wall reboot']);
  expect(await end('poweroff', false)).toEqual(['sync', 'poweroff']);
});

test.each(['command-not-found', 'command-failed', 'command-timeout'])(
  'a command that does not do it (%s) leaves it to the kernel: a finished install must not stand still',
  async (failure) => {
    expect(await end('reboot', false, failure)).toEqual(['sync', 'reboot', 'kernel b']);
    expect(await end('poweroff', true, failure)).toEqual(['sync', 'systemctl --no-wall poweroff', 'kernel o']);
  },
);
