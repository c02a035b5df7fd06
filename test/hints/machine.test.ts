/**
 * Hints of what check and plan refuse on a machine: what they say is done to the profile or the machine, and the way is
 * free.
 */
import { expect } from 'vitest';
import type { DiskFacts, Facts } from '../../src/facts/facts.ts';
import { selectDisks } from '../../src/facts/select-disks.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { deriveUuid, diskSeed } from '../../src/plan/identity.ts';
import { findingsWith, machine } from '../check/cases.ts';
import { machineFacts, profileOf } from '../plan/host.ts';
import { hint, stopped } from './hint.ts';

const image = machine();
const [disk] = image.disks as [DiskFacts];
const { cpu, firmware, kernel } = image;
/** Runs from another disk than the one that is chosen. */
const real: Partial<Facts> = {
  kind: 'machine',
  disks: [disk, { ...disk, path: '/dev/sdz', serial: 'system', sizeMiB: 1024, usedBy: ['/'] }],
};
interface Refusal {
  readonly sets?: readonly string[];
  readonly facts?: Facts;
  readonly says: string | RegExp;
  readonly done: { readonly sets?: readonly string[]; readonly facts?: Facts };
}

/** The finding is met, what its hint says is done, and no error is left. */
function mended(code: string, what: string, { sets = [], facts = image, says, done }: Refusal): void {
  hint(code, what, async () => {
    const [found] = findingsWith(sets, facts).filter(({ severity, code: one }) => severity === 'error' && one === code);
    expect(found).toMatchObject({
      code,
      hint: typeof says === 'string' ? expect.stringContaining(says) : expect.stringMatching(says),
    });
    expect(findingsWith(done.sets ?? sets, done.facts ?? facts).filter(({ severity }) => severity === 'error')).toEqual(
      [],
    );
    buildPlan(profileOf(['host.admin.password=env:PASSWORD', ...(done.sets ?? sets)]), done.facts ?? facts);
  });
}

