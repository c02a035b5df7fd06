/**
 * The whole way, needs virtual machines: a profile becomes a disk image (with a kill in the middle), and the image
 * boots Xen from its own boot loader, its DomUs on xenbr0. Transcripts stay under test/artifacts/lab/host.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { bootImage, expectBothUp, describeBoot } from './support/boot.ts';
import { breakXen } from './support/break-xen.ts';
import { cli, eventsOf, labFolder, start, type CliResult } from './support/cli.ts';

const MINUTE = 60_000;
const folder = labFolder('host');
const image = join(folder, 'host.img');
const profile = join(folder, 'host.yaml');
// What must be up is PV: the nested paging of an emulated machine fails a PVH guest now and then, and each time costs
// minutes. See kinds.full.
// Neither waits for the other.
writeFileSync(
  profile,
  readFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), 'utf8')
    .replace('{ name: web1,', '{ name: web1, type: pv,')
    // Asked on the host itself, at its first start.
    .replace(
      /^domus:$/m,
      `  tools: true\n  commands: { firstBoot: ["test -x /usr/bin/xenwright && dpkg-query --status xenwright | grep -q 'ok installed'"] }\ndomus:`,
    )
    .replaceAll(/ order: \d+,/g, ''),
);

describe('an image install that is killed half way', () => {
  let killed: CliResult;
  let resumed: CliResult;
  beforeAll(async () => {
    const run = start(folder, ['install', profile, '--image', image, '--ui', 'json']);
    run.onOut((out) => {
      if (out.includes('"action.started","id":"web1/root/write"')) run.kill();
    });
    killed = await run.done;
    resumed = await cli(folder, 'install', profile, '--image', image, '--resume');
  }, 25 * MINUTE);

  it('was really killed, and goes on to the end with --resume', () => {
    expect(killed.signal).toBe('SIGKILL');
    expect(resumed.err + resumed.out.slice(-3000)).toContain('done');
    expect(resumed.code).toBe(0);
  });

  it('numbers its events through, with a finish for every start', () => {
    const events = eventsOf(image);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    const open = new Set<string>();
    for (const event of events) {
      if (event.type === 'action.started') open.add(event.id);
      if (event.type === 'action.finished') open.delete(event.id);
    }
    expect([...open]).toEqual([]);
    expect(new Set(events.map((event) => event.run)).size).toBe(1);
    const interrupted = events.find((event) => event.type === 'action.finished' && event.id === 'web1/root/write');
    expect(interrupted).toMatchObject({ result: 'failed', error: { code: 'interrupted' } });
  });

  it('does not run again what was finished before the kill', () => {
    const done = eventsOf(image)
      .filter((event) => event.type === 'action.finished' && event.result === 'done')
      .map((event) => (event.type === 'action.finished' ? event.id : ''))
      // Each run starts its own.
      .filter((id) => !['host/appliance', 'host/tools'].includes(id));
    expect(new Set(done).size).toBe(done.length);
  });

  it('gives every domain keys and names of its own', () => {
    const keys = eventsOf(image).flatMap((event) =>
      event.type === 'domain.finished' && event.domain !== 'host' ? event.sshHostKeys : [],
    );
    expect(keys.length).toBeGreaterThanOrEqual(6);
    expect(new Set(keys).size).toBe(keys.length);
    const plan = JSON.parse(readFileSync(`${image}.xenwright/plan.json`, 'utf8')) as Plan;
    const macs = plan.bridges.flatMap((bridge) => [bridge.mac, ...bridge.ports.map((port) => port.mac)]);
    expect(new Set(macs).size).toBe(macs.length);
  });

  it(
    'changes nothing when it is run a second time, and says so',
    async () => {
      const before = statSync(image).mtimeMs;
      const again = await cli(folder, 'install', profile, '--image', image);
      expect(again.code).toBe(0);
      expect(again.err).toContain('nothing was changed');
      expect(statSync(image).mtimeMs).toBe(before);
    },
    MINUTE,
  );

  it(
    'is not reinstalled by a changed profile',
    async () => {
      const other = await cli(folder, 'install', profile, '--image', image, '--set', 'host.hostname=other');
      expect(other.code).toBe(4);
      expect(other.err).toContain('already-installed');
    },
    MINUTE,
  );
});

describe('the installed image', () => {
  it(
    'boots Xen by BIOS from its own boot loader, with both DomUs up on xenbr0',
    async () => {
      const result = await bootImage(folder, image, '--firmware', 'bios');
      expectBothUp(result, 'bios', 'pv');
      // The command is there, of a whole package.
      expect(result.why ?? '').not.toContain('firstBoot command');
    },
    40 * MINUTE,
  );

  it(
    'boots the same by UEFI',
    async () => {
      expectBothUp(await bootImage(folder, image, '--firmware', 'uefi', '--timeout', '660'), 'uefi', 'pv');
    },
    30 * MINUTE,
  );

  it(
    'comes up on the plain kernel with its network when Xen is broken, and says so',
    async () => {
      breakXen(image, folder);
      const result = await bootImage(folder, image, '--firmware', 'bios');
      expect(result, describeBoot(result)).toMatchObject({
        booted: 'plain',
        up: false,
        fallback: true,
        dom0: { bridge: 'xenbr0' },
      });
      expect(result.dom0?.['address']).toMatch(/^10\.0\.2\./);
      expect(result.why).not.toBeNull();
    },
    40 * MINUTE,
  );
});
