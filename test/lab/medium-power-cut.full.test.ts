/**
 * Needs virtual machines: the power goes while a DomU is written by an unattended install from the medium. The medium
 * is booted again, knows nothing but what lies on the disk, goes on, and ends well.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labFolder } from './support/cli.ts';
import { bootAndCut } from './support/cut.ts';
import { readInstalledDisk } from './support/installed-disk.ts';
import { bootUntil } from './support/medium.ts';
import {
  blankDisk,
  buildNetboot,
  diskArguments,
  netbootArguments,
  nicArguments,
  type NetbootSet,
} from './support/netboot.ts';
import { openRack, type Rack } from './support/rack.ts';

const MINUTE = 60_000;
const folder = labFolder('medium-power-cut');
const served = join(folder, 'www');
let rack: Rack;
let set: NetbootSet;

beforeAll(async () => {
  rack = await openRack(folder, served, join(served, 'host.yaml'));
  set = await buildNetboot(folder, '--bases', rack.profile);
}, 30 * MINUTE);
afterAll(async () => {
  await rack.close();
});

it(
  'the medium goes on where the power went',
  async () => {
    const disk = blankDisk(folder, 'disk');
    const machine = [
      ...netbootArguments(set, [`profile=${rack.address}/host.yaml`, 'allow-clear=report.webhook.secret']),
      '-m',
      '4096',
      ...diskArguments(disk),
      ...nicArguments('52:54:00:00:00:0a'),
    ];
    const cut = await bootAndCut(folder, 'cut', machine, /^[\d:]+ db1 +Write the base to /m, 20 * MINUTE);
    expect(cut).not.toMatch(/db1 +done: Write the base to/);
    const partitions = readInstalledDisk(disk).partitions;

    const { console } = await bootUntil(
      folder,
      'resumed',
      machine,
      /run +(done|failed|interrupted) after|FAILED:/,
      20 * MINUTE,
    );
    expect(console).toMatch(
      /An unfinished run of this same plan[^]*run +resumed: rack1\.example\.org[^]*db1 +Write the base to [^]*db1 +done: Write the base to [^]*run +done after/,
    );
    // What was finished stays.
    expect(console).not.toMatch(/Partition \/dev/);

    const after = readInstalledDisk(disk);
    expect(after.partitions).toEqual(partitions);
    for (const where of ['xw-boot', 'root', 'db1-root'])
      execFileSync('e2fsck', ['-fn', after.place(where)], { stdio: 'pipe' });
    expect(after.file('xw-boot', '/xenwright/installed.json')).toContain('rack1.example.org');
    expect(after.file('db1-root', '/etc/hostname')?.trim()).toBe('db1');
    expect(after.file('cache', '/journal.ndjson')?.trim().split('\n').at(-1)).toContain('"complete"');

    // One run: the server has heard of its end, and that it was resumed, whatever it had received of what the disk
    // lost.
    expect((await rack.status()).machines).toMatchObject([{ hostname: 'rack1.example.org', state: 'installed' }]);
    const [reports = ''] = readdirSync(join(served, 'reports'));
    const describeBoot = readFileSync(join(served, 'reports', reports), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; time: string; type: string; resumed?: boolean });
    expect(describeBoot.filter(({ type }) => type === 'run.started').map(({ resumed }) => resumed)).toEqual([
      false,
      true,
    ]);
    expect(new Set(describeBoot.map(({ seq, time }) => `${seq} ${time}`)).size).toBe(describeBoot.length);
  },
  60 * MINUTE,
);