const two = machine({ ...real, disks: [disk, { ...disk, path: '/dev/sdb', byId: null, serial: 'second' }] });
const SERIAL = ['host.storage.disks=[{ serial: second }]'];
mended('disk-tie', 'one of the candidates is named', { facts: two, says: 'serial second', done: { sets: SERIAL } });
mended('disk-too-many', 'one of the candidates is named', {
  facts: two,
  sets: ['host.storage.disks=[{ minSize: 1G }]'],
  says: 'serial second',
  done: { sets: SERIAL },
});
hint('disk-too-few', 'as many are wanted as fit', async () => {
  // More than one disk is refused before this can be met, until there is RAID.
  const wanted = { serial: 'second', count: 2 };
  const {
    problems: [problem],
  } = selectDisks([wanted], two.disks, { overwrite: 'any' });
  expect([problem?.code, problem?.values['fitting']]).toEqual(['disk-too-few', 1]);
  expect(selectDisks([{ ...wanted, count: 1 }], two.disks, { overwrite: 'any' }).problems).toEqual([]);
});
mended('disk-no-fit', 'the serial number is that of a candidate', {
  facts: two,
  sets: ['host.storage.disks=[{ serial: sceond }]'],
  says: 'serial second',
  done: { sets: SERIAL },
});
mended('disk-no-fit', 'who uses the disk has let go', {
  facts: machine({ ...real, disks: [{ ...disk, usedBy: ['xen:web1'] }] }),
  says: 'in use: xen:web1',
  done: { facts: machine(real) },
});
mended('disk-too-small', 'volumes are made smaller', {
  facts: machine({ disks: [{ ...disk, sizeMiB: 24_000 }] }),
  sets: ['domus.web1.disks={root: {size: 12G}}'],
  says: 'make volumes or the reserve smaller',
  done: { sets: ['domus.web1.disks={root: {size: 2G}}'] },
});
mended('firmware-differs', 'both are wanted', {
  facts: machine({ firmware: { kind: 'uefi', secureBoot: false } }),
  sets: ['host.storage.firmware=bios'],
  says: 'use auto or both',
  done: { sets: ['host.storage.firmware=both'] },
});
mended('memory-short', 'a DomU is started by hand', {
  sets: ['domus.web1.memory=4G'],
  says: 'autostart: false',
  done: { sets: ['domus.web1.memory=4G', 'domus.web1.autostart=false'] },
});
mended('no-device-mapper', 'another layout', {
  facts: machine({ ...real, kernel: { ...kernel, deviceMapper: false } }),
  says: 'layout: plain',
  done: { sets: ['host.storage.layout=plain'] },
});
mended('no-virtualization', 'the type is left to what there is', {
  facts: machine({ cpu: { ...cpu, virtualization: null } }),
  sets: ['domus.web1.type=pvh'],
  says: 'use auto or pv',
  done: { sets: ['domus.web1.type=auto'] },
});
mended('secure-boot', 'it is switched off', {
  facts: machine({ firmware: { ...firmware, secureBoot: true } }),
  says: 'switch Secure Boot off',
  done: { facts: image },
});
mended('nic-no-fit', 'a card that is there', {
  sets: ['host.network={bridges: [{ uplinks: [{ name: eth9 }] }]}'],
  says: 'enp0s3',
  done: { sets: ['host.network={bridges: [{ uplinks: [{ name: enp0s3 }] }]}'] },
});
const twin = { ...machine().nics[0]!, name: 'ens9', pci: '0000:09:00.0' };
mended('nic-twins', 'one is chosen by its name', {
  facts: machine({ nics: [machine().nics[0]!, twin] }),
  sets: [`host.network={bridges: [{ uplinks: [{ mac: "${twin.mac}" }] }]}`],
  says: 'by its name',
  done: { sets: ['host.network={bridges: [{ uplinks: [{ name: ens9 }] }]}'] },
});
const finished = machine({ ...real, disks: [{ ...disk, installMarker: { id: 'x', planHash: 'y', tokens: ['a'] } }] });
mended('already-installed', 'a token that the host has not seen', {
  facts: finished,
  says: 'once:TOKEN',
  done: { sets: ['install.reinstall=once:b'] },
});

const group = machineFacts('group-on-second-disk');
const first = ['host.storage.disks=[{ serial: A }]', 'host.storage.volumeGroup=vg_xen1', 'host.storage.root=4G'];
mended('group-exists', 'another name', {
  facts: group,
  sets: first,
  says: 'another name for host.storage.volumeGroup',
  done: { sets: [...first, 'host.storage.volumeGroup=vg_new'] },
});
mended('group-exists', 'the old one is renamed', {
  facts: group,
  sets: first,
  says: 'vgrename vg_xen1 vg_xen1-old',
  done: { facts: JSON.parse(JSON.stringify(group).replaceAll('vg_xen1', 'vg_xen1-old')) as Facts },
});
const [a, b] = group.disks as [DiskFacts, DiskFacts];
const copied = deriveUuid(diskSeed(group.seed, a.identity), 'partition', 0, 'xw-boot');
const earlier: Facts = { ...group, disks: [a, { ...b, uuids: [{ path: '/dev/sdb3', uuid: copied }] }] };
mended('partitions-exist', 'that disk is chosen', {
  facts: earlier,
  sets: [...first.slice(0, 1)],
  says: 'choose that disk',
  done: { sets: ['host.storage.disks=[{ serial: B }]'] },
});
mended('partitions-exist', 'it is wiped', {
  facts: earlier,
  sets: [...first.slice(0, 1)],
  says: 'wipefs --all --force /dev/sdb',
  done: { facts: { ...group, disks: [a, { ...b, holds: [] }] } },
});

for (const [lacks, what, says] of [
  ['udev', 'udev is started', 'systemctl start systemd-udevd'],
  ['orphan_file', 'a newer e2fsprogs is installed', 'install e2fsprogs 1.47'],
] as const)
  mended('installer-lacks', what, {
    facts: machine({ ...real, lacks: [lacks] }),
    sets: [`host.storage.disks=[{ serial: ${disk.serial ?? ''} }]`],
    says,
    done: { facts: machine({ ...real }) },
  });
