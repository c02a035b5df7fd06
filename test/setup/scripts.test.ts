import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

interface Scripts {
  findScripts(folder?: string): { readonly shell: string[]; readonly python: string[] };
  scriptLinters(folder?: string): [string, ...string[]][];
}
const { findScripts, scriptLinters } = (await import(
  new URL('../../src/setup/scripts.mjs', import.meta.url).href
)) as Scripts;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xw-scripts-'));
  put('assets/host/a.sh', '#!/bin/sh\necho "$1"\n');
  put('assets/host/b.py', 'import os\n\nprint(os.sep)\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The exit code of each linter. */
function codes(): (number | null)[] {
  return scriptLinters(folder).map(([linter, ...words]) => spawnSync(linter, words, { cwd: folder }).status);
}

it('scripts are known by their names, or by their first lines', () => {
  put('.ci/run', '#!/bin/bash\n');
  put('test/lab/tool', '#!/usr/bin/python3 -B\n');
  put('src/setup/enter.sh', '');
  put('src/words', 'no script\n');
  put('test/artifacts/left.sh', '');
  expect(findScripts(folder)).toEqual({
    shell: ['assets/host/a.sh', 'src/setup/enter.sh', '.ci/run'],
    python: ['assets/host/b.py', 'test/lab/tool'],
  });
});

it('those of the project are all read', () => {
  const { shell, python } = findScripts();
  expect(shell).toEqual(expect.arrayContaining(['assets/domu/up.sh', 'src/setup/enter-tree.sh', '.ci/run']));
  expect(python).toEqual(expect.arrayContaining(['assets/host/domus.py', 'assets/host/xenwright_host/system.py']));
});

it('any finding fails, also one of style', () => {
  expect(codes()).toEqual([0, 0]);
  put('assets/host/a.sh', '#!/bin/sh\necho $1\n');
  put('assets/host/b.py', 'import os\n');
  expect(codes()).toEqual([1, 1]);
});
