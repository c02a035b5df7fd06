/**
 * The first of the two commands as README has it, on a bare Debian 13 (git, Node.js, npm), needs virtual machines: `npm
 * start -- quickstart`, Return at its one question, and a host that is up with its DomU. What was on screen stays under
 * test/artifacts/lab.
 */
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { labFolder } from './support/cli.ts';
import { Person } from './support/person.ts';

const MINUTE_MS = 60_000;
const folder = labFolder('bare-quickstart');
// The set-up step is plain JavaScript: it is imported without types.
const { makeTree, removeTree, inTree } = (await import(
  new URL('../../src/setup/bare-tree.mjs', import.meta.url).href
)) as {
  makeTree(release: string): Promise<string>;
  removeTree(tree: string): void;
  inTree(tree: string, argv: readonly string[]): string[];
};
let tree: string | null = null;
afterAll(() => {
  if (tree !== null) removeTree(tree);
});

it(
  'ends with Dom0 and its DomU up, and Ctrl-] shuts both down',
  async () => {
    tree = await makeTree('trixie');
    const stranger = new Person({
      argv: inTree(tree, ['npm', 'start', '--silent', '--', 'quickstart']),
      cwd: folder,
      log: join(folder, 'screen.log'),
    });
    await stranger.sees(/one-time password {2}(\S+)/, 10 * MINUTE_MS);
    await stranger.sees(/\[Y\/n\]/, 40 * MINUTE_MS);
    stranger.type('\r');
    const [, verdict = '{}'] = await stranger.sees(/XENWRIGHT-VERDICT (\{[^\r\n]*\})\r*\n/, 40 * MINUTE_MS);
    expect(JSON.parse(verdict)).toMatchObject({
      dom0: { up: true, hypervisor: 'xen' },
      domus: [{ name: 'web1', up: true }],
    });
    stranger.type('\u001d');
    await stranger.sees(/What you can do with it:/, 15 * MINUTE_MS);
    expect(await stranger.gone).toBe(0);
  },
  110 * MINUTE_MS,
);
