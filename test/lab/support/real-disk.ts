/**
 * `xenwright install` onto the disk of the machine it runs on, as in a rescue system: killed and resumed, run a second
 * time, rebooted at its end. The disk and the firmware may be of several kinds.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ApplianceExecutor } from '../../../src/appliance/executor.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import { exec } from '../../../src/system/process/exec.ts';
import { uefiArguments } from '../../../src/system/vm/boot-machine.ts';
import type { Ground } from '../bases.ts';
import { applianceBase, command, emptyDisk, outputOf } from './appliance.ts';
import { BUNDLE } from './cli.ts';
import { rescueSystem, type RescueDisk } from './rescue.ts';

const MINUTE = 60_000;
const DISK_MIB = 10_240;
const XENWRIGHT = 'XENWRIGHT_BASES=/tmp/bases /mnt/node /mnt/xenwright.mjs';
/** The appliance needs no network card, so it looks for none. */
const CARD = 'modprobe virtio_net && udevadm settle';
/** The second disk: bases, and the state, so that it outlives the reboot. */
const STORE = 'mkdir -p /tmp/bases && mount /dev/disk/by-id/virtio-real-1 /tmp/bases';
const INSTALL = `${XENWRIGHT} install /tmp/host.yaml --state /tmp/bases/state --ui json`;

export interface RealDisk {
  readonly folder: string;
  readonly here: Ground;
  readonly firmware: 'bios' | 'uefi';
  /** Of the disk that is installed to. */
  readonly sectorBytes: 512 | 4096;
  /** Images of disks that the machine has as well. */
  readonly beside?: readonly string[];
}

/** Installs the lab's host; gives the image of its disk. */
export async function installOntoRealDisk(real: RealDisk): Promise<string> {
  const image = emptyDisk(real.folder, 'real', DISK_MIB);
  const facts = await factsOf(real, image);
  expect(facts).toMatchObject({
    kind: 'machine',
    firmware: { kind: real.firmware },
    nics: [{ mac: '52:54:00:aa:bb:cc' }],
    disks: expect.arrayContaining([
      expect.objectContaining({ serial: 'real-0', sizeMiB: DISK_MIB, logicalSectorBytes: real.sectorBytes, holds: [] }),
    ]),
  });
  const profile = await profileOf();
  const store = await storeFor(real, profile, facts);
  const giveProfile = `cat >/tmp/host.yaml <<'END'\n${profile}\nEND\n`;

  const rescue = await rescueOf(real, image, store);
  await see(rescue, `${CARD} && ${STORE} && ${giveProfile}`);
  await see(
    rescue,
    `${INSTALL} >/tmp/out & pid=$!; while ! grep -q '"action.started","id":"web1/root/write"' /tmp/out; do kill -0 $pid || { cat /tmp/out; break; }; sleep 0.2; done; kill -9 $pid`,
  );
  expect(await see(rescue, INSTALL)).toContain('unfinished-run');
  await expect(see(rescue, `${INSTALL} --resume; sleep 300`)).rejects.toThrow();

  const again = await rescueOf(real, image, store);
  await see(again, CARD);
  await see(again, STORE);
  expect(await see(again, 'tail -n 2 /tmp/bases/state/events.ndjson')).toContain(
    '"type":"run.finished","result":"done"',
  );
  expect(await see(again, `${giveProfile}${INSTALL}`)).toMatch(/is installed already.*nothing was changed/);
  // Without the state folder it is the marker on the disk that keeps the host.
  expect(await see(again, `${XENWRIGHT} install /tmp/host.yaml --state /tmp/other`)).toMatch(
    /carries a finished host[^]*exit code 4/,
  );
  await again.close();
  expect(statSync(image).size).toBe(DISK_MIB * 1024 * 1024);
  return image;
}

/** What commands say, by standard output and error, and their exit code where it is not 0. */
async function see(rescue: ApplianceExecutor, script: string): Promise<string> {
  return await outputOf(rescue, { ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`), timeoutMs: 30 * MINUTE });
}

/** The machine with its disks: the one to install to, the store where there is one already, and the others. */
async function rescueOf(
  { here, folder, firmware, sectorBytes, beside = [] }: RealDisk,
  image: string,
  store: string | null,
): Promise<ApplianceExecutor> {
  const disks: RescueDisk[] = [
    sectorBytes === 512 ? image : { image, sectorBytes },
    ...(store === null ? [] : [store]),
    ...beside,
  ];
  return rescueSystem(await applianceBase(here), disks, folder, firmware === 'uefi' ? await uefiArguments(folder) : []);
}

async function factsOf(real: RealDisk, image: string): Promise<Facts> {
  const rescue = await rescueOf(real, image, null);
  const said = await outputOf(rescue, command(`${CARD}; ${XENWRIGHT} facts`));
  await rescue.close();
  return JSON.parse(said) as Facts;
}

/**
 * The rescue system has no mirror of its own: what it installs from is named. The console is the one that the emulated
 * machine is watched by.
 */
async function profileOf(): Promise<string> {
  const own = JSON.parse((await exec([process.execPath, BUNDLE, 'facts'])).stdout) as Facts;
  const mirror = own.aptSources.mirrors[0]?.uri;
  return readFileSync(join(import.meta.dirname, '../../profiles/lab.yaml'), 'utf8')
    .replace('{ largest: true }', '{ serial: real-0 }')
    .replace('  admin:', `  source: { mirror: ${JSON.stringify(mirror)}, securityMirror: none }\n  admin:`)
    .replace('xen: {', 'xen: { console: com1,')
    .replace('version: 1', 'version: 1\ninstall: { onFinish: reboot }');
}

/** A disk with the bases that the profile's plan needs on that machine. */
async function storeFor({ here, folder }: RealDisk, profile: string, facts: Facts): Promise<string> {
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
  await exec(['mke2fs', '-q', '-F', '-t', 'ext4', '-O', '^metadata_csum_seed,^orphan_file', '-d', bases, store, '6G'], {
    timeoutMs: 10 * MINUTE,
  });
  return store;
}
