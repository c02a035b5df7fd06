/**
 * What the review shows, what it exports and what the run carries out are one plan: for fixed addresses in a VLAN, for
 * several DomUs, and onto a disk.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  addDomu,
  begun,
  choose,
  exported,
  fill,
  next,
  planHash,
  shownHash,
  titleOf,
  to,
  turnTo,
} from './support/answers.ts';
import { smallDisc } from '../medium/copy/small-disc.ts';
import { withPretendTools } from './support/pretend-tools.ts';
import { stopRun, type Pty } from './support/pty.ts';
import { home, open } from './support/session.ts';
import { typeWholeHost } from './support/whole-way.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A DomU from the list, of a type so many steps to the right; back in the list. */
async function addNamed(screen: Pty, name: string, type: string): Promise<void> {
  await addDomu(screen);
  await fill(screen, 'Name', name);
  await turnTo(screen, 'Type', type);
  while (titleOf(screen) !== 'DomUs') await next(screen);
}

// Who may not install cannot begin one.
describe.runIf(process.getuid?.() === 0)('one plan from the review to the run (as root)', () => {
  test('a fixed address in a VLAN', { timeout: 60_000 }, async () => {
    const screen = await open([], withPretendTools(home()));
    await to(screen, 'Network');
    await fill(screen, 'VLAN', '42');
    await choose(screen, 'IPv4', 'fixed');
    await fill(screen, 'IPv4 address', '192.0.2.10/24');
    await fill(screen, 'IPv4 gateway', '192.0.2.1');
    await fill(screen, 'Name servers', '192.0.2.53');
    await to(screen, 'Review');
    const hash = await shownHash(screen);
    expect(await exported(screen, 'static.yaml')).toMatch(/vlan: 42\n[^]*- 192\.0\.2\.10\/24/);
    expect(planHash('static.yaml', '--image', 'xen-host.img')).toBe(hash);
    expect(await begun(screen, 'xen-host.img')).toBe(hash);
  });

  test('the small host that the lab installs and boots', { timeout: 60_000 }, async () => {
    const screen = await open([], withPretendTools(home()));
    await typeWholeHost(screen);
    await screen.shows('fetching package 2');
    const { hash, actions } = JSON.parse(readFileSync(join(home(), 'xen-host.img.xenwright/plan.json'), 'utf8')) as {
      readonly hash: string;
      readonly actions: readonly { readonly domain: string }[];
    };
    expect(planHash('xen-host.yaml', '--image', 'xen-host.img')).toBe(hash.slice(0, 12));
    expect([...new Set(actions.map(({ domain }) => domain))].sort()).toEqual(['db1', 'dom0', 'host', 'web1']);
    await stopRun(screen);
  });

  test('three DomUs of different kinds, one removed and one copied', { timeout: 60_000 }, async () => {
    const screen = await open([], withPretendTools(home()));
    await to(screen, 'DomUs');
    for (const [name, type] of [
      ['web', 'PVH'],
      ['old', 'PV'],
      ['db', 'HVM'],
    ] as const)
      await addNamed(screen, name, type);
    screen.press('home', 'down', 'd');
    await screen.shows('old was removed.');
    screen.press('home', 'c');
    await screen.shows('web2 is a copy of web');
    await to(screen, 'Review');
    const hash = await shownHash(screen);
    expect((await exported(screen, 'three.yaml')).match(/^ {2}- name: \S+\n {4}type: \S+/gm)).toEqual([
      '  - name: web\n    type: pvh',
      '  - name: web2\n    type: pvh',
      '  - name: db\n    type: hvm',
    ]);
    expect(planHash('three.yaml', '--image', 'xen-host.img')).toBe(hash);
    expect(await begun(screen, 'xen-host.img')).toBe(hash);
  });
});

test(
  'from a medium: what is on it counts in the review, and in what the exported profile plans',
  { timeout: 60_000 },
  async () => {
    const disc = smallDisc({
      'dists/trixie/Release': Buffer.from('Codename: trixie\nComponents: main\n'),
      'dists/trixie/main/binary-amd64/Packages': Buffer.from(''),
      'filling.bin': randomBytes(40_000_000),
    });
    renameSync(disc.iso, join(home(), 'd.iso'));
    disc.clear();
    const screen = await open();
    await to(screen, 'Debian and its packages');
    await choose(screen, 'Medium', join(home(), 'd.iso'));
    await to(screen, 'Review');
    await screen.lacks('Reading');
    const hash = await shownHash(screen);
    await exported(screen, 'disc.yaml');
    expect(planHash('disc.yaml', '--image', 'xen-host.img')).toBe(hash);
  },
);

test(
  'onto a disk of a captured machine: the review, the export and the (pretended) run have one plan',
  { timeout: 60_000 },
  async () => {
    const screen = await open(['--demo', '--machine', 'leftovers-zfs']);
    await to(screen, 'DomUs');
    await addNamed(screen, 'web', 'PV');
    await to(screen, 'Review');
    const hash = await shownHash(screen);
    await exported(screen, 'disk.yaml');
    expect(planHash('disk.yaml', '--facts', join(ROOT, 'assets/machines/leftovers-zfs.json'))).toBe(hash);
    // Not the whole name: nothing starts.
    screen.press('/dev/sd', 'enter');
    await screen.shows('Review');
    await screen.shows('/dev/sd');
    screen.press('a', 'enter');
    await screen.shows('Install of xen1');
    await screen.shows('Release /dev/sda');
    screen.press('x');
    await screen.shows('xenwright-log.txt');
    screen.press('enter');
    await screen.shows(/is in xenwright-log\.txt/);
    expect(readFileSync(join(home(), 'xenwright-log.txt'), 'utf8')).toContain(`started: xen1, plan ${hash}`);
  },
);
