/** What lies on a boot partition at the moment of a power cut, on a real ext4 (mounting needs root). */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readJournal } from '../../../src/engine/journal.ts';
import { planHashIn } from '../../../src/facts/begun-run.ts';
import { bootFeatures } from '../../../src/plan/storage/devices/ext4.ts';
import { journalLines, openState } from '../../../src/system/run/state.ts';
import { adoptState, copiedState, factsOnTarget, type MountPort } from '../../../src/system/disk/target-copy.ts';
import { imageFacts } from '../../plan/host.ts';

const canMount = process.getuid?.() === 0 && existsSync('/dev/loop-control');
const AFTER = 'dom0/filesystem/boot';

function loopWays(at: string): MountPort {
  mkdirSync(at, { recursive: true });
  return {
    mount: async (image) => {
      execFileSync('mount', ['-o', 'loop', image, at]);
      return at;
    },
    unmount: async () => {
      execFileSync('sh', ['-c', 'mountpoint -q "$1" && umount "$1" || true', 'sh', at]);
    },
  };
}

test.skipIf(!canMount)(
  'the state is found without mounting, and every flushed line is there once it is mounted',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xw-cut-'));
    const ways = loopWays(join(folder, 'mnt'));
    onTestFinished(async () => {
      await ways.unmount();
      rmSync(folder, { recursive: true, force: true });
    });
    const [image, cut] = [join(folder, 'boot.img'), join(folder, 'cut.img')];
    execFileSync('truncate', ['-s', '64M', image]);
    execFileSync('mke2fs', [
      '-q',
      '-F',
      '-t',
      'ext4',
      '-b',
      '4096',
      '-O',
      ['none', ...bootFeatures()].join(','),
      '-L',
      'xw-boot',
      image,
    ]);

    const state = copiedState(await openState(join(folder, 'state')), { device: image, after: AFTER }, ways);
    await state.writeFacts(imageFacts());
    await state.journal.append(JSON.stringify({ entry: 'run', run: 'r', planHash: 'abc' }));
    await state.journal.append(JSON.stringify({ entry: 'finished', id: AFTER, seq: 1 }));
    for (let seq = 2; seq < 100; seq++)
      await state.journal.append(JSON.stringify({ entry: 'finished', id: `web1/action/${seq}`, seq }));
    // What the disk holds now, while it is mounted and nothing was let go of.
    copyFileSync(image, cut);
    await state.close();

    const debugfs = (path: string): string =>
      execFileSync('debugfs', ['-c', '-R', `cat ${path}`, cut], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(planHashIn(debugfs('/xenwright/run/journal.ndjson'))).toBe('abc');
    expect(await factsOnTarget(cut)).toEqual(imageFacts());
    await adoptState(cut, join(folder, 'later'), ways);
    const lines = await journalLines(join(folder, 'later'));
    expect((await readJournal({ lines: async () => lines, append: async () => undefined }))?.finished.size).toBe(99);
  },
);
