/** Who becomes root without a password, and that sudo can read it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { domuTree } from '../../../src/plan/domu/domu.ts';
import type { TreeContent } from '../../../src/plan/model.ts';
import { fileIn, has, modelOf } from './model.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example';
const SUDOERS = '/etc/sudoers.d/xenwright';
const VISUDO = '/usr/sbin/visudo';

/** Dom0's and its DomU's. */
function trees(admin: string): TreeContent[] {
  const model = modelOf([`host.admin=${admin}`]);
  const [domu] = model.domus;
  if (domu === undefined) throw new Error('no DomU');
  return [dom0Tree(model), domuTree(model, domu)];
}

test('a user with keys alone becomes root without a password, on the host and in DomUs', () => {
  for (const tree of trees(`{ user: ops, sshKeys: [${KEY}] }`)) {
    expect(fileIn(tree, SUDOERS)).toMatch(/^ops ALL=\(ALL:ALL\) NOPASSWD: ALL$/m);
    expect(tree.files.find(({ path }) => path === SUDOERS)).toMatchObject({ mode: '0440', owner: 'root:root' });
  }
});

test.each([
  ['a user with a password', `{ user: ops, password: "env:A", sshKeys: [${KEY}] }`],
  ['root', `{ sshKeys: [${KEY}] }`],
  ['root, by name', `{ user: root, sshKeys: [${KEY}] }`],
  ['a user who cannot log in', '{ user: ops }'],
])('%s does not', (_, admin) => {
  expect(trees(admin).map((tree) => has(tree, SUDOERS))).toEqual([false, false]);
});

test.skipIf(!existsSync(VISUDO)).each(['ops', '_x', 'a-b_c-', `a${'b'.repeat(31)}`, 'all', 'defaults'])(
  'sudo can read what is written for %s',
  (user) => {
    const [tree] = trees(`{ user: ${user}, sshKeys: [${KEY}] }`);
    if (tree === undefined) throw new Error('no tree');
    const file = join(mkdtempSync(join(tmpdir(), 'xw-sudo-')), 'xenwright');
    writeFileSync(file, fileIn(tree, SUDOERS));
    chmodSync(file, 0o440);
    expect(execFileSync(VISUDO, ['-c', '-s', '-f', file], { encoding: 'utf8' })).toContain('parsed OK');
  },
);
