/** `host.storage`: which disks, and how large what is. */
import { oneOf, yesOrNo, type FieldRow, type FieldRows } from './row.ts';

const selector = (field: string): string => `host.storage.disks=[{ ${field}: @ }]`;
const DISK = ['plan', '/dev/disk/by-id/virtio-xw-disk0'] as const;

/** Sizes of volumes: what is typed where `1G` is meant, what is larger than any disk, and what belongs to other fields. */
const volume = (put: string, volumeName: string, wrong: FieldRow['wrong'] = []): FieldRow => ({
  put,
  wrong: [
    ['4096', 'invalid-format'],
    ['4g', 'invalid-format'],
    ['4 gigabytes', 'invalid-format'],
    ['110%', 'invalid-format'],
    ['-1G', 'invalid-format'],
    ['"4,5G"', 'invalid-format'],
    ['4G+', 'invalid-format'],
    ['999999999999T', 'invalid-format'],
    ['1T', 'disk-too-small'],
    ...wrong,
  ],
  right: [
    ['4.5G', 'plan', `${volumeName} 4608`],
    ['5 GiB', 'plan', `${volumeName} 5120`],
    ['6GB', 'plan', `${volumeName} 572`],
    ['2050M', 'plan', `${volumeName} 2052`],
  ],
});

