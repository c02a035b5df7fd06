/** The copy of a run's state on its target, with a folder in place of the boot partition. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readJournal } from '../../../src/engine/journal.ts';
import { openState } from '../../../src/system/run/state.ts';
import {
  adoptState,
  copiedState,
  copyPlace,
  openingAgain,
  setAside,
  type CopiedState,
  type MountPort,
} from '../../../src/system/disk/target-copy.ts';
import { imageFacts, planOf } from '../../plan/host.ts';

const BOOT = { device: '/dev/disk/by-partuuid/x', after: 'dom0/filesystem/boot' };
const entry = (name: string, id: string, seq: number): string => JSON.stringify({ entry: name, id, seq });
const event = (seq: number): never => ({ seq, time: '', run: 'r', type: 'action.started', id: 'a' }) as never;

function bench(): {
  readonly here: string;
  readonly there: string;
  readonly mountPort: MountPort;
  readonly mounts: string[];
  open(folder?: string): Promise<CopiedState>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'xw-copy-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const mounts: string[] = [];
  const mountPort: MountPort = {
    mount: async (device) => {
      mounts.push(`mount ${device}`);
      return join(folder, 'boot');
    },
    unmount: async () => {
      mounts.push('unmount');
    },
  };
  return {
    here: join(folder, 'state'),
    there: join(folder, 'boot/xenwright/run'),
    mountPort,
    mounts,
    open: async (name = join(folder, 'state')) => copiedState(await openState(name), BOOT, mountPort),
  };
}
const begun = async (state: CopiedState): Promise<void> => {
  await state.writeFacts(imageFacts());
  await state.journal.append(JSON.stringify({ entry: 'run', run: 'r', planHash: 'p' }));
  await state.journal.append(entry('finished', 'host/disk/partition', 1));
};

test('nothing is written to the target before its boot filesystem is there, and everything from then on', async () => {
  const { here, there, mounts, open } = bench();
  const state = await open();
  await begun(state);
  state.writeEvent(event(1));
  await state.journal.append(entry('started', BOOT.after, 2));
  expect(mounts).toEqual([]);
  await state.journal.append(entry('finished', BOOT.after, 3));
  // Mounted twice: what is found without mounting must have left the filesystem's own journal.
  expect(mounts).toEqual([`mount ${BOOT.device}`, 'unmount', `mount ${BOOT.device}`]);
  await Promise.all([state.journal.append(entry('started', 'b', 4)), state.journal.append(entry('finished', 'b', 5))]);
  state.writeEvent(event(2));
  state.writeLog('said\n');
  for (const name of ['journal.ndjson', 'events.ndjson', 'log.txt', 'facts.json'])
    expect(readFileSync(join(there, name), 'utf8'), name).toBe(readFileSync(join(here, name), 'utf8'));
  expect(statSync(there).mode & 0o777).toBe(0o700);
  expect(statSync(join(there, 'facts.json')).mode & 0o777).toBe(0o600);
  await state.close();
  expect(mounts.at(-1)).toBe('unmount');
});

test('a line that the target does not take is no line: the action has not finished', async () => {
  const { mountPort, here } = bench();
  const state = copiedState(await openState(here), BOOT, {
    ...mountPort,
    mount: async () => {
      throw new Error('the disk is gone');
    },
  });
  await begun(state);
  await expect(state.journal.append(entry('finished', BOOT.after, 3))).rejects.toThrow('the disk is gone');
  await state.close();
});

test('another start without any state takes over what lies on the target, and goes on there', async () => {
  const { here, there, mountPort, open } = bench();
  const state = await open();
  await begun(state);
  await state.journal.append(entry('finished', BOOT.after, 3));
  await state.close();
  rmSync(here, { recursive: true });

  await adoptState(BOOT.device, here, mountPort);
  const again = await open();
  expect(await readJournal(again.journal)).toMatchObject({
    run: 'r',
    planHash: 'p',
    finished: new Set(['host/disk/partition', BOOT.after]),
    complete: false,
  });
  await again.begin();
  await again.journal.append(entry('finished', 'c', 9));
  expect(readFileSync(join(there, 'journal.ndjson'), 'utf8')).toContain('"id":"c"');
  await again.close();
});

test('what is complete is not touched again, not even by a copy', async () => {
  const { here, mounts, open } = bench();
  const state = await openState(here);
  for (const line of [
    JSON.stringify({ entry: 'run', run: 'r', planHash: 'p' }),
    entry('finished', BOOT.after, 1),
    '{"entry":"complete","seq":2}',
  ])
    await state.journal.append(line);
  await state.close();
  const again = await open();
  await again.begin();
  expect(mounts).toEqual([]);
  await again.close();
});

test('an earlier run is set aside, once, and not lost', async () => {
  const { here } = bench();
  await setAside(here);
  for (const name of ['one', 'two']) {
    const state = await openState(here);
    await state.journal.append(name);
    await state.close();
    await setAside(here);
  }
  expect(existsSync(here)).toBe(false);
  expect(readFileSync(join(`${here}.before`, 'journal.ndjson'), 'utf8')).toBe('two\n');
});

test.each(['lvm', 'plain'])('every plan with the layout %s has a place for it', (layout) => {
  const plan = planOf([`host.storage.layout=${layout}`]);
  const place = copyPlace(plan);
  expect(place?.device).toMatch(/^\/dev\/disk\/by-partuuid\//);
  expect(plan.actions.some(({ id }) => id === place?.after)).toBe(true);
});

test('what an earlier part of the run has made is opened again, a group with all that is in it', () => {
  const plan = planOf();
  const opened = (...finished: readonly string[]): string[] =>
    openingAgain(plan, new Set(finished)).map((argv) => argv.join(' '));
  expect(opened()).toEqual([]);
  expect(opened('host/disk/partition')).toEqual(['udevadm settle --timeout=30']);
  expect(opened('host/disk/partition', 'host/group', 'dom0/volume/root', 'dom0/filesystem/boot')).toEqual([
    'udevadm settle --timeout=30',
    'vgchange -ay vg_xen1',
  ]);
});
