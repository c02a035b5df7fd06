/** Bash completes what the command line has, and evaluates nothing of what is typed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { completionTable } from '../../src/command-line/completion.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-completion-'));
const script = join(folder, 'xenwright');
writeFileSync(script, completionTable() + readFileSync('src/setup/debian/completion.sh', 'utf8'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Tab offers after these words; the last is the one that is being typed. */
function offered(...words: readonly string[]): string[] {
  const ask = '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _xenwright; printf "%s\\n" "${COMPREPLY[@]}"';
  return execFileSync('bash', ['--norc', '-uc', ask, 'bash', script, ...words], { encoding: 'utf8', cwd: folder })
    .split('\n')
    .filter((word) => word !== '');
}

test('commands, those of a group, and the verbs of one that has them', () => {
  expect(offered('xenwright', 'me')).toEqual(['medium']);
  expect(offered('xenwright', 'medium', '')).toEqual(['build', 'copy', 'verify', 'serve']);
  expect(offered('xenwright', 'profile', 'r')).toEqual(['redact']);
  expect(offered('xenwright', '')).not.toContain('agent');
});

test('options of the command, and the values of one that has only those', () => {
  expect(offered('xenwright', 'install', '--re')).toEqual(['--resume', '--report', '--replay']);
  expect(offered('xenwright', 'medium', 'copy', '--m')).toEqual(['--map']);
  expect(offered('xenwright', 'install', '--ui', 'p')).toEqual(['panes', 'plain']);
  expect(offered('xenwright', '--mach')).toEqual(['--machine']);
});

test('where only files fit it offers nothing of its own, and the value of an option is no command', () => {
  expect(offered('xenwright', 'check', '')).toEqual([]);
  expect(offered('xenwright', 'install', '--state', '')).toEqual([]);
  expect(offered('xenwright', '--profile', 'medium', '')).toContain('install');
});

test('what is typed is never carried out', () => {
  const hostile = ['$(touch pwned)', "a']$(touch pwned)", '`touch pwned`', '@', '*', 'x]=$(touch pwned)'];
  for (const word of hostile) {
    offered('xenwright', word, '');
    offered('xenwright', 'install', word, '--');
    expect(offered('xenwright', 'install', word)).toEqual([]);
  }
  expect(existsSync(join(folder, 'pwned'))).toBe(false);
});