export const storageRows: FieldRows = {
  'DiskSelector.serial': {
    put: selector('serial'),
    wrong: [
      ['12345678', 'invalid-type'],
      ['WD-1235', 'disk-no-fit'],
      ['""', 'too-small'],
    ],
    right: [
      ['WD-1234', ...DISK],
      ['"WD-1234"', ...DISK],
      ['wd-1234', ...DISK],
    ],
  },
  'DiskSelector.wwn': {
    put: selector('wwn'),
    wrong: [
      ['0x5000c500a1b2c3d4', 'invalid-type'],
      ['"0x5000c500a1b2c3d5"', 'disk-no-fit'],
      ['wwn-5000c500', 'disk-no-fit'],
    ],
    right: [
      ['"0x5000c500a1b2c3d4"', ...DISK],
      ['5000c500a1b2c3d4', ...DISK],
      ['"0x5000C500A1B2C3D4"', ...DISK],
    ],
  },
  'DiskSelector.model': {
    put: selector('model'),
    wrong: [
      ['870', 'invalid-type'],
      ['Samsung SSD 860', 'disk-no-fit'],
      ['[Samsung]', 'invalid-type'],
    ],
    right: [
      ['Samsung SSD 870', ...DISK],
      ['samsung ssd 870', ...DISK],
      ['SAMSUNG SSD 870', ...DISK],
    ],
  },
  'DiskSelector.path': {
    put: selector('path'),
    wrong: [
      ['sda', 'bad-path'],
      ['/dev/sd a', 'bad-path'],
      ['/dev/sdz', 'disk-no-fit'],
      ['/dev/', 'bad-path'],
      ['UUID=1234', 'bad-path'],
      ['/dev/../etc', 'bad-path'],
    ],
    right: [
      ['/dev/vda', ...DISK],
      ['/dev/disk/by-id/virtio-xw-disk0', ...DISK],
    ],
    few: 'the right ones are the names of the disk',
  },
  'DiskSelector.minSize': {
    put: selector('minSize'),
    wrong: [
      ['64', 'invalid-format'],
      ['1T', 'disk-no-fit'],
      ['10%', 'invalid-format'],
      ['64g', 'invalid-format'],
    ],
    right: [
      ['64G', ...DISK],
      ['0M', ...DISK],
      ['68.7GB', ...DISK],
    ],
  },
  'DiskSelector.maxSize': {
    put: selector('maxSize'),
    wrong: [
      ['64', 'invalid-format'],
      ['63G', 'disk-no-fit'],
      ['rest', 'invalid-format'],
    ],
    right: [
      ['64G', ...DISK],
      ['65536 MiB', ...DISK],
      ['100T', ...DISK],
    ],
  },
  'DiskSelector.transport': {
    put: selector('transport'),
    wrong: [
      ['ssd', 'disk-no-fit'],
      ['scsi', 'disk-no-fit'],
      ['nvme', 'disk-no-fit'],
    ],
    right: [
      ['virtio', ...DISK],
      ['VirtIO', ...DISK],
    ],
    few: 'the right one is that of the disk',
  },
  'DiskSelector.rotational': yesOrNo(selector('rotational'), [['false', ...DISK]]),
  'DiskSelector.largest': yesOrNo(selector('largest'), [
    ['true', ...DISK],
    ['false', ...DISK],
  ]),
  'DiskSelector.smallest': yesOrNo(selector('smallest'), [
    ['true', ...DISK],
    ['false', ...DISK],
  ]),
  'DiskSelector.count': {
    put: selector('count'),
    wrong: [
      ['0', 'too-small'],
      ['all', 'invalid-type'],
      ['2', 'not-supported-yet'],
      ['1.5', 'invalid-type'],
    ],
    right: [
      ['1', ...DISK],
      ['1.0', ...DISK],
    ],
    few: 'more disks than one are not supported yet',
  },
  'Storage.firmware': oneOf('host.storage.firmware=@', 'efi', [
    ['bios', 'plan', '"uefi":false'],
    ['uefi', 'plan', '"bios":false'],
    ['both', 'plan', '"uefi":true'],
  ]),
  'Storage.layout': oneOf(['host.storage.layout=@', 'host.storage.cache=0'].slice(0, 1), 'LVM', [
    ['lvm', '/etc/fstab', '/var/lib/xenwright'],
    ['plain', '/etc/fstab', 'ext4'],
  ]),
  'Storage.raid': {
    put: 'host.storage.raid=@',
    wrong: [
      ['5', 'invalid-value'],
      ['raid1', 'invalid-value'],
      ['1', 'not-supported-yet'],
    ],
    right: [['null', ...DISK]],
    few: 'RAID is not supported yet',
  },
  'Storage.encryption.passphrase': {
    put: 'host.storage.encryption={passphrase: @}',
    wrong: [
      ['secret', 'invalid-format'],
      ['"env:"', 'invalid-format'],
      ['"prompt:"', 'not-supported-yet'],
    ],
    right: [],
    few: 'encryption is not supported yet',
  },
  'Storage.encryption.unlock': {
    put: 'host.storage.encryption={passphrase: "prompt:", unlock: @}',
    wrong: [
      ['tpm', 'invalid-value'],
      ['true', 'invalid-value'],
      ['console', 'not-supported-yet'],
    ],
    right: [],
    few: 'encryption is not supported yet',
  },
  'Storage.filesystem': {
    put: 'host.storage.filesystem=@',
    wrong: [
      ['ext3', 'invalid-value'],
      ['EXT4', 'invalid-value'],
      ['xfs', 'not-supported-yet'],
    ],
    right: [['ext4', '/etc/fstab', ' / ext4 ']],
    few: 'others are not supported yet',
  },
  'Storage.volumeGroup': {
    put: 'host.storage.volumeGroup=@',
    wrong: [
      ['vg 1', 'bad-volume-group'],
      ['-vg', 'bad-volume-group'],
      ['/dev/vg0', 'bad-volume-group'],
      ['sda', 'bad-volume-group'],
      ['..', 'bad-volume-group'],
      ['vg:0', 'bad-volume-group'],
      ['disk', 'bad-volume-group'],
      ['vgä', 'bad-volume-group'],
      ['a'.repeat(128), 'bad-volume-group'],
    ],
    right: [
      ['vg0', 'lvmlocal.conf', '/dev/vg0/'],
      ['VG_1', 'lvmlocal.conf', '/dev/VG_1/'],
      ['xen-vg', 'lvmlocal.conf', '/dev/mapper/xen--vg-'],
      ['vg+1.a', 'lvmlocal.conf', String.raw`/dev/vg[+]1[.]a/`],
    ],
  },
  'Storage.boot': {
    put: 'host.storage.boot=@',
    wrong: [
      ['10%', 'boot-size'],
      ['rest', 'boot-size'],
      ['0', 'boot-size'],
      ['256M', 'boot-size'],
      ['1g', 'invalid-format'],
    ],
    right: [
      ['384M', 'plan', 'xw-boot 384'],
      ['1.5G', 'plan', 'xw-boot 1536'],
      ['1GB', 'plan', 'xw-boot 953'],
    ],
  },
  'Storage.root': volume('host.storage.root=@', 'dom0/volume/root', [
    ['0', 'root-size'],
    ['1%', 'root-size'],
  ]),
  'Storage.swap': volume('host.storage.swap=@', 'dom0/volume/swap'),
  'Storage.cache': volume('host.storage.cache=@', 'dom0/volume/cache', [
    ['0', 'cache-size'],
    ['100M', 'cache-size'],
  ]),
  'Storage.reserve': {
    put: 'host.storage.reserve=@',
    wrong: [
      ['10', 'invalid-format'],
      ['101%', 'invalid-format'],
      ['10 percent', 'invalid-format'],
    ],
    right: [
      ['0', 'plan', '"freeMiB"'],
      ['12.5%', 'plan', '"freeMiB"'],
      ['rest', 'plan', '"freeMiB"'],
      ['10 %', 'plan', '"freeMiB"'],
    ],
  },
  'Storage.wipe': oneOf('host.storage.wipe=@', 'all', [
    ['none', '/etc/hostname', 'xen1'],
    ['auto', '/etc/hostname', 'xen1'],
  ]),
  'Storage.keep.vg': {
    put: 'host.storage.keep=[{ vg: @, lv: data }]',
    wrong: [
      ['1', 'invalid-type'],
      ['""', 'too-small'],
      ['vg0', 'not-supported-yet'],
    ],
    right: [],
    few: 'keeping volumes is not supported yet',
  },
  'Storage.keep.lv': {
    put: 'host.storage.keep=[{ vg: vg0, lv: @ }]',
    wrong: [
      ['1', 'invalid-type'],
      ['""', 'too-small'],
      ['data', 'not-supported-yet'],
    ],
    right: [],
    few: 'keeping volumes is not supported yet',
  },
};
