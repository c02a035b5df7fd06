import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sessionFiles } from '../../../src/medium/session/units.ts';
import { asset } from '../../assets.ts';

/** What the generator makes for a kernel command line: links of the ordinary folder, and of the one before /etc. */
function generated(commandLine: string): { sessions: string[]; masked: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'xw-generator-'));
  const [normal, early, proc] = ['normal', 'early', 'proc'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync('mkdir', [normal, early, proc]);
  writeFileSync(join(proc, 'cmdline'), commandLine);
  execFileSync(asset('medium/consoles-generator.sh'), [normal, early], {
    env: { ...process.env, XENWRIGHT_ROOT: folder },
  });
  const masked = readdirSync(early).filter((name) => readlinkSync(join(early, name)) === '/dev/null');
  return {
    sessions: readdirSync(join(normal, 'multi-user.target.wants'))
      .filter((name) => name.startsWith('xenwright'))
      .sort(),
    masked,
  };
}

it('starts a session on the screen and on every console of the kernel, and no login beside it', () => {
  const { sessions, masked } = generated('boot=xenwright quiet console=tty0 console=ttyS0,115200 console=hvc0\n');
  expect(sessions).toEqual([
    'xenwright-session@hvc0.service',
    'xenwright-session@tty1.service',
    'xenwright-session@ttyS0.service',
  ]);
  expect(masked).toEqual(
    expect.arrayContaining([
      'getty@tty1.service',
      'serial-getty@ttyS0.service',
      'systemd-networkd-wait-online.service',
    ]),
  );
  expect(masked).not.toContain('getty@tty2.service');
});

it('takes no name that is none', () => {
  expect(generated('console=../../x console=ttynull console=tty3').sessions).toEqual([
    'xenwright-session@tty1.service',
  ]);
});

it('starts the session beside everything else, and before it where the processor is short', () => {
  const unit = sessionFiles().find(({ path }) => path.endsWith('xenwright-session@.service'))?.content ?? '';
  expect(unit).toMatch(/^DefaultDependencies=no$/m);
  expect(unit).not.toMatch(/^After=/m);
  // The name as systemd-escape(1) makes it: the dash of a template's name would be a level of slices.
  expect(sessionFiles().map(({ path }) => path)).toContain(
    '/etc/systemd/system/system-xenwright\\x2dsession.slice.d/xenwright.conf',
  );
});
