/** The edge to the terminal: whoever writes, nothing that came from outside steers it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { jsonText } from '../../../src/clean-text.ts';
import { forTerminal, LINE_BACK } from '../../../src/system/process/process-io.ts';
import { wholeText } from '../../profile/whole.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-hostile-'));
beforeAll(async () => {
  const { buildBundle } = (await import(new URL('../../../src/setup/bundle.mjs', import.meta.url).href)) as {
    buildBundle(outfile: string): Promise<void>;
  };
  await buildBundle(join(folder, 'xenwright.mjs'));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Every kind: a sequence of one byte and of two, a title, what is copied, what turns text round, what nobody sees. */
const HOSTILE = [
  ...[
    '\u001b[2J',
    '\u001b]0;title\u0007',
    '\u001b]52;c;cm0gLXJm\u001b\\',
    '\u001bP1$q\u001b\\',
    '\u001b[?1049h',
    '\u001bc',
  ],
  ...['\u009b31m', '\u009d0;t\u009c', '\u0007', '\u0008', '\u007f', '\r', '\u000b', '\u0000'],
  ...['\u202e', '\u2066', '\u200f', '\u061c', '\u2028', '\u{e0041}'],
];
const STEERS =
  /[^\P{Cc}\n\t]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

test.each(HOSTILE)('%j steers no terminal', (sign) => {
  expect(forTerminal(`before ${sign}after\n`)).not.toMatch(STEERS);
  expect(forTerminal(`${LINE_BACK}before ${sign}after`).slice(LINE_BACK.length)).not.toMatch(STEERS);
});

test('our own line that is drawn again is drawn again', () => {
  expect(forTerminal(`${LINE_BACK} 12 %`)).toBe(`${LINE_BACK} 12 %`);
});

test('JSON has the same data, and no sign that steers', () => {
  const data = { text: HOSTILE.join(' '), [HOSTILE.join('')]: 1 };
  expect(jsonText(data, 2)).not.toMatch(STEERS);
  expect(JSON.parse(jsonText(data, 2))).toEqual(data);
});

test(
  'findings and errors about hostile texts in every field are clean, and JSON of them is JSON',
  { timeout: 120_000 },
  () => {
    const hostile = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(hostile);
      if (value !== null && typeof value === 'object')
        return Object.fromEntries(
          Object.entries(value).flatMap(([key, one]) => [
            [key, hostile(one)],
            [`${key}${HOSTILE.join('')}`, 1],
          ]),
        );
      return `${String(value)}${HOSTILE.join('')}`;
    };
    const file = join(folder, 'p.yaml');
    writeFileSync(file, stringify(hostile(parse(wholeText, { merge: true }))));
    const run = (...args: string[]): { readonly stdout: string; readonly stderr: string } =>
      spawnSync(process.execPath, [join(folder, 'xenwright.mjs'), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const text = run('check', file);
    expect(text.stdout.split('\n').length).toBeGreaterThan(50);
    expect(text.stdout + text.stderr).not.toMatch(STEERS);
    const json = run('check', file, '--format', 'json');
    expect(json.stdout).not.toMatch(STEERS);
    expect(JSON.parse(json.stdout)).toMatchObject({ findings: expect.any(Array) });
    for (const args of [
      ['check', `${folder}/no${HOSTILE.join('').replaceAll('\0', '')}`],
      [`--x${HOSTILE[0] ?? ''}`],
      ['install', file],
    ])
      expect(run(...args).stderr).not.toMatch(STEERS);
  },
);

test('nothing but the edge writes to standard output or standard error', () => {
  const files = execFileSync('git', ['ls-files', 'src'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => /\.tsx?$/.test(name));
  const writers = files.filter((name) =>
    /std(?:out|err)\.write\((?!forTerminal|LINE_BACK|''|`\$\{forTerminal)/.test(readFileSync(name, 'utf8')),
  );
  expect(writers).toEqual([
    // A line of our own.
    'src/system/medium/console.ts',
    'src/system/process/process-io.ts',
    'src/system/terminal/ask-secret.ts',
    // How the terminal is given back after a guest's console.
    'src/system/terminal/foreground.ts',
    // A machine's console is the machine's: whoever joins it hands the terminal to it.
    'src/system/vm/attach-console.ts',
    // How the screen is wiped; texts on it pass through `showable`.
    'src/ui/app/full-screen.tsx',
  ]);
});
