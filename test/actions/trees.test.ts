import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostFinish } from '../../src/actions/host-finish.ts';
import { describe as describeAction, handlers } from '../../src/actions/table.ts';
import { treeCommands } from '../../src/actions/tree-commands.ts';
import { treeFiles } from '../../src/actions/tree-files.ts';
import type { ActionOf } from '../../src/plan/action.ts';
import { planOf } from '../plan/host.ts';
import { isRoot, smallTree, someTree, workbench, type Workbench } from './workbench.ts';
import { actionOf } from './action-of.ts';

const files = (params: Partial<ActionOf<'tree.files'>['params']>): ActionOf<'tree.files'> =>
  actionOf('tree.files', { tree: someTree, files: [], links: [], directories: [], remove: [], ...params });
const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

/** A tree in which files can be written the way a run does it. */
function withTools(secrets: Readonly<Record<string, string>> = {}): Workbench {
  const made = workbench({}, secrets);
  smallTree(made.tree, ['sh', 'tar', 'rm']);
  return made;
}

test.skipIf(!isRoot)(
  'files, folders and links are written with their modes, and written again to the same',
  async () => {
    const bench = withTools();
    const action = files({
      remove: ['/etc/old'],
      directories: [{ path: '/var/spool/x', mode: '1777', owner: 'root:root' }],
      links: [{ path: '/etc/link', target: '../run/thing' }],
      files: [{ path: '/usr/lib/x/run', mode: '0755', owner: 'root:root', content: '#!/bin/sh\n' }],
    });
    mkdirSync(join(bench.tree, 'etc/old'), { recursive: true });
    for (const _round of [1, 2]) {
      await treeFiles.apply(action, bench.context);
      expect(readFileSync(join(bench.tree, 'usr/lib/x/run'), 'utf8')).toBe('#!/bin/sh\n');
      expect([
        mode(join(bench.tree, 'usr/lib/x/run')),
        mode(join(bench.tree, 'var/spool/x')),
        readlinkSync(join(bench.tree, 'etc/link')),
      ]).toEqual(['755', '1777', '../run/thing']);
      expect(existsSync(join(bench.tree, 'etc/old'))).toBe(false);
    }
  },
);

test.skipIf(!isRoot)(
  'a secret goes into a file for nobody else, whatever mode was asked for, and into nothing else',
  async () => {
    const bench = withTools({ 'domus.web1.key': 'canary-7b1c' });
    const action = files({
      files: [
        { path: '/etc/key', mode: '0644', owner: 'root:root', content: { secret: 'domus.web1.key' } },
        { path: '/etc/group-key', mode: '0640', owner: 'root:root', content: { secret: 'domus.web1.key' } },
      ],
    });
    await treeFiles.apply(action, bench.context);
    expect(readFileSync(join(bench.tree, 'etc/key'), 'utf8')).toBe('canary-7b1c');
    expect(mode(join(bench.tree, 'etc/key'))).toBe('600');
    // A mode that gives others nothing is meant.
    expect(mode(join(bench.tree, 'etc/group-key'))).toBe('640');
    expect(JSON.stringify([bench.log, treeFiles.commands(action)])).not.toContain('canary');
  },
);

test.skipIf(!isRoot)('a text with a secret in it has the mode that the plan gives it', async () => {
  const bench = withTools({ 'domus.web1.options.vncpasswd#0:quoted': 'canary-7b1c' });
  const name = 'domus.web1.options.vncpasswd#0:quoted';
  const content = { text: `vncpasswd = "$SECRET_${name}"`, secrets: [{ secret: name }] };
  const action = files({ files: [{ path: '/etc/xen/web1.cfg', mode: '0640', owner: 'root:root', content }] });
  await treeFiles.apply(action, bench.context);
  expect(readFileSync(join(bench.tree, 'etc/xen/web1.cfg'), 'utf8')).toBe('vncpasswd = "canary-7b1c"');
  expect(mode(join(bench.tree, 'etc/xen/web1.cfg'))).toBe('640');
  expect(JSON.stringify([bench.log, treeFiles.commands(action)])).not.toContain('canary');
});

