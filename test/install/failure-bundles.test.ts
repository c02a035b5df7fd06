import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inEnglish } from '../../src/i18n/english.ts';
import { failureBundles } from '../../src/install/failure-bundles.ts';
import { serve } from '../../src/commands/medium/serve/run.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { minimalText } from '../profile/fixtures.ts';

const CANARY = 'c4n4ry-sings-loud';
let home = '';
let state = '';
const end: AbortController[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xw-failed-'));
  state = join(home, 'state');
  mkdirSync(state);
  mkdirSync(join(home, 'rack'));
  writeFileSync(join(home, 'word'), `${CANARY}\n`);
  writeFileSync(join(state, 'log.txt'), `it failed, and told ${CANARY}\n`);
});
afterEach(() => {
  end.pop()?.abort();
  rmSync(home, { recursive: true });
});

async function server(): Promise<string> {
  const until = new AbortController();
  end.push(until);
  return await new Promise((resolve) => {
    void serve(
      join(home, 'rack'),
      { listen: '127.0.0.1:0', secretFile: join(home, 'word'), until: until.signal },
      {
        out: (text) => {
          const base = /at (http:\S+)\/ /.exec(text)?.[1];
          if (base !== undefined) resolve(base);
        },
        err: () => undefined,
        readText: async () => '',
        interactive: false,
      },
    );
  });
}

test('a failed run leaves its bundle at the server, signed with the secret of the profile, and without it', async () => {
  const base = await server();
  const text = `${minimalText}\nreport: { webhook: { url: "http://reports.example/x", secret: "file:word" } }\n`;
  const { profile } = loadProfile(text, 'p.yaml');
  if (profile === null) throw new Error('no profile');
  const prepared = { profile, text, source: join(home, 'p.yaml') };
  const lines = await failureBundles({ stateFolder: state, prepared, report: `${base}/report`, logs: [] });
  expect(lines.map(inEnglish)).toEqual([expect.stringContaining(`support bundle: ${base}/bundles/xenwright-`)]);
  const [name = ''] = readdirSync(join(home, 'rack/bundles'));
  const bundle = gunzipSync(readFileSync(join(home, 'rack/bundles', name))).toString('utf8');
  expect(bundle).toContain('it failed, and told ***');
  expect(bundle).not.toContain(CANARY);
}, 60_000);

test('a webhook that is not ours gets none, and a server that refuses one is told of', async () => {
  expect(
    await failureBundles({ stateFolder: state, prepared: null, report: 'http://127.0.0.1:9/hook', logs: [] }),
  ).toEqual([]);
  expect(
    (await failureBundles({ stateFolder: state, prepared: null, report: `${await server()}/report`, logs: [] })).map(
      inEnglish,
    ),
  ).toEqual([expect.stringMatching(/^! the support bundle cannot be written: .* answered 401/)]);
}, 60_000);
