import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asset } from '../../assets.ts';

const HEALTH = 'etc/xenwright/health.d';
const COMMANDS = 'var/lib/xenwright-commands';
let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xw-up-'));
  for (const name of ['bin', HEALTH, COMMANDS, 'dev']) mkdirSync(join(home, name), { recursive: true });
  command('systemctl', 'echo 2000000');
  command('xenstore-write', `printf '%s=%s\\n' "$1" "$2" >>${home}/store`);
  command(
    'ip',
    `echo "2: enX0    inet 10.0.2.16/24 brd 10.0.2.255 scope global enX0"; echo "2: enX0    inet6 2001:db8::16/64 scope global"`,
  );
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const command = (name: string, text: string): void => {
  writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
};
function up(...words: readonly string[]): { readonly code: number | null; readonly store: Record<string, string> } {
  const { status } = spawnSync(asset('domu/up.sh'), words, {
    env: { PATH: `${home}/bin:${process.env['PATH'] ?? ''}`, XENWRIGHT_ROOT: home },
  });
  return {
    code: status,
    store: Object.fromEntries(
      readFileSync(join(home, 'store'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.replace('data/xenwright/', '').split('=') as [string, string]),
    ),
  };
}

it('a guest tells its addresses and that it is up', () => {
  expect(up('web1', 'yes')).toMatchObject({
    code: 0,
    store: { addresses: '10.0.2.16 2001:db8::16 ', seconds: expect.stringMatching(/^\d+$/), state: 'up' },
  });
});

it('what failed is told in one short line', () => {
  writeFileSync(join(home, COMMANDS, 'why'), `firstBoot command 01: ${'x'.repeat(9000)}\nmore\n`);
  const { code, store } = up('web1', 'yes');
  expect([code, store['state'], store['why']?.length]).toEqual([1, 'failed', 300]);
});

it('what is not so yet is looked at again, less and less often', () => {
  writeFileSync(
    join(home, HEALTH, '01'),
    `#!/bin/sh\n# unit nginx\ndate +%s >>${home}/looks\n[ $(wc -l <${home}/looks) -ge 5 ]\n`,
    { mode: 0o755 },
  );
  expect(up('web1', 'no')).toMatchObject({ code: 0, store: { state: 'up' } });
  const looks = readFileSync(join(home, 'looks'), 'utf8').trim().split('\n').map(Number);
  expect((looks[4] ?? 0) - (looks[0] ?? 0)).toBeGreaterThanOrEqual(1 + 2 + 4 + 5 - 1);
}, 60_000);
