/**
 * Needs virtual machines, and more time than CI has: `xenwright install` onto the disk of the machine it runs on, as in
 * a rescue system. Killed and resumed, run a second time, rebooted at its end; then the disk boots on another machine,
 * with another card.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { exec } from '../../src/system/process/exec.ts';
import { ground } from './bases.ts';
import { applianceBase, command, emptyDisk, outputOf } from './support/appliance.ts';
import { bootImage, describeBoot } from './support/boot.ts';
import { labFolder } from './support/cli.ts';
import { rescueSystem } from './support/rescue.ts';

const MINUTE = 60_000;
const XENWRIGHT = 'XENWRIGHT_BASES=/tmp/bases /mnt/node /mnt/xenwright.mjs';
/** The appliance needs no network card, so it looks for none. */
const CARD = 'modprobe virtio_net && udevadm settle';
const folder = labFolder('real-disk');
const here = ground();
afterAll(async () => {
  await here.clear();
});

/** Starts the rescue system once more, and runs commands in it. */
async function later(disk: string, store: string, ...scripts: readonly string[]): Promise<string[]> {
  const rescue = rescueSystem(await applianceBase(here), [disk, store], folder);
  const said: string[] = [];
  for (const script of [CARD, 'mkdir -p /tmp/bases && mount /dev/disk/by-id/virtio-real-1 /tmp/bases', ...scripts])
    said.push(
      await outputOf(rescue, { ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`), timeoutMs: 30 * MINUTE }),
    );
  await rescue.close();
  return said.slice(2);
}

describe('an install onto the disks of the machine at hand', () => {
  it(
    'is resumed after a kill, changes nothing the second time, reboots, and boots elsewhere with another network card',
    async () => {
      const appliance = await applianceBase(here);
      const disk = emptyDisk(folder, 'real', 10_240);
      const probing = rescueSystem(appliance, [disk], folder);
      const facts = JSON.parse(await outputOf(probing, command(`${CARD}; ${XENWRIGHT} facts`))) as Facts;
      await probing.close();
      expect(facts).toMatchObject({
        kind: 'machine',
        nics: [{ mac: '52:54:00:aa:bb:cc' }],
        disks: expect.arrayContaining([expect.objectContaining({ serial: 'real-0', sizeMiB: 10_240, holds: [] })]),
      });

      // The rescue system has no mirror of its own: what it installs from is named, and its bases are there already, on
      // a disk.
      const own = JSON.parse(
        (await exec([process.execPath, join(import.meta.dirname, '../../dist/xenwright.mjs'), 'facts'])).stdout,
      ) as Facts;
      const mirror = own.aptSources.mirrors[0]?.uri;
      // The console is the one that the emulated machine is watched by.
      const profile = readFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), 'utf8')
        .replace('{ largest: true }', '{ serial: real-0 }')
        .replace('  admin:', `  source: { mirror: ${JSON.stringify(mirror)}, securityMirror: none }\n  admin:`)
        .replace('xen: {', 'xen: { console: com1,')
        .replace('version: 1', 'version: 1\ninstall: { onFinish: reboot }');
      const loaded = loadProfile(profile, 'host.yaml', []);
      if (loaded.profile === null) throw new Error(JSON.stringify(loaded.findings));
      const builds = buildPlan(loaded.profile, facts).actions.flatMap((action) =>
        action.kind === 'base.build' ? [action] : [],
      );
      const bases = join(here.folder, 'bases');
      mkdirSync(bases);
      for (const build of builds.toSorted(
        (a, b) => Number(a.params.base.parent !== null) - Number(b.params.base.parent !== null),
      )) {
        await here.act('base.build', build.params);
        await cp(join(here.store, build.params.hash), join(bases, build.params.hash), { recursive: true });
      }
      const store = join(folder, 'bases.img');
      await exec(
        ['mke2fs', '-q', '-F', '-t', 'ext4', '-O', '^metadata_csum_seed,^orphan_file', '-d', bases, store, '6G'],
        { timeoutMs: 10 * MINUTE },
      );

      const rescue = rescueSystem(appliance, [disk, store], folder);
      const see = async (script: string): Promise<string> =>
        await outputOf(rescue, { ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`), timeoutMs: 30 * MINUTE });
      await see(
        `${CARD} && mkdir -p /tmp/bases && mount /dev/disk/by-id/virtio-real-1 /tmp/bases && cat >/tmp/host.yaml <<'END'\n${profile}\nEND\n`,
      );
      // The state lies on the second disk, so that it outlives the reboot.
      const install = `${XENWRIGHT} install /tmp/host.yaml --state /tmp/bases/state --ui json`;
      await see(
        `${install} >/tmp/out & pid=$!; while ! grep -q '"action.started","id":"web1/root/write"' /tmp/out; do sleep 0.2; done; kill -9 $pid`,
      );
      expect(await see(install)).toContain('unfinished-run');
      await expect(see(`${install} --resume; sleep 300`)).rejects.toThrow();
      const events = await later(
        disk,
        store,
        'tail -n 2 /tmp/bases/state/events.ndjson',
        `cat >/tmp/host.yaml <<'END'\n${profile}\nEND\n${install}`,
        `${XENWRIGHT} install /tmp/host.yaml --state /tmp/other`,
      );
      expect(events[0]).toContain('"type":"run.finished","result":"done"');
      expect(events[1]).toMatch(/is installed already.*nothing was changed/);
      // Without the state folder it is the marker on the disk that keeps the host.
      expect(events[2]).toMatch(/carries a finished host[^]*exit code 4/);

      expect(statSync(disk).size).toBe(10_240 * 1024 * 1024);
      const result = await bootImage(folder, disk, '--firmware', 'bios');
      expect(result, describeBoot(result)).toMatchObject({
        booted: 'xen',
        up: true,
        why: expect.stringContaining('took its place'),
      });
    },
    90 * MINUTE,
  );
});
