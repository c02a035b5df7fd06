/** Each check of `host status`: what tools and files say, as captured, and what is found in it. */
import { describe, expect, test } from 'vitest';
import { judgeClock } from '../../../src/host/status/checks/clock.ts';
import { judgeFilesystems } from '../../../src/host/status/checks/filesystems.ts';
import { judgeMemory } from '../../../src/host/status/checks/memory.ts';
import { judgeRaid } from '../../../src/host/status/checks/raid.ts';
import { judgeRestart, type RestartSeen } from '../../../src/host/status/checks/restart.ts';
import { judgeDisk } from '../../../src/host/status/checks/smart.ts';
import { judgeUnits } from '../../../src/host/status/checks/units.ts';
import { judgeUpdates } from '../../../src/host/status/checks/updates.ts';
import { judgeVolumes } from '../../../src/host/status/checks/volumes.ts';
import { judgeXen, type XenSeen } from '../../../src/host/status/checks/xen.ts';
import type { StatusFinding } from '../../../src/host/status/finding.ts';
import { LATE, MISSING, said, short } from './answers.ts';

const one = (found: readonly StatusFinding[]): string => found.map(short).join('; ');

describe('xen', () => {
  const SETTINGS = '{"version":1,"hypervisor":"xen","bridge":"xenbr0","device":"xenbr0","wantsAddress":true}';
  const UP = '{"version":1,"bootId":"b1","dom0":{"up":true},"domus":[],"fallback":false,"why":null}';
  const seen: XenSeen = {
    capabilities: 'control_d\n',
    type: 'xen',
    version: '4.20.2',
    verdict: UP,
    settings: SETTINGS,
    bootId: 'b1',
    installed: ['xl.conf'],
    checking: 'active',
  };
  const plain: XenSeen = { ...seen, capabilities: null, type: null, version: null };

  test('a host under Xen is well, and its version is told', () => {
    expect(judgeXen(seen).map(short)).toEqual(['ok xen.running: Xen 4.20.2 is running']);
  });

  test('one that fell back says why, as its boot check has found', () => {
    const verdict = '{"bootId":"b1","fallback":true,"why":"Xen did not come up: \\u001b[31mdamaged"}';
    expect(judgeXen({ ...plain, verdict }).map(short)).toEqual([
      'critical xen.fallback: this host fell back to plain Linux: Xen did not come up: [31mdamaged',
    ]);
  });

  test.each([
    [{ verdict: null, checking: 'activating' }, 'ok xen.running: Xen 4.20.2 is running; unknown xen.checking'],
    [{ verdict: null, checking: 'inactive' }, 'ok xen.running: Xen 4.20.2 is running; unknown xen.unchecked'],
    [{ verdict: UP, bootId: 'b2' }, 'ok xen.running: Xen 4.20.2 is running; unknown xen.unchecked'],
    [{ verdict: '{"bootId":"b1","why":"xenbr0 has no address"}' }, 'warning xen.boot: the boot check found: xenbr0'],
    [{ verdict: '{torn' }, 'unknown xen.unchecked'],
    [{ settings: null, verdict: null }, 'ok xen.running'],
    [{ ...plain, verdict: null, settings: null }, 'critical xen.without'],
    [{ ...plain, settings: null, installed: [] }, 'unknown xen.none'],
    [{ ...plain, settings: '{"hypervisor":"none"}', verdict: UP }, 'ok xen.unwanted'],
    [{ ...plain, type: 'xen', settings: null }, 'unknown xen.guest'],
  ])('%j', (change, wanted) => {
    expect(one(judgeXen({ ...seen, ...change }))).toContain(wanted);
  });
});

