import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const FORBIDDEN: [string, string][] = [
  ['src/plan/a.ts', 'node:fs'],
  ['src/plan/b.ts', '../system/exec.ts'],
  ['src/plan/c.ts', '../engine/events.ts'],
  ['src/check/a.ts', 'node:os'],
  ['src/check/b.ts', 'execa'],
  ['src/profile/a.ts', 'node:child_process'],
  ['src/profile/b.ts', 'node:net'],
  ['src/profile/deep/c.ts', '../../system/files.ts'],
  ['src/facts/a.ts', '../system/probe-port.ts'],
  ['src/facts/b.ts', 'node:fs/promises'],
  ['src/engine/a.ts', '../actions/base-build.ts'],
  ['src/engine/b.ts', 'execa'],
  ['src/engine/c.ts', 'react'],
  ['src/commands/a.ts', 'ink'],
  ['src/command-line/a.ts', '../system/process/exec.ts'],
  ['src/command-line/values/b.ts', 'zod'],
  ['src/plan/d.ts', '../command-line/values/images.ts'],
  ['src/report/a.ts', 'node:fs/promises'],
  ['src/report/b.ts', 'ink-text-input'],
  ['components/a.tsx', '../src/engine/events.ts'],
  ['components/b.tsx', '../src/actions/kind.ts'],
  ['components/panes/c.tsx', '../../src/system/process/exec.ts'],
  ['components/d.tsx', 'node:fs'],
  ['components/e.tsx', '../src/plan/build-plan.ts'],
  ['components/screens/f.tsx', '../../src/ui/wizard/reduce.ts'],
  ['src/report/c.ts', '../system/process/exec.ts'],
  ['src/rack/a.ts', '../system/http/server.ts'],
  ['src/appliance/a.ts', '../install/prepare.ts'],
  ['src/plan/d.ts', '../install/prepare.ts'],
  ['src/system/a.ts', 'react'],
  ['src/actions/a.ts', '../system/exec.ts'],
  ['src/actions/b.ts', 'node:child_process'],
  ['src/main.ts', 'execa'],
];
const ALLOWED: [string, string][] = [
  ['src/plan/x.ts', 'node:crypto'],
  ['src/plan/y.ts', '../facts/facts.ts'],
  ['src/engine/x.ts', '../actions/kind.ts'],
  ['src/system/x.ts', 'execa'],
  ['src/system/y.ts', 'node:fs/promises'],
  ['components/x.tsx', 'ink'],
  ['src/ui/x.tsx', 'react'],
  ['src/commands/x/run.ts', '../../system/exec.ts'],
  ['src/command-line/x.ts', 'commander'],
  ['src/command-line/y.ts', '../commands/install/command.ts'],
  ['components/y.tsx', '../src/facts/facts.ts'],
];

describe('the borders of the house', () => {
  let flagged = new Set<string>();
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xenwright-borders-'));
    copyFileSync('.oxlintrc.json', join(folder, '.oxlintrc.json'));
    for (const [path, source] of [...FORBIDDEN, ...ALLOWED]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `import * as it from '${source}';\nexport const used = it;\n`);
    }
    flagged = new Set(
      lint(folder)
        .filter(({ code }) => code.includes('no-restricted-imports'))
        .map(({ filename }) => filename),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(FORBIDDEN)('%s may not import %s', (path) => {
    expect(flagged.has(path)).toBe(true);
  });
  test.each(ALLOWED)('%s may import %s', (path) => {
    expect(flagged.has(path)).toBe(false);
  });
});

function lint(folder: string): { filename: string; code: string }[] {
  const oxlint = resolve('node_modules/oxlint/bin/oxlint');
  try {
    execFileSync(process.execPath, [oxlint, '--format', 'json', '.'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [];
  } catch (error) {
    return (JSON.parse((error as { stdout: string }).stdout) as { diagnostics: { filename: string; code: string }[] })
      .diagnostics;
  }
}
