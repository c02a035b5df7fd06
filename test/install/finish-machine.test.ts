import { expect, it } from 'vitest';
import { finishMachine } from '../../src/install/finish-machine.ts';

function told(interactive: boolean): { io: Parameters<typeof finishMachine>[1]; said: string[] } {
  const said: string[] = [];
  return {
    said,
    io: {
      interactive,
      readText: async () => '',
      out: (text) => {
        said.push(text);
      },
      err: (text) => {
        said.push(text);
      },
    },
  };
}

it('reboots or powers off as the profile says, and holds when it says so', async () => {
  const ended: string[] = [];
  for (const how of ['reboot', 'poweroff', 'hold'] as const)
    await finishMachine(how, told(false).io, async (what) => {
      ended.push(what);
    });
  expect(ended).toEqual(['reboot', 'poweroff']);
});

it('lets a person at the terminal keep the system running by Ctrl-C', async () => {
  const { io, said } = told(true);
  let ended = false;
  const finished = finishMachine(
    'reboot',
    io,
    async () => {
      ended = true;
    },
    3600,
  );
  process.emit('SIGINT');
  await finished;
  expect(ended).toBe(false);
  expect(said.join('')).toMatch(/Ctrl-C keeps this system running[^]*goes on running/);
});

it('reboots after its notice when nobody objects', async () => {
  let ended = false;
  await finishMachine(
    'reboot',
    told(true).io,
    async () => {
      ended = true;
    },
    0,
  );
  expect(ended).toBe(true);
});