test('a command with a secret in it runs, with an empty input, and has it in no argument', async () => {
  const bench = workbench({}, { 'host.commands.early.0.run#0': 'canary-7b1c' });
  const run = {
    text: `cat; printf %s '$SECRET_host.commands.early.0.run#0' > ${bench.folder}/told; cat /proc/$$/cmdline > ${bench.folder}/arguments`,
    secrets: [{ secret: 'host.commands.early.0.run#0' }],
  };
  const action = actionOf('tree.commands', { tree: null, commands: [{ run, timeoutMs: 60_000, onError: 'fail' }] });
  await treeCommands.apply(action, bench.context);
  expect(readFileSync(join(bench.folder, 'told'), 'utf8')).toBe('canary-7b1c');
  expect(readFileSync(join(bench.folder, 'arguments'), 'utf8')).not.toContain('canary');
  expect(JSON.stringify([bench.log, treeCommands.commands(action)])).not.toContain('canary');
});

test.skipIf(!isRoot)('links of the tree, absolute ones too, never lead a file out of it', async () => {
  const bench = withTools();
  const outside = join(bench.folder, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'file'), 'untouched');
  mkdirSync(join(bench.tree, 'etc'));
  symlinkSync(join(outside, 'file'), join(bench.tree, 'etc/resolv.conf'));
  symlinkSync(outside, join(bench.tree, 'srv'));
  mkdirSync(join(bench.tree, outside), { recursive: true });
  await treeFiles.apply(
    files({
      files: [
        { path: '/etc/resolv.conf', mode: '0644', owner: 'root:root', content: 'inside' },
        { path: '/srv/file', mode: '0644', owner: 'root:root', content: 'inside' },
      ],
    }),
    bench.context,
  );
  expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('untouched');
  expect(readFileSync(join(bench.tree, 'etc/resolv.conf'), 'utf8')).toBe('inside');
  expect(readFileSync(join(bench.tree, outside, 'file'), 'utf8')).toBe('inside');
});

test.skipIf(!isRoot)(
  'files have their modes whatever the umask, and any name and text that a profile may have',
  async () => {
    const bench = withTools();
    const long = `/srv/${'sehr-'.repeat(30)}/${'läng'.repeat(25)}`;
    const list = [
      ['/srv/deep/er/file', 'plain'],
      [long, 'ünïcode \u2028 and "quotes" and \\ and $(true)\n'],
      ['/srv/empty', ''],
      ['/srv/ -rf', 'x'.repeat(512)],
      ['/srv/large', 'y'.repeat(300_001)],
    ] as const;
    const before = process.umask(0o077);
    try {
      await treeFiles.apply(
        files({
          files: list.map(([path, content]) => ({ path, mode: '0644', owner: 'root:root', content })),
          links: [{ path: '/srv/link', target: long }],
        }),
        bench.context,
      );
    } finally {
      process.umask(before);
    }
    for (const [path, content] of list) {
      expect(readFileSync(join(bench.tree, path), 'utf8')).toBe(content);
      expect(mode(join(bench.tree, path))).toBe('644');
    }
    expect(mode(join(bench.tree, 'srv/deep/er'))).toBe('755');
    expect(readlinkSync(join(bench.tree, 'srv/link'))).toBe(long);
  },
);

test('a finished host carries its marker, and its profile for root alone', async () => {
  const bench = workbench({}, { profile: 'version: 1\n', 'install-marker': '{"id":"1"}' });
  await hostFinish.apply(
    actionOf('host.finish', { tree: someTree, host: 'xen1', profile: { secret: 'profile' } }),
    bench.context,
  );
  expect(mode(join(bench.tree, 'etc/xenwright/profile.yaml'))).toBe('600');
  expect(JSON.parse(readFileSync(join(bench.tree, 'boot/xenwright/installed.json'), 'utf8'))).toEqual({ id: '1' });
});

test.each(['lvm', 'plain'])('every action of a plan with the layout %s can be described by its commands', (layout) => {
  const { actions } = planOf([`host.storage.layout=${layout}`]);
  for (const action of actions) {
    const commands = describeAction(action);
    expect(
      commands.every(({ argv }) => (argv[0] ?? '') !== ''),
      action.id,
    ).toBe(true);
    if (action.kind !== 'tree.files') expect(commands.length, action.id).toBeGreaterThan(0);
  }
  expect(
    new Set(actions.map(({ kind, params }) => ('node' in params ? `${kind} ${params.node.type}` : kind))).size,
  ).toBeGreaterThan(10);
});

test('every kind of action has its handler', () => {
  for (const [kind, handler] of Object.entries(handlers)) expect(handler.kind).toBe(kind);
});
