/** What makes the host's screen look: xenstore's words, and files in the folders of records and configurations. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchHost } from '../../../src/system/host/watch-host.ts';

let folder = '';
let end = (): void => undefined;
const path = process.env['PATH'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xw-watch-'));
  process.env['PATH'] = `${folder}:${path}`;
});
afterEach(() => {
  end();
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

/** Says these lines, each a while after the one before, then waits. */
function tool(...lines: readonly string[]): void {
  const says = lines.map((line) => `sleep 0.2; echo '${line}'`).join('\n');
  writeFileSync(join(folder, 'xenstore-watch'), `#!/bin/sh\n${says}\nexec sleep 60\n`);
  chmodSync(join(folder, 'xenstore-watch'), 0o755);
}
const after = async (ms: number): Promise<void> => {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
};

test('a domain that comes or goes, and what a guest says; not what devices write', async () => {
  tool('/local/domain/0/backend/vif/3/0/state', '/local/domain/3/memory/target');
  let told = 0;
  end = watchHost(() => {
    told += 1;
  }, []);
  await after(700);
  expect(told).toBe(0);
  end();
  tool('/local/domain/3/data/xenwright/state', '@releaseDomain');
  end = watchHost(() => {
    told += 1;
  }, []);
  await after(1_500);
  expect(told).toBe(2);
});

test('a guest that writes without end is heard twice a second', async () => {
  writeFileSync(
    join(folder, 'xenstore-watch'),
    '#!/bin/sh\nwhile echo /local/domain/3/data/xenwright/state; do :; done\n',
  );
  chmodSync(join(folder, 'xenstore-watch'), 0o755);
  let told = 0;
  end = watchHost(() => {
    told += 1;
  }, []);
  await after(1_600);
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(5);
});

test('a record that comes, and nothing where there is neither tool nor folder', async () => {
  process.env['PATH'] = folder;
  let told = 0;
  end = watchHost(() => {
    told += 1;
  }, [folder, join(folder, 'no-such')]);
  await after(100);
  expect(told).toBe(0);
  writeFileSync(join(folder, 'web1.json'), '{}');
  await after(300);
  expect(told).toBeGreaterThan(0);
});
