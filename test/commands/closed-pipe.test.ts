/**
 * Who reads no more (`| head`) has read enough: the command says nothing about it, and has its own exit code. By the
 * bundle, in a real pipe.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRunSocket } from '../../src/system/run/run-socket.ts';
import { minimalText } from '../profile/fixtures.ts';
import { Run } from '../ui/run-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-closed-pipe-'));
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  const { buildBundle } = (await import(new URL('../../src/setup/bundle.mjs', import.meta.url).href)) as {
    buildBundle(outfile: string): Promise<void>;
  };
  await buildBundle(path('xenwright.mjs'));
  writeFileSync(path('good.yaml'), minimalText);
  writeFileSync(
    path('bad.yaml'),
    `${minimalText}\n${Array.from({ length: 60 }, (_, index) => `nonsense${index}: 1`).join('\n')}\n`,
  );
  writeFileSync(path('none.yaml'), 'a: [');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `rest`: what was still read. */
async function closed(
  streams: 'stdout' | 'stderr' | 'both',
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly rest: string }> {
  // `true` ends at once, long before anything is written to it.
  const script = {
    stdout: '"$@" | true; exit "${PIPESTATUS[0]}"',
    stderr: '{ "$@" 2>&1 >&3 | true; exit "${PIPESTATUS[0]}"; } 3>&1',
    both: '"$@" 2>&1 | true; exit "${PIPESTATUS[0]}"',
  }[streams];
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, path('xenwright.mjs'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let rest = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      rest += text;
    });
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return { code, rest };
}

test.each<[string, 'stdout' | 'stderr' | 'both', readonly string[], number]>([
  ['the findings of a bad profile', 'stdout', ['check', 'bad.yaml'], 3],
  ['the same for programs', 'stdout', ['check', 'bad.yaml', '--format', 'json'], 3],
  ['the findings of an install', 'stderr', ['install', 'bad.yaml', '--image', 'x.img'], 3],
  ['both of them', 'both', ['check', 'bad.yaml'], 3],
  ['a profile that is no YAML', 'both', ['check', 'none.yaml'], 3],
  ['a profile that is not there', 'both', ['check', 'absent.yaml'], 6],
  ['a schema', 'stdout', ['schema'], 0],
  ['help', 'stdout', ['--help'], 0],
  ['the version', 'stdout', ['--version'], 0],
  ['wrong usage', 'stderr', ['check'], 2],
  ['a value that is none', 'stderr', ['install', '--jobs', 'x'], 2],
  ['a command that is not there yet', 'stderr', ['capture'], 2],
  ['a plan', 'both', ['plan', 'good.yaml', '--image', 'x.img'], 0],
  ['a dry run', 'both', ['install', 'good.yaml', '--image', 'x.img', '--dry-run'], 0],
  ['facts', 'stdout', ['facts'], 0],
  ['an image that is not there', 'both', ['boot', 'absent.img'], 2],
])('%s, unread: quiet, and the exit code of the command', async (_, streams, args, code) => {
  expect(await closed(streams, args)).toEqual({ code, rest: '' });
});

test.each(['plain', 'json'])('a recorded run that nobody reads to its end (%s)', async (ui) => {
  const lines: string[] = [];
  const run = new Run((event) => {
    lines.push(`${JSON.stringify(event)}\n`);
  });
  run.start(0, ['host']);
  for (let line = 0; line < 5000; line++) run.output(1, 'host/disk', `line ${line}`);
  run.end(2, 'done');
  writeFileSync(path('events.ndjson'), lines.join(''));
  expect(await closed('both', ['install', '--replay', 'events.ndjson', '--ui', ui])).toEqual({ code: 0, rest: '' });
});

test('who watches a run and reads no more has left it: the run goes on', async () => {
  const opened = await openRunSocket(folder, () => undefined);
  const run = new Run((event) => {
    appendFileSync(path('events.ndjson'), `${JSON.stringify(event)}\n`);
    opened.publish(event);
  });
  writeFileSync(path('events.ndjson'), '');
  run.start(0, ['host']);
  const talk = setInterval(() => {
    run.output(1, 'host/disk', 'a line');
  }, 50);
  try {
    expect(await closed('stdout', ['attach', folder, '--ui', 'plain'])).toEqual({ code: 0, rest: '' });
  } finally {
    clearInterval(talk);
    await opened.close();
  }
});

test('the set-up step in between changes nothing of that', async () => {
  const script = new URL('../../src/setup/xenwright.mjs', import.meta.url).pathname;
  const child = spawn(
    'bash',
    ['-c', '"$@" 2>&1 | true; exit "${PIPESTATUS[0]}"', 'bash', process.execPath, script, 'check', path('bad.yaml')],
    { stdio: 'ignore' },
  );
  expect(
    await new Promise((resolve) => {
      child.on('close', resolve);
    }),
  ).toBe(3);
});
