import { describe, expect, it } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { domuRecord, domuRecordOf } from '../../../src/plan/domu/domu-record.ts';
import { domuTree } from '../../../src/plan/domu/domu.ts';
import { dom0Packages, domuPackages } from '../../../src/plan/trees/packages.ts';
import { xlConfig } from '../../../src/plan/domu/xl-config.ts';
import { fileIn, has, modelOf } from '../trees/model.ts';

const model = modelOf();
const [web1, db1] = [model.domus[0]!, model.domus[1]!];

describe('xl.cfg', () => {
  it('starts a PVH guest by Debian’s GRUB for PVH, on its own volumes', () => {
    const text = xlConfig(model, web1);
    expect(text).toContain('type = "pvh"\nkernel = "/usr/lib/grub-xen/grub-i386-xen_pvh.bin"');
    expect(text).toContain(
      'disk = [ "/dev/vg_xen1/web1-root,raw,xvda,rw", "/dev/vg_xen1/web1-swap,raw,xvdb,rw", "/dev/vg_xen1/web1-srv,raw,xvdc,rw" ]',
    );
    expect(text).toContain(`vif = [ "mac=${web1.macs[0]},bridge=xenbr0" ]`);
    expect(text).toContain('on_poweroff = "destroy"\non_reboot = "restart"\non_crash = "restart"');
  });

  it('starts a PV guest by pygrub, or by a kernel that lies in Dom0', () => {
    expect(xlConfig(model, db1)).toContain('type = "pv"\nbootloader = "pygrub"');
    const direct = modelOf(['domus.db1.boot=direct']);
    const text = xlConfig(direct, direct.domus[1]!);
    expect(text).toContain('kernel = "/var/lib/xenwright/kernels/db1/vmlinuz"');
    expect(text).toMatch(/cmdline = "root=UUID=[0-9a-f-]+ ro console=hvc0"/);
  });

  it('never asks GRUB inside a PV guest, which cannot unpack today’s kernels', () => {
    expect(() => xlConfig(model, { ...db1, boot: 'grub' })).toThrow(/cannot unpack/);
  });

  it('takes the profile’s options last, each quoted as it must be', () => {
    const changed = modelOf([
      'domus.web1.options={ cpu_weight: 512, memory: 768, device_model_args: "a \\"b\\"", nested: true }',
    ]);
    const text = xlConfig(changed, changed.domus[0]!);
    expect(text).toContain('memory = 768');
    expect(text).toContain(String.raw`device_model_args = "a \"b\""`);
    expect(text).toContain('nested = 1');
  });

  it('has a number with a sign as a text, since the language has no other', () => {
    const changed = modelOf(['domus.web1.options={ rtc_timeoffset: -3600, cpu_weight: 0x200 }']);
    const text = xlConfig(changed, changed.domus[0]!);
    expect(text).toContain('rtc_timeoffset = "-3600"');
    expect(text).toContain('cpu_weight = 512');
  });
});

describe('the record', () => {
  it('says what starter and first-boot check need, in seconds', () => {
    const changed = modelOf(['domus.web1.startDelay=5s', 'domus.web1.stopTimeout=3m', 'domus.web1.order=7']);
    expect(domuRecordOf(changed.domus[0]!)).toMatchObject({
      name: 'web1',
      order: 7,
      startDelaySeconds: 5,
      stopTimeoutSeconds: 180,
      autostart: true,
      reports: true,
      health: [{ tcp: 22 }],
    });
  });

  it('links only guests that start by themselves', () => {
    expect(domuRecord(model, web1).links).toEqual([{ path: '/etc/xen/auto/web1.cfg', target: '../web1.cfg' }]);
    expect(domuRecord(model, db1).links).toEqual([]);
  });
});

