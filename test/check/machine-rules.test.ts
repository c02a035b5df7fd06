import { describe, expect, test } from 'vitest';
import { capturedMachine, codesWith, findingsWith, machine } from './cases.ts';

const { cpu, firmware, kernel, nics, disks } = machine();
const NO_VIRTUALIZATION = machine({ cpu: { ...cpu, virtualization: null } });
const line = { name: 'ttyS0', ioPort: 0x3f8, baud: 115_200, by: 'kernel' as const };
const onCard = { ...line, name: 'ttyS4', ioPort: 0xe060 };
// A machine that runs from one of its disks.
const real = {
  kind: 'machine' as const,
  disks: [...disks, { ...disks[0]!, path: '/dev/sdz', serial: 'system', usedBy: ['/'] }],
};

describe('a profile against a machine', () => {
  test.each([
    ['the image machine carries the minimal profile', [], machine(), []],
    [
      'Secure Boot is on',
      [],
      machine({ firmware: { ...firmware, secureBoot: true } }),
      ['machine secure-boot host.hypervisor'],
    ],
    [
      'Secure Boot is on, without Xen',
      ['host.hypervisor=none', 'domus=[]'],
      machine({ firmware: { ...firmware, secureBoot: true } }),
      [],
    ],
    [
      'BIOS is wanted, UEFI is there',
      ['host.storage.firmware=bios'],
      machine({ firmware: { kind: 'uefi', secureBoot: false } }),
      ['machine firmware-differs host.storage.firmware'],
    ],
    [
      'UEFI is wanted, BIOS is there',
      ['host.storage.firmware=uefi'],
      machine({ firmware: { kind: 'bios', secureBoot: false } }),
      ['machine firmware-differs host.storage.firmware'],
    ],
    ['both are wanted', ['host.storage.firmware=both'], machine({ firmware: { kind: 'bios', secureBoot: false } }), []],
    [
      'auto, on a system that came over the network',
      [],
      machine({ kind: 'machine', firmware: { kind: 'bios', secureBoot: false } }),
      ['warning firmware-of-rescue host.storage.firmware'],
    ],
    [
      'auto, on a system that came over the network by UEFI, with a disk that no BIOS starts from',
      [],
      machine({
        kind: 'machine',
        firmware: { kind: 'uefi', secureBoot: false },
        disks: disks.map((disk) => ({ ...disk, logicalSectorBytes: 4096 })),
      }),
      [],
    ],
    [
      'the same by BIOS: it is refused, and nobody is told to install both',
      [],
      machine({
        kind: 'machine',
        firmware: { kind: 'bios', secureBoot: false },
        disks: disks.map((disk) => ({ ...disk, logicalSectorBytes: 4096 })),
      }),
      ['machine sector-size host.storage.disks'],
    ],
    ['both, on a system that came over the network', ['host.storage.firmware=both'], machine({ kind: 'machine' }), []],
    [
      'auto, on a system from our disc',
      [],
      machine({ kind: 'machine', media: [{ path: '/dev/sr0', label: 'XENWRIGHT', kind: 'optical' }] }),
      [],
    ],
    [
      'auto, on a system from the network, with another disc in the drive',
      [],
      machine({
        kind: 'machine',
        firmware: { kind: 'bios', secureBoot: false },
        media: [{ path: '/dev/sr0', label: 'DEBIAN', kind: 'optical' }],
      }),
      ['warning firmware-of-rescue host.storage.firmware'],
    ],
    [
      'auto, on a system from a stick',
      [],
      machine({
        kind: 'machine',
        disks: [...disks, { ...disks[0]!, path: '/dev/sdz', serial: 'stick', bootMedium: true }],
      }),
      [],
    ],
    [
      'bases on the boot medium that cannot be used',
      [],
      machine({
        ...real,
        unfitBases: [
          { name: 'a', why: 'version' },
          { name: 'b', why: 'damaged' },
        ],
      }),
      ['warning carried-bases-unfit host.source', 'warning carried-bases-unfit host.source'],
    ],
    [
      'a machine that is used over a serial line',
      [],
      machine({ ...real, consoles: { screen: false, serial: [line] } }),
      [],
    ],
    [
      'it, told to speak on a screen that is not there',
      ['host.xen.console=vga'],
      machine({ ...real, consoles: { screen: false, serial: [line] } }),
      ['warning console-silent host.xen.console'],
    ],
    [
      'its firmware alone speaks there',
      ['host.xen.console=vga'],
      machine({ ...real, consoles: { screen: false, serial: [{ ...line, by: 'firmware' }] } }),
      ['warning console-silent host.xen.console'],
    ],
    ['it has a screen', ['host.xen.console=vga'], machine({ ...real, consoles: { screen: true, serial: [line] } }), []],
    [
      'it is told to speak on another line',
      ['host.xen.console=com2'],
      machine({ ...real, consoles: { screen: false, serial: [line] } }),
      [],
    ],
    [
      'a line that Xen cannot be led to',
      [],
      machine({ ...real, consoles: { screen: true, serial: [onCard] } }),
      ['warning console-out-of-reach host.xen.console'],
    ],
    [
      'it, with one of the firmware that is not what is used',
      [],
      machine({ ...real, consoles: { screen: false, serial: [onCard, { ...line, by: 'firmware' }] } }),
      ['warning console-out-of-reach host.xen.console'],
    ],
    [
      'it, with another that speaks, too',
      [],
      machine({ ...real, consoles: { screen: false, serial: [onCard, line] } }),
      [],
    ],
    [
      'it, where the profile says what is wanted',
      ['host.xen.console=vga'],
      machine({ ...real, consoles: { screen: true, serial: [onCard] } }),
      [],
    ],
    [
      'an image: the lines of this machine are not its own',
      [],
      machine({ consoles: { screen: false, serial: [onCard] } }),
      [],
    ],
    [
      'PVH without virtualization',
      ['domus.web1.type=pvh'],
      NO_VIRTUALIZATION,
      ['machine no-virtualization domus[0].type'],
    ],
    ['auto without virtualization', [], NO_VIRTUALIZATION, []],
    [
      'auto by GRUB without virtualization',
      ['domus.web1.boot=grub'],
      NO_VIRTUALIZATION,
      ['machine no-virtualization domus[0].boot'],
    ],
    [
      'LVM without a device mapper',
      [],
      machine({ ...real, kernel: { ...kernel, deviceMapper: false } }),
      ['machine no-device-mapper host.storage.layout'],
    ],
    [
      'plain without a device mapper',
      ['host.storage.layout=plain'],
      machine({ ...real, kernel: { ...kernel, deviceMapper: false } }),
      [],
    ],
    [
      'DomUs that start want more memory than there is',
      ['domus.web1.memory=4G'],
      machine(),
      ['machine memory-short domus'],
    ],
    ['nothing of before in an image, whatever is wiped', ['host.storage.wipe=none'], machine(), []],
    ['bytes of before on a disk', ['host.storage.wipe=none'], machine(real), ['warning old-bytes host.storage.wipe']],
    [
      'DomUs that are started by hand do',
      ['domus.web1.memory=4G', 'domus.web1.autostart=false'],
      machine(),
      ['warning memory-short domus'],
    ],
    ['Dom0 alone does', ['host.xen.memory=8G'], machine(), ['machine memory-short domus']],
    [
      'more vCPUs than CPUs',
      ['domus.web1.vcpus=3', 'host.xen.vcpus=4'],
      machine(),
      ['warning many-vcpus host.xen.vcpus', 'warning many-vcpus domus[0].vcpus'],
    ],
    [
      'a disk that is too small',
      [],
      machine({ disks: [{ ...disks[0]!, sizeMiB: 8000 }] }),
      ['machine disk-too-small host.storage'],
    ],
    [
      'a disk that is too small for DomUs',
      ['domus.web1.disks={data: [{ name: d, size: 1T, mount: /srv }]}'],
      machine(),
      ['machine disk-too-small host.storage'],
    ],
    ['no disk', [], machine({ disks: [] }), ['machine disk-no-fit host.storage.disks[0]']],
    [
      'a finished host',
      [],
      machine({ disks: [{ ...disks[0]!, installMarker: { id: 'x', planHash: 'y' } }] }),
      ['machine already-installed host.storage.disks'],
    ],
    ['no card', [], machine({ nics: [] }), ['warning no-nic host.network']],
    [
      'two cards with a carrier',
      [],
      machine({ nics: [...nics, { ...nics[0]!, name: 'eth1', mac: '52:54:00:00:00:01' }] }),
      ['warning several-carriers host.network'],
    ],
    [
      'a card that is not there',
      ['host.network={bridges: [{ uplinks: [{ name: eth9 }] }]}'],
      machine(),
      ['machine nic-no-fit host.network.bridges[0].uplinks[0]'],
    ],
    [
      'the first card again, by name',
      ['host.network={bridges: [{}, { uplinks: [{ name: enp0s3 }] }]}'],
      machine(),
      ['uplink-twice host.network.bridges[0]', 'warning several-gateways host.network.bridges[1]'],
    ],
    [
      'the first card again, by name, with one more card',
      ['host.network={bridges: [{}, { uplinks: [{ name: enp0s3 }] }]}'],
      machine({ nics: [...nics, { ...nics[0]!, name: 'eth1', mac: '52:54:00:00:00:01' }] }),
      ['warning several-gateways host.network.bridges[1]'],
    ],
    [
      'one of two cards that have the same MAC, by the MAC',
      [`host.network={bridges: [{ uplinks: [{ mac: "${nics[0]!.mac}" }] }]}`],
      machine({ nics: [...nics, { ...nics[0]!, name: 'ens9', pci: '0000:09:00.0' }] }),
      ['machine nic-twins host.network.bridges[0].uplinks[0]'],
    ],
    [
      'one of two ports at one place, by the place',
      ['host.network={bridges: [{ uplinks: [{ pci: "0000:09:00.0" }] }]}'],
      machine({
        nics: [
          { ...nics[0]!, pci: '0000:09:00.0' },
          { ...nics[0]!, name: 'ens9d1', mac: '52:54:00:00:00:01', pci: '0000:09:00.0' },
        ],
      }),
      ['machine nic-twins host.network.bridges[0].uplinks[0]'],
    ],
    [
      'two cards that have the same MAC, each by its name',
      ['host.network={bridges: [{ uplinks: [{ name: enp0s3 }] }, { uplinks: [{ name: ens9 }], addresses: [] }]}'],
      machine({ nics: [...nics, { ...nics[0]!, name: 'ens9', pci: '0000:09:00.0' }] }),
      [],
    ],
    [
      'a bridge called like a card that gets its name on the host',
      ['host.network={bridges: [{ name: nic0, uplinks: [{ name: eth0 }] }]}'],
      machine({ nics: [{ ...nics[0]!, name: 'eth0' }] }),
      ['duplicate-name host.network.bridges[0]'],
    ],
    [
      'the first card twice, by name and by MAC',
      [`host.network={bridges: [{ uplinks: [{ mac: "${nics[0]!.mac}" }] }, { uplinks: [{ name: enp0s3 }] }]}`],
      machine(),
      ['uplink-twice host.network.bridges[1].uplinks', 'warning several-gateways host.network.bridges[1]'],
    ],
    [
      'the first card again, by a VLAN',
      ['host.network={bridges: [{}, { uplinks: [{ name: enp0s3 }], vlan: 7 }]}'],
      machine(),
      ['warning several-gateways host.network.bridges[1]'],
    ],
    [
      'a bridge called like a card',
      ['host.network={bridges: [{ name: enp0s3 }]}'],
      machine(),
      ['duplicate-name host.network.bridges[0].name'],
    ],
    [
      'a DomU with the MAC of a card',
      [`domus.web1.network=[{ mac: "${nics[0]!.mac}" }]`],
      machine(),
      ['duplicate-mac domus[0].network[0].mac'],
    ],
  ])('%s', (_, sets, facts, expected) => {
    expect(codesWith(sets, facts)).toEqual(expected);
  });

  test('a tie between disks names each candidate', () => {
    const finding = findingsWith([], capturedMachine('rented-two-equal-nvme')).find(
      ({ severity }) => severity === 'error',
    );
    expect(finding).toMatchObject({ code: 'disk-tie', exit: 4 });
    expect(finding?.hint).toMatch(/serial S444N0.*WWN eui\.0025388501000000.*serial S444N1/);
  });

  test('numbers are told: what is wanted, what there is, what is missing', () => {
    const [memory] = findingsWith(['domus.web1.memory=4G'], machine());
    expect([memory?.message, memory?.hint]).toEqual([
      'Dom0 (1024 MiB), Xen and the DomUs with autostart need 5248 MiB; the host has 4096 MiB',
      '1152 MiB too much: reduce memory, or set autostart: false',
    ]);
  });
});
