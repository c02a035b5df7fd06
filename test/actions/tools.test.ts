/** Xenwright's own package into a tree: by standard input, with its sum, and nothing is left of the file. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toolsInstall, toolsPackage } from '../../src/actions/tools.ts';
import { actionOf } from './action-of.ts';
import { isRoot, smallTree, someTree, workbench, type Workbench } from './workbench.ts';

const AT = '/var/cache/apt/archives/xenwright-install.deb';
const install = actionOf('tools.install', { tree: someTree, at: AT, install: ['cp', AT, '/installed'] });

/** A tree with the few tools that it takes, and a package with a sum. */
function bench(sum?: string): Workbench & { readonly package: string } {
  let path = '';
  const made = workbench({
    ownPackage: async () => ({ path, sha256: sum ?? createHash('sha256').update('the package').digest('hex') }),
  });
  path = join(made.store, 'tools-0123456789abcdef.deb');
  writeFileSync(path, 'the package');
  smallTree(made.tree, ['sh', 'cat', 'rm', 'cp', 'sha256sum']);
  return { ...made, package: path };
}

test.skipIf(!isRoot)('it is installed in the tree, and its file goes again', async () => {
  const { tree, context } = bench();
  await toolsInstall.apply(install, context);
  expect(readFileSync(join(tree, 'installed'), 'utf8')).toBe('the package');
  expect(existsSync(join(tree, AT))).toBe(false);
});

test.skipIf(!isRoot)('what has another sum is not installed', async () => {
  const { tree, context } = bench('0'.repeat(64));
  await expect(toolsInstall.apply(install, context)).rejects.toMatchObject({ code: 'command-failed' });
  expect(existsSync(join(tree, 'installed'))).toBe(false);
  expect(existsSync(join(tree, AT))).toBe(false);
});

test.skipIf(!isRoot)('a link in the tree leads nowhere outside of it', async () => {
  const { folder, tree, context } = bench();
  const outside = join(folder, 'outside');
  mkdirSync(outside);
  execFileSync('rm', ['-r', join(tree, 'var/cache/apt/archives')]);
  symlinkSync(outside, join(tree, 'var/cache/apt/archives'));
  await expect(toolsInstall.apply(install, context)).rejects.toMatchObject({ code: 'command-failed' });
  expect(readFileSync(join(folder, 'store/tools-0123456789abcdef.deb'), 'utf8')).toBe('the package');
  expect(execFileSync('ls', ['-A', outside], { encoding: 'utf8' })).toBe('');
});

test('the package is had without a tree', async () => {
  const { context, package: path, log } = bench();
  await toolsPackage.apply(actionOf('tools.package', {}), context);
  expect(log.join('\n')).toContain(path);
});
