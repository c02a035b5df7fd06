import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { withValues } from '../../../src/plan/shell-words.ts';
import { modelOf } from './model.ts';

const WEBHOOK = 'report.webhook.url=https://hooks.example.org/';
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'xw-host-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Puts what a host has in /usr/lib/xenwright below `root`. */
function scriptsOf(changes: readonly string[]): string {
  for (const { path, mode, content } of dom0Tree(modelOf(changes)).files) {
    if (!path.startsWith('/usr/lib/xenwright/') || typeof content !== 'string') continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: Number.parseInt(mode, 8) });
  }
  return join(root, 'usr/lib/xenwright');
}

it.each([
  ['domus', [WEBHOOK], { code: 2, said: 'Usage: domus start|stop' }],
  ['report', [WEBHOOK], { code: 1, said: '/etc/xenwright/report.json cannot be read' }],
  ['first-boot', ['host.hypervisor=none'], { code: 0, said: '[]' }],
] as const)('%s finds its modules where they lie on a host, and leaves nothing there', (name, changes, expected) => {
  const folder = scriptsOf(changes);
  const before = readdirSync(folder, { recursive: true });
  const words = name === 'first-boot' ? ['nobody'] : [];
  const done = spawnSync(join(folder, name), words, {
    cwd: '/',
    env: { PATH: process.env['PATH'], XENWRIGHT_ROOT: root, XENWRIGHT_RECORDS: root, XENWRIGHT_SLOW: '0.01' },
    encoding: 'utf8',
  });
  expect(done.status, done.stderr).toBe(expected.code);
  expect(done.stdout + done.stderr).toContain(expected.said);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

it('values of a host are put into the lines of their names, as one word each', () => {
  const script = '#!/bin/sh\nname=example\nmemory=1\nprintf \'%s\' "$name|$memory"\n';
  const filled = withValues(script, { name: "it's $HOME `id` $& \\1", memory: 512 });
  expect(spawnSync('sh', ['-c', filled], { encoding: 'utf8' }).stdout).toBe("it's $HOME `id` $& \\1|512");
  expect(() => withValues(script, { other: 1 })).toThrow('other=');
});

it('how slow the host is, is asked once for all scripts of a boot', () => {
  const folder = scriptsOf([]);
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin/systemctl'), `#!/bin/sh\necho asked >>${root}/asked\necho 35000000\n`, { mode: 0o755 });
  mkdirSync(join(root, 'run/xenwright'), { recursive: true });
  const slow = (): string =>
    spawnSync('python3', ['-Bc', 'from xenwright_host.system import SLOW; print(SLOW)'], {
      cwd: folder,
      env: { PATH: `${root}/bin:${process.env['PATH'] ?? ''}`, XENWRIGHT_ROOT: root },
      encoding: 'utf8',
    }).stdout;
  expect([slow(), slow()]).toEqual(['3.5\n', '3.5\n']);
  expect(readFileSync(join(root, 'asked'), 'utf8')).toBe('asked\n');
  // Nonsense is an ordinary host.
  writeFileSync(join(root, 'run/xenwright/slowness'), 'x');
  expect(slow()).toBe('1.0\n');
});
