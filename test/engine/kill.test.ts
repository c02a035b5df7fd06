import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEvents } from '../../src/report/replay.ts';

const actions = ['host/disk', 'dom0/write', 'web1/write', 'web1/identity', 'dom0/boot', 'host/finish'];
const moments = ['before', 'after', 'journalled', 'told'];
const program = join(import.meta.dirname, 'toy-run.ts');
const run = (...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 30_000 });

test.each(actions)(
  'killed with SIGKILL around %s, the resumed run ends in the same state',
  async (action) => {
    for (const moment of moments) {
      const folder = await mkdtemp(join(tmpdir(), 'xw-kill-'));
      const killed = run(folder, action, moment);
      expect(killed.signal, String(killed.stderr)).toBe('SIGKILL');
      // What a power cut adds: half a line at the end of either file.
      appendFileSync(join(folder, 'state/journal.ndjson'), '{"entry":"finished","id":"host/fin');
      appendFileSync(join(folder, 'state/events.ndjson'), '{"seq":99');
      const journalled = (await readFile(join(folder, 'state/journal.ndjson'), 'utf8'))
        .split('\n')
        .filter((line) => line.includes('"entry":"finished"') && line.endsWith('}'))
        .map((line) => (JSON.parse(line) as { id: string }).id);
      const ranBefore = (await readFile(join(folder, 'ran'), 'utf8')).split('\n').filter(Boolean);

      const resumed = run(folder);
      expect(resumed.status, String(resumed.stderr)).toBe(0);
      expect((await readdir(folder)).sort()).toEqual(
        [...actions.map((id) => id.replace('/', '-')), 'ran', 'state'].sort(),
      );
      for (const id of actions)
        expect(await readFile(join(folder, id.replace('/', '-')), 'utf8')).toBe(`made by ${id}\n`);

      const ranAfter = (await readFile(join(folder, 'ran'), 'utf8'))
        .split('\n')
        .filter(Boolean)
        .slice(ranBefore.length);
      expect(
        ranAfter.filter((id) => journalled.includes(id)),
        'finished actions are not run again',
      ).toEqual([]);
      expect(new Set([...journalled, ...ranAfter])).toEqual(new Set(actions));

      const events = parseEvents(await readFile(join(folder, 'state/events.ndjson'), 'utf8'));
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      expect(new Set(events.map((event) => event.run)).size).toBe(1);
      const count = (type: string, id: string): number =>
        events.filter((event) => event.type === type && 'id' in event && event.id === id).length;
      for (const id of actions)
        expect(count('action.finished', id), `${id} has as many finished as started`).toBe(count('action.started', id));
      expect(events.at(-1)).toMatchObject({ type: 'run.finished', result: 'done' });

      const again = run(folder);
      expect(again.status).toBe(0);
      expect((await readFile(join(folder, 'ran'), 'utf8')).split('\n').filter(Boolean)).toHaveLength(
        ranBefore.length + ranAfter.length,
      );
    }
  },
  60_000,
);
