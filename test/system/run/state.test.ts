import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openState } from '../../../src/system/run/state.ts';

const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'xw-state-'));
afterEach(() => {
  if (isRoot) execFileSync('sh', ['-c', `umount --lazy ${folder} 2>/dev/null || true`]);
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!isRoot)(
  'half a line of a full disk never spoils what is written once there is space again (mounting needs root)',
  async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'xw-state', folder]);
    const line = (id: string): string => JSON.stringify({ entry: 'finished', id, seq: 1, filling: 'x'.repeat(1500) });
    const event = (seq: number): never =>
      ({ seq, time: '', run: 'r', type: 'action.output', id: 'a', stream: 'stdout', text: 'y'.repeat(1500) }) as never;
    const state = await openState(join(folder, 'state'));
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(32 * 1024));
    let written = 0;
    let refused: unknown;
    for (; refused === undefined; written++) {
      try {
        await state.journal.append(line(`a${written}`));
        state.writeEvent(event(written));
      } catch (error) {
        refused = error;
      }
    }
    expect(refused).toMatchObject({ code: 'ENOSPC' });
    await expect(state.journal.append(line('refused'))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(() => {
      for (let n = 0; n < 9; n++) state.writeEvent(event(900 + n));
    }).toThrow('ENOSPC');
    rmSync(join(folder, 'ballast'));
    await state.journal.append(line('last'));
    state.writeEvent(event(999));
    await state.close();

    const again = await openState(join(folder, 'state'));
    const ids = (await again.journal.lines()).map((text) => (JSON.parse(text) as { id: string }).id);
    expect(ids.at(-1)).toBe('last');
    expect(ids).not.toContain('refused');
    expect(again.earlier.lastSeq).toBe(999);
    await again.close();
  },
);