describe('raid', () => {
  const head = 'Personalities : [raid1] [raid6] [raid5]\n';
  const tail = '\nunused devices: <none>\n';
  test.each([
    ['md0 : active raid1 sdb1[1] sda1[0]\n      1046528 blocks super 1.2 [2/2] [UU]\n', 'ok raid.whole: md0'],
    [
      'md0 : active raid1 sda1[0]\n      1046528 blocks super 1.2 [2/1] [U_]\n',
      'critical raid.degraded: md0 is degraded: 1 of 2',
    ],
    [
      'md127 : active (auto-read-only) raid1 sdb1[1](F) sda1[0]\n      1046528 blocks [2/1] [U_]\n      bitmap: 1/1 pages\n',
      'critical raid.failed: md127 is degraded: 1 of 2 disks work; failed: sdb1',
    ],
    [
      'md0 : active raid5 sdd1[4] sdb1[1] sda1[0]\n      209 blocks level 5 [3/2] [UU_]\n      [==>..]  recovery = 12.6% (37/292) finish=127.5min speed=33K/sec\n',
      'warning raid.rebuilding: md0 is rebuilding: 12 % done',
    ],
    [
      'md0 : active raid1 sdb1[1] sda1[0]\n      104 blocks [2/2] [UU]\n      [>....]  resync =  5.0% (1/2) finish=1min\n',
      'ok raid.resync: md0 is comparing its copies: 5 % done',
    ],
    ['md0 : active raid1 sdb1[1] sda1[0]\n      104 blocks [2/2] [UU]\n      \tresync=PENDING\n', 'ok raid.whole'],
    ['md0 : active raid1 sdc1[2](F) sdb1[1] sda1[0]\n      104 blocks [2/2] [UU]\n', 'warning raid.spare'],
    ['md0 : inactive sdb1[1](S)\n      104 blocks super 1.2\n', 'critical raid.inactive'],
    ['md0 : active raid0 sdb1[1] sda1[0]\n      208 blocks super 1.2 512k chunks\n', 'ok raid.whole'],
  ])('%j', (array, wanted) => {
    expect(one(judgeRaid(head + array + tail))).toContain(wanted);
  });

  test('several are told apart, and a host without md has nothing to tell', () => {
    const two = `${head}md1 : active raid1 sda2[0]\n      1 blocks [2/1] [U_]\n      \nmd0 : active raid1 sdb1[1] sda1[0]\n      1 blocks [2/2] [UU]\n${tail}`;
    expect(judgeRaid(two).map(({ subject, state }) => `${subject} ${state}`)).toEqual(['md1 critical', 'md0 ok']);
    expect([judgeRaid(null), judgeRaid(head + tail)]).toEqual([[], []]);
  });
});

describe('smart', () => {
  const disk = (report: object, exitCode = 0, isRoot = true): string =>
    one(judgeDisk({ name: 'sda', answer: said(JSON.stringify(report), exitCode) }, isRoot));
  const attribute = (id: number, value: number): object => ({ id, raw: { value } });
  const passed = { smart_status: { passed: true } };

  test.each([
    [passed, 0, 'ok smart.well'],
    [{ smart_status: { passed: false } }, 8, 'critical smart.failing'],
    [
      { ...passed, ata_smart_attributes: { table: [attribute(5, 9), attribute(197, 3), attribute(198, 2)] } },
      64,
      'warning smart.sectors: disk sda: sectors that cannot be read: 3',
    ],
    [
      { ...passed, nvme_smart_health_information_log: { critical_warning: 4, percentage_used: 3 } },
      0,
      'critical smart.failing',
    ],
    [
      { ...passed, nvme_smart_health_information_log: { critical_warning: 0, percentage_used: 97 } },
      0,
      'warning smart.worn: disk sda has used 97 %',
    ],
    [{ ...passed, nvme_smart_health_information_log: { media_errors: 2 } }, 0, 'warning smart.sectors'],
    [{ smartctl: { messages: [{ string: 'Device is in STANDBY mode, exit(2)' }] } }, 2, 'ok smart.asleep'],
  ])('%j with exit code %i', (report, exitCode, wanted) => {
    expect(disk(report, exitCode)).toContain(wanted);
  });

  test('a disk without SMART is not spoken of, one that does not answer is', () => {
    expect(disk({ smartctl: { messages: [{ string: 'Unknown USB bridge' }] } }, 2)).toBe('');
    expect(one(judgeDisk({ name: 'sda', answer: LATE }, true))).toBe(
      'unknown unknown.late: smartctl sda did not answer in time',
    );
    expect(disk({ smartctl: { messages: [{ string: 'Permission denied' }] } }, 2, false)).toBe(
      'unknown unknown.root: smartctl sda only answers root',
    );
  });
});

describe('filesystems', () => {
  const head = 'Mounted on Type 1B-blocks Avail Inodes IUsed\n';
  const seen = (rows: string, mounts = '', fstab = ''): string =>
    one(judgeFilesystems({ answer: said(head + rows, 1), mounts, fstab }));

  test('each is told once, by how full it is; vfat has no inodes', () => {
    const rows =
      '/ ext4 1000000000 500000000 1000 100\n/ ext4 1000000000 500000000 1000 100\n/boot/efi vfat 1000000000 30000000 0 0\n/boot ext4 1000000000 120000000 1000 990\n';
    expect(seen(rows)).toBe(
      'ok filesystems.used: /: 50 % full, 476 MiB free; critical filesystems.used: /boot/efi: 97 % full, 28 MiB free; ' +
        'warning filesystems.used: /boot: 88 % full, 114 MiB free; critical filesystems.inodes: /boot: 99 % of the inodes are used',
    );
  });

  test('one that the kernel has made read-only is critical; one that fstab wants so is not', () => {
    const row = '/ ext4 1000000000 500000000 1000 100\n';
    const mounts = '/dev/sda3 / ext4 ro,relatime 0 0\n';
    expect(seen(row, mounts)).toContain('critical filesystems.readOnly: / is read-only');
    expect(seen(row, mounts, 'UUID=x / ext4 defaults,ro 0 1\n')).not.toContain('read-only');
  });

  test('a df that hangs is unknown', () => {
    expect(one(judgeFilesystems({ answer: LATE, mounts: '', fstab: '' }))).toContain('unknown unknown.late: df');
  });
});