describe('a guest’s tree', () => {
  const tree = domuTree(model, web1);

  it('mounts by UUID what the profile says', () => {
    expect(
      fileIn(tree, '/etc/fstab')
        .split('\n')
        .slice(1, 4)
        .map((line) => line.replace(/^UUID=[0-9a-f-]{36} /, '')),
    ).toEqual([
      '/ ext4 errors=remount-ro 0 1',
      '/srv ext4 nofail,x-systemd.device-timeout=10min 0 2',
      'none swap sw,nofail,x-systemd.device-timeout=10min 0 0',
    ]);
  });

  it('asks units inside and ports from Dom0', () => {
    expect(fileIn(tree, '/etc/xenwright/health.d/01')).toContain("systemctl is-active --quiet 'ssh'");
    expect(has(tree, '/etc/xenwright/health.d/02')).toBe(false);
  });

  it('runs first-boot commands before it says up', () => {
    const changed = modelOf([
      'domus.web1.commands={ firstBoot: [{ run: "touch /a", timeout: 90s, onError: continue }] }',
    ]);
    const with_ = domuTree(changed, changed.domus[0]!);
    expect(fileIn(with_, '/etc/xenwright/first-boot.d/list')).toBe('01 90 continue\n');
    expect(fileIn(with_, '/etc/systemd/system/xenwright-up.service')).toContain(
      'After=network-online.target xenwright-commands.service',
    );
    expect(has(tree, '/usr/lib/xenwright/run-commands')).toBe(false);
  });

  it('lets the profile’s own files win', () => {
    const changed = modelOf(['domus.web1.files=[{ path: /etc/hostname, content: other }]']);
    expect(fileIn(domuTree(changed, changed.domus[0]!), '/etc/hostname')).toBe('other');
  });

  it('holds nothing that differs between two renderings', () => {
    expect(domuTree(modelOf(), modelOf().domus[0]!)).toEqual(tree);
  });
});

describe('Dom0’s tree', () => {
  it('lets the starter see to its guests after all were started once, and its end leave xl’s processes alone', () => {
    const unit = fileIn(dom0Tree(model), '/etc/systemd/system/xenwright-domus.service');
    expect(unit).toMatch(
      /^Type=notify\nRemainAfterExit=yes\nKillMode=mixed\nExecStart=-\/usr\/lib\/xenwright\/domus start\nExecStop=-\/usr\/lib\/xenwright\/domus stop\n/m,
    );
  });

  it('forgets at each start what the last one’s check has found', () => {
    for (const host of [model, modelOf(['host.hypervisor=none', 'domus=[]'])])
      expect(fileIn(dom0Tree(host), '/etc/tmpfiles.d/xenwright-first-boot.conf')).toBe(
        'r! /var/lib/xenwright/first-boot.json\n',
      );
  });

  it('tames xendomains and never lets LVM look into guests’ volumes', () => {
    const tree = dom0Tree(model);
    expect(tree.maskUnits).toContain('xendomains.service');
    expect(fileIn(tree, '/etc/default/xendomains')).toContain('XENDOMAINS_SAVE=""');
    expect(fileIn(tree, '/etc/lvm/lvmlocal.conf')).toContain('"r|^/dev/vg_xen1/|", "r|^/dev/mapper/vg_xen1-|"');
  });

  it('has nothing of Xen on a plain host, but the bridge and the check', () => {
    const plain = modelOf(['host.hypervisor=none', 'domus=[]']);
    const tree = dom0Tree(plain);
    expect(tree.files.map((file) => file.path).filter((path) => path.startsWith('/etc/xen/'))).toEqual([]);
    expect(has(tree, '/etc/systemd/network/10-xenwright-xenbr0.netdev')).toBe(true);
    expect(fileIn(tree, '/etc/xenwright/first-boot.json')).toContain('"hypervisor": "none"');
    expect(dom0Packages(plain)).not.toContain('xen-system-amd64');
  });

  it('writes every path once', () => {
    const paths = dom0Tree(model).files.map((file) => file.path);
    expect(paths.length).toBe(new Set(paths).size);
  });
});

describe('packages', () => {
  it('are those the boot methods need, sorted', () => {
    expect(dom0Packages(model)).toEqual(
      expect.arrayContaining([
        'grub-xen-host',
        'grub-pc-bin',
        'grub-efi-amd64-bin',
        'linux-image-amd64',
        'xen-system-amd64',
      ]),
    );
    expect(dom0Packages(model)).toEqual(dom0Packages(model).toSorted());
    expect(domuPackages(model, web1)).toEqual(domuPackages(model, db1));
  });

  it('bring microcode to a real machine and none to an image', () => {
    expect(dom0Packages(model).some((name) => name.includes('microcode'))).toBe(false);
    const machine = {
      ...model,
      facts: {
        ...model.facts,
        kind: 'machine' as const,
        cpu: { ...model.facts.cpu, vendor: 'intel' as const },
        firmwareWanted: ['bnx2x/bnx2x-e2-7.13.fw'],
      },
    };
    expect(dom0Packages(machine)).toEqual(expect.arrayContaining(['intel-microcode', 'firmware-bnx2x']));
  });
});