mended('installer-lacks', 'the module is loaded', {
  facts: machine({ ...real, kernel: { ...kernel, filesystems: ['ext4'] } }),
  sets: [`host.storage.disks=[{ serial: ${disk.serial ?? ''} }]`],
  says: 'modprobe vfat',
  done: { facts: machine({ ...real, kernel: { ...kernel, filesystems: ['ext4', 'vfat'] } }) },
});
mended('root-size', 'its share is larger', {
  sets: ['host.storage.root=2%'],
  says: 'at least 2G',
  done: { sets: ['host.storage.root=2G'] },
});
mended('cache-size', 'it has a fixed size', {
  sets: ['host.storage.cache=0.1%'],
  says: 'at least 256M',
  done: { sets: ['host.storage.cache=256M'] },
});
const sectors = (bytes: number, kind: 'bios' | 'uefi'): Facts =>
  machine({
    ...real,
    disks: [{ ...disk, logicalSectorBytes: bytes }, ...(real.disks ?? []).slice(1)],
    firmware: { kind, secureBoot: false },
  });
const large = [`host.storage.disks=[{ serial: ${disk.serial ?? ''} }]`];
mended('sector-size', 'the machine is started by UEFI', {
  facts: sectors(4096, 'bios'),
  sets: large,
  says: 'start this machine by UEFI',
  done: { facts: sectors(4096, 'uefi') },
});
mended('sector-size', 'UEFI alone is asked for', {
  facts: sectors(4096, 'uefi'),
  sets: [...large, 'host.storage.firmware=both'],
  says: 'set host.storage.firmware: uefi',
  done: { sets: [...large, 'host.storage.firmware=uefi'] },
});
mended('sector-size', 'the disk is formatted with smaller ones', {
  facts: sectors(16_384, 'uefi'),
  sets: large,
  says: 'nvme format --lbaf',
  done: { facts: sectors(4096, 'uefi') },
});
const remote = machine({
  ...real,
  disks: [
    { ...disk, serial: 'far', transport: 'iscsi' },
    { ...disk, path: '/dev/sdy', serial: 'near', transport: 'sas' },
  ],
});
mended('remote-root', 'a local disk is chosen', {
  facts: remote,
  sets: ['host.storage.disks=[{ serial: far, transport: iscsi }]'],
  says: 'choose a local disk',
  done: { sets: ['host.storage.disks=[{ serial: near }]'] },
});

hint('mirror-unknown', 'a mirror is named', async () => {
  const facts: Facts = {
    ...group,
    aptSources: {
      mirrors: [
        { uri: 'http://security.example.org/debian-security', suites: ['trixie-security'], components: ['main'] },
      ],
    },
  };
  const plain = ['host.storage.disks=[{ serial: A }]', 'host.storage.volumeGroup=own'];
  await stopped('mirror-unknown', 'host.source.mirror', () => buildPlan(profileOf(plain), facts));
  buildPlan(profileOf([...plain, 'host.source.mirror=http://mirror.example.org/debian']), facts);
});
hint('not-supported-yet', 'one disk is named', async () => {
  await stopped('not-supported-yet', 'name one disk', () =>
    buildPlan(profileOf(['host.storage.disks=[{ minSize: 1G, count: 2 }]']), two),
  );
  buildPlan(profileOf(SERIAL), two);
});
hint('boot-size', 'a fixed size', async () => {
  await stopped('boot-size', 'like 1G', () => buildPlan(profileOf(['host.storage.boot=rest']), image));
  buildPlan(profileOf(['host.storage.boot=1G']), image);
});
hint('boot-unfit', 'a way to boot that fits', async () => {
  await stopped('boot-unfit', 'pygrub or direct', () =>
    buildPlan(profileOf(['domus.web1.type=pv', 'domus.web1.boot=grub']), image),
  );
  buildPlan(profileOf(['domus.web1.type=pv', 'domus.web1.boot=pygrub']), image);
});