describe('volumes', () => {
  type VolumeRow = readonly [name: string, attributes: string, data: string, health?: string];
  const groups = (missing: string): string =>
    JSON.stringify({
      report: [
        { vg: [{ vg_name: 'vg0', vg_size: '10737418240', vg_free: '1073741824', vg_missing_pv_count: missing }] },
      ],
    });
  const volumes = (...rows: readonly VolumeRow[]): string =>
    JSON.stringify({
      report: [
        {
          lv: rows.map(([lv_name, lv_attr, data_percent, lv_health_status = '']) => ({
            vg_name: 'vg0',
            lv_name,
            lv_attr,
            data_percent,
            metadata_percent: '',
            lv_health_status,
          })),
        },
      ],
    });
  const seen = (missing: string, ...rows: readonly VolumeRow[]): string =>
    one(judgeVolumes({ isRoot: true, groups: said(groups(missing)), volumes: said(volumes(...rows)) }));

  test('room, snapshots and pools', () => {
    expect(
      seen('0', ['root', '-wi-ao----', ''], ['snap', 'swi-a-s---', '96.10'], ['thin', 'twi-aotz--', '81.00']),
    ).toBe(
      'ok volumes.group: volume group vg0: 1024 MiB of 10.0 GiB free; critical volumes.snapshot: snapshot vg0/snap: 96 % full; ' +
        'warning volumes.pool: thin pool vg0/thin: 81 % full',
    );
  });

  test('what is lost: a full snapshot, a disk that is gone', () => {
    expect(seen('1', ['snap', 'swi-I-s---', '100.00'], ['web1', '-wi-ao--p-', '', 'partial'])).toBe(
      'critical volumes.missing: volume group vg0: missing disks: 1; critical volumes.fault: volume vg0/snap is damaged: invalid; ' +
        'critical volumes.fault: volume vg0/web1 is damaged: partial',
    );
  });

  test('hosts without volume groups have nothing to tell; who is not root is told so', () => {
    expect(judgeVolumes({ isRoot: true, groups: MISSING, volumes: MISSING })).toEqual([]);
    expect(one(judgeVolumes({ isRoot: false, groups: said('{"report":[{"vg":[]}]}'), volumes: said('') }))).toMatch(
      /^unknown unknown.root: vgs/,
    );
  });
});

describe('restart', () => {
  const seen: RestartSeen = {
    required: null,
    packages: '',
    release: '6.12.48+deb13-amd64',
    xen: '4.20.2',
    files: [
      { name: 'vmlinuz-6.12.48+deb13-amd64', changed: 100 },
      { name: 'vmlinuz-6.9.1+deb13-amd64', changed: 100 },
      { name: 'xen-4.20-amd64.gz', changed: 100 },
    ],
    started: 1000,
  };
  const more = (name: string, changed = 100): Partial<RestartSeen> => ({ files: [...seen.files, { name, changed }] });

  test.each([
    [{}, 'ok restart.none: no restart is due'],
    [
      more('vmlinuz-6.12.57+deb13-amd64'),
      'warning restart.kernel: restart due: kernel 6.12.57+deb13-amd64 is installed',
    ],
    [more('vmlinuz-6.16.3+deb13-cloud-amd64'), 'ok restart.none'],
    [more('xen-4.22-amd64.gz'), 'warning restart.xen: restart due: Xen 4.22'],
    [
      { files: [{ name: 'xen-4.20-amd64.gz', changed: 2000 }] },
      'warning restart.xen: restart due: Xen 4.20 was installed',
    ],
    [{ files: [{ name: 'vmlinuz-6.12.48+deb13-amd64', changed: 2000 }] }, 'warning restart.kernel'],
    [{ files: [{ name: 'xen-4.20.1.gz', changed: 10 }] }, 'ok restart.none'],
    [{ files: [{ name: 'xen-4.20.3.gz', changed: 10 }] }, 'warning restart.xen'],
    [{ xen: null, ...more('xen-4.22-amd64.gz') }, 'ok restart.none'],
    [{ release: '6.1.0-emulated', ...more('vmlinuz-7.0-amd64') }, 'ok restart.none'],
    [
      { required: '*** System restart required ***\n', packages: 'linux-base\ndbus\ndbus\n' },
      'warning restart.packages: restart due: asked for by linux-base, dbus',
    ],
    [{ required: '', packages: '' }, 'warning restart.required'],
  ])('%j', (change, wanted) => {
    expect(one(judgeRestart({ ...seen, ...change }))).toContain(wanted);
  });
});

