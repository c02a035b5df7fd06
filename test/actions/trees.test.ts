import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostFinish } from '../../src/actions/host-finish.ts';
import { describe as describeAction, handlers } from '../../src/actions/table.ts';
import { treeFiles } from '../../src/actions/tree-files.ts';
import type { ActionOf } from '../../src/plan/action.ts';
import { planOf } from '../plan/host.ts';
import { someTree, workbench } from './workbench.ts';

const files = (params: Partial<ActionOf<'tree.files'>['params']>): ActionOf<'tree.files'> => ({ id: 'f', kind: 'tree.files', domain: 'web1', title: '', needs: [], place: 'target', weight: 1, uses: {}, timeoutMs: 1, params: { tree: someTree, files: [], links: [], directories: [], remove: [], ...params } });
const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

test('files, folders and links are written with their modes, and written again to the same', async () => {
  const bench = workbench();
  const action = files({
    remove: ['/etc/old'], directories: [{ path: '/var/spool/x', mode: '1777', owner: 'root:root' }], links: [{ path: '/etc/link', target: '../run/thing' }],
    files: [{ path: '/usr/lib/x/run', mode: '0755', owner: 'root:root', content: '#!/bin/sh\n' }],
  });
  mkdirSync(join(bench.tree, 'etc/old'), { recursive: true });
  for (const _round of [1, 2]) {
    await treeFiles.apply(action, bench.context);
    expect(readFileSync(join(bench.tree, 'usr/lib/x/run'), 'utf8')).toBe('#!/bin/sh\n');
    expect([mode(join(bench.tree, 'usr/lib/x/run')), mode(join(bench.tree, 'var/spool/x')), readlinkSync(join(bench.tree, 'etc/link'))]).toEqual(['755', '1777', '../run/thing']);
    expect(existsSync(join(bench.tree, 'etc/old'))).toBe(false);
  }
});

test('a secret goes into a file for root alone, whatever mode was asked for, and into nothing else', async () => {
  const bench = workbench({}, { 'domus.web1.key': 'canary-7b1c' });
  const action = files({ files: [{ path: '/etc/key', mode: '0644', owner: 'root:root', content: { secret: 'domus.web1.key' } }] });
  await treeFiles.apply(action, bench.context);
  expect(readFileSync(join(bench.tree, 'etc/key'), 'utf8')).toBe('canary-7b1c');
  expect(mode(join(bench.tree, 'etc/key'))).toBe('600');
  expect(JSON.stringify([bench.log, treeFiles.commands(action)])).not.toContain('canary');
});

test('a link in the tree is replaced, never written through to where it points', async () => {
  const bench = workbench();
  const outside = join(bench.folder, 'outside');
  writeFileSync(outside, 'untouched');
  mkdirSync(join(bench.tree, 'etc'));
  symlinkSync(outside, join(bench.tree, 'etc/resolv.conf'));
  await treeFiles.apply(files({ files: [{ path: '/etc/resolv.conf', mode: '0644', owner: 'root:root', content: 'inside' }] }), bench.context);
  expect(readFileSync(outside, 'utf8')).toBe('untouched');
  expect(readFileSync(join(bench.tree, 'etc/resolv.conf'), 'utf8')).toBe('inside');
});

test('a finished host carries its marker, and its profile for root alone', async () => {
  const bench = workbench({}, { profile: 'version: 1\n' });
  await hostFinish.apply({ id: 'h', kind: 'host.finish', domain: 'host', title: '', needs: [], place: 'target', weight: 1, uses: {}, timeoutMs: 1, params: { tree: someTree, host: 'xen1', profile: { secret: 'profile' } } }, bench.context);
  expect(mode(join(bench.tree, 'etc/xenwright/profile.yaml'))).toBe('600');
  expect(JSON.parse(readFileSync(join(bench.tree, 'etc/xenwright/install.json'), 'utf8'))).toMatchObject({ host: 'xen1' });
});

test.each(['lvm', 'plain'])('every action of a plan with the layout %s can be described by its commands', (layout) => {
  const { actions } = planOf([`host.storage.layout=${layout}`]);
  for (const action of actions) {
    const commands = describeAction(action);
    expect(commands.every(({ argv }) => argv.length > 0 && argv.every((word) => word !== '' || argv[0] === 'sh' || argv.includes('-N'))), action.id).toBe(true);
    if (action.kind !== 'tree.files') expect(commands.length, action.id).toBeGreaterThan(0);
  }
  expect(new Set(actions.map(({ kind }) => kind)).size).toBeGreaterThan(10);
});

test('every kind of action has its handler', () => {
  for (const [kind, handler] of Object.entries(handlers)) expect(handler.kind).toBe(kind);
});