describe('clock', () => {
  const chrony = (offset: string, leap = 'Normal'): ReturnType<typeof said> =>
    said(`C0A80001,192.168.0.1,3,1764500000.1,${offset},0.00001,0.00002,1.2,0.01,0.02,0.001,0.002,64.5,${leap}\n`);
  const show = (ntp: string, isInStep: string): ReturnType<typeof said> =>
    said(`NTP=${ntp}\nNTPSynchronized=${isInStep}\n`);
  test.each([
    [show('yes', 'yes'), MISSING, '9000', 'ok clock.inStep'],
    [show('yes', 'no'), MISSING, '9000.1 3.2', 'warning clock.notInStep'],
    [show('yes', 'no'), MISSING, '90.1 3.2', 'unknown clock.soon'],
    [show('no', 'no'), MISSING, '9000', 'warning clock.nobody'],
    [show('no', 'no'), said('', 1), '9000', 'warning clock.notInStep'],
    [show('no', 'yes'), chrony('-0.000012'), '9000', 'ok clock.inStep'],
    [show('no', 'yes'), chrony('-2.52'), '9000', 'warning clock.off: the clock is off by 2.5 s'],
    [show('no', 'yes'), chrony('3600.1'), '9000', 'critical clock.off'],
    [LATE, MISSING, '9000', 'unknown unknown.late: timedatectl'],
  ])('%j, chrony %j, up for %s', (timedatectl, chronyc, uptime, wanted) => {
    expect(one(judgeClock({ timedatectl, chronyc, uptime }))).toContain(wanted);
  });
});

describe('units, updates, memory', () => {
  test('units that failed are named; those of Xen are critical', () => {
    const row = (name: string): string => `${name} loaded failed failed What it is\n`;
    expect(one(judgeUnits(said('')))).toBe('ok units.none: no unit has failed');
    expect(one(judgeUnits(said(row('apt-daily.service'))))).toBe(
      'warning units.failed: failed units (1): apt-daily.service',
    );
    expect(one(judgeUnits(said(`● ${row('a.mount')}${row('xenwright-domus.service')}`)))).toBe(
      'critical units.failed: failed units (2): a.mount, xenwright-domus.service',
    );
    // Why a DomU is not up is said of the DomU.
    expect(one(judgeUnits(said(row('xenwright-domu@web\\x2d1.service'))))).toBe('ok units.none: no unit has failed');
    expect(judgeUnits(MISSING)).toEqual([]);
    expect(one(judgeUnits(said('', 1, 'Failed to connect to bus')))).toBe(
      'unknown unknown.failed: systemctl failed: Failed to connect to bus',
    );
  });

  test('security updates are counted by their origin; old lists are told', () => {
    const text =
      'Reading package lists...\nInst openssl [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])\n' +
      'Inst vim [2:9.1] (2:9.2 Debian:13.2/stable [amd64])\nInst linux-image-6.12.57 (6.12.57-1 Debian-Security:13/stable-security [amd64])\n' +
      'Conf openssl (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])\n';
    expect(one(judgeUpdates({ answer: said(text), fetched: 0, nowSeconds: 86_400 * 8 }))).toBe(
      'warning updates.pending: pending security updates (2): openssl, linux-image-6.12.57; ' +
        'warning updates.old: the lists of packages are old; age in days: 8',
    );
    expect(one(judgeUpdates({ answer: said(''), fetched: 5, nowSeconds: 9 }))).toBe(
      'ok updates.none: no security update is pending',
    );
    expect(judgeUpdates({ answer: MISSING, fetched: null, nowSeconds: 9 })).toEqual([]);
  });

  test('memory of Xen and of Dom0', () => {
    const meminfo = 'MemTotal:        1000000 kB\nMemFree:  10 kB\nMemAvailable:      20000 kB\n';
    expect(one(judgeMemory({ isRoot: true, info: said('free_memory            : 2371\n'), meminfo }))).toBe(
      'ok memory.free: memory that Xen can still give: 2371 MiB; critical memory.dom0: memory of Dom0: 98 % used',
    );
    expect(one(judgeMemory({ isRoot: false, info: said('', 1, 'denied'), meminfo: null }))).toBe(
      'unknown unknown.root: xl info only answers root',
    );
  });
});
